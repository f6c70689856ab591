import { formatBytes, formatCount, formatDuration, formatPercent } from '#domain/units.ts';

/** Where the name alone would say too little; null for what stands elsewhere on the page. They come in this order. */
const LABELS: Readonly<Record<string, string | null>> = {
  logicalBytes: 'Size of all archives',
  deduplicatedShare: 'Deduplicated',
  count: 'Chunks received',
  duplicates: 'Of them there already',
  sizeBytes: 'Data in them',
  compressedBytes: 'Received, compressed',
  addedChunks: 'New chunks',
  addedBytes: 'Stored',
  durationMs: 'Transfer',
  createdBy: null,
  name: null,
};

/** The numbers that a task came to, in words. What is no plain value is told by the log. */
export function prepareResult(result: unknown): { label: string; value: string }[] {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return [];
  const entries = Object.entries({ ...result, ...deduplicated(result) });
  return entries
    .sort(([a], [b]) => placeOf(a) - placeOf(b))
    .flatMap(([name, value]) => {
      const text = valueWords(name, value);
      const label = name in LABELS ? LABELS[name] : labelOf(name);
      return text === null || !label ? [] : [{ label, value: text }];
    });
}

const ORDER = Object.keys(LABELS);

function placeOf(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}

/** What a backup did not have to send, whether it was stored before or is in the same backup twice. */
function deduplicated(result: { logicalBytes?: unknown; sizeBytes?: unknown }): object {
  const { logicalBytes, sizeBytes } = result;
  if (typeof logicalBytes !== 'number' || typeof sizeBytes !== 'number' || logicalBytes <= 0) return {};
  return { deduplicatedShare: Math.max(0, 1 - sizeBytes / logicalBytes) };
}

function valueWords(name: string, value: unknown): string | null {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value !== 'number') return null;
  if (name.endsWith('Bytes')) return formatBytes(value);
  if (name.endsWith('Ms')) return formatDuration(value);
  if (name.endsWith('Share')) return formatPercent(value);
  return Number.isInteger(value) ? formatCount(value) : String(Math.round(value * 1000) / 1000);
}

/** `addedBytes` → `Added`, `sharedChunks` → `Shared chunks`. */
function labelOf(name: string): string {
  const words = name
    .replace(/(Bytes|Ms)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  const text = words === '' ? name : words;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
