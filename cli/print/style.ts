/** What a piece of text means, for colour; the words alone must always be enough. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'special' | 'dim' | 'strong';

export type Paint = (tone: Tone | null, text: string) => string;

const CODES: Record<Tone, readonly [on: number, off: number]> = {
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  info: [36, 39],
  special: [35, 39],
  dim: [2, 22],
  strong: [1, 22],
};

export function painter(enabled: boolean): Paint {
  return (tone, text) => {
    if (!enabled || tone === null || text === '') return text;
    const [on, off] = CODES[tone];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
