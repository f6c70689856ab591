import { BackupError, isBackupError } from '#domain/errors.ts';
import { DynamicIndexReader } from './dynamic-index-reader.ts';
import { FixedIndexReader } from './fixed-index-reader.ts';
import type { IndexSource } from './index-header.ts';
import type { IndexReader } from './index-reader.ts';

export function isIndexName(name: string): boolean {
  return name.endsWith('.fidx') || name.endsWith('.didx');
}

/** Opens by the extension of the file's name, as the format does. */
export async function openIndex(name: string, source: IndexSource): Promise<IndexReader> {
  try {
    return await (name.endsWith('.fidx') ? FixedIndexReader.open(source) : DynamicIndexReader.open(source));
  } catch (error) {
    if (!isBackupError(error, 'DATA_CORRUPT')) throw error;
    const { message, detail } = error;
    throw new BackupError('DATA_CORRUPT', `${message} It is ${name}.`, { detail, cause: error });
  }
}
