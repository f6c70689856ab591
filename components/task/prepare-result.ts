import { formatBytes, formatCount, formatDuration } from '#domain/units.ts';

/** Where the name alone would say too little; null for what stands elsewhere on the page. */
const LABELS: Readonly<Record<string, string | null>> = {
  count: 'Chunks received',
  duplicates: 'Of them there already',
  sizeBytes: 'Data in them',
  logicalBytes: 'Size of all archives',
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
  return Object.entries(result).flatMap(([name, value]) => {
    const text = valueWords(name, value);
    const label = name in LABELS ? LABELS[name] : labelOf(name);
    return text === null || !label ? [] : [{ label, value: text }];
  });
}

function valueWords(name: string, value: unknown): string | null {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value !== 'number') return null;
  if (name.endsWith('Bytes')) return formatBytes(value);
  if (name.endsWith('Ms')) return formatDuration(value);
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
