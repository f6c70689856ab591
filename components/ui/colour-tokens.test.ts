import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** WCAG AA for every pair of tokens that the components put on each other, read from the stylesheet itself. */

const CSS = readFileSync(join(import.meta.dirname, '../../app/globals.css'), 'utf8');
const TOKENS = new Map(
  [...CSS.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name, { light, dark }],
  ),
);
const TEXT_RATIO = 4.5;
const SHAPE_RATIO = 3;

const TEXTS = ['ink', 'muted', 'accent', 'ok', 'warn', 'err', 'info', 'maintenance'];
const GROUNDS = ['bg', 'surface', 'raised', 'hover'];

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  const colour = (token: string) => TOKENS.get(token)?.[theme] ?? `no ${token}`;
  const ratio = (a: string, b: string) => contrast(colour(a), colour(b));

  test.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    'text in %s on %s',
    (text, ground) => expect(ratio(text, ground)).toBeGreaterThanOrEqual(TEXT_RATIO),
  );

  test.each(['ink', 'muted'])('text in %s on what is selected', (text) => {
    expect(ratio(text, 'selected')).toBeGreaterThanOrEqual(TEXT_RATIO);
  });

  test.each(['accent', 'accent-hover', 'err', 'err-hover'])('labels of buttons on %s', (ground) => {
    expect(ratio('on-accent', ground)).toBeGreaterThanOrEqual(TEXT_RATIO);
  });

  test.each(['bg', 'surface', 'raised'])('edges of controls on %s', (ground) => {
    expect(ratio('border-strong', ground)).toBeGreaterThanOrEqual(SHAPE_RATIO);
  });

  test.each(['accent', 'warn', 'err', 'info'])('bars in %s on their track', (fill) => {
    expect(ratio(fill, 'selected')).toBeGreaterThanOrEqual(SHAPE_RATIO);
  });
});

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
