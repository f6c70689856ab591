import { hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import {
  CHAIN_START,
  type ChainedRow,
  type ChainPoint,
  ChainWalk,
  parseAnchor,
} from '#domain/audit-chain.ts';
import { BackupError } from '#domain/errors.ts';

/** A line of an export; what a later version adds is no part of the hashes of today. */
const Row = z.object({
  ...{ position: z.number().int().min(1), id: z.number(), at: z.string(), principal: z.string() },
  ...{ source: z.string(), action: z.string(), subject: z.string(), outcome: z.string() },
  ...{ code: z.string().nullable(), detail: z.unknown(), before: z.unknown(), after: z.unknown() },
  ...{ previousHash: z.string(), hash: z.string() },
});

/** Checks an export on its own: that its rows follow on each other, and that a noted hash is one of theirs. */
export async function verifyExport(
  path: string,
  expect: string | null,
  signal: AbortSignal,
): Promise<{ rows: number; last: ChainPoint }> {
  const noted = expect === null ? null : parseAnchor(expect);
  if (expect !== null && noted === null)
    throw new BackupError('INPUT_INVALID', 'An anchor is POSITION:HASH, or the hash alone.', {
      field: 'expect',
    });
  let walk: ChainWalk | null = null;
  let last = CHAIN_START;
  let rows = 0;
  let found = noted === null;
  await using file = await open(path);
  for await (const line of file.readLines({ encoding: 'utf8', signal })) {
    const row = readRow(line, rows + 1);
    walk ??= new ChainWalk({ position: row.position - 1, hash: row.previousHash }, sha256);
    walk.add(row);
    last = { position: row.position, hash: row.hash };
    rows += 1;
    found ||= noted?.hash === row.hash && (noted.position ?? row.position) === row.position;
  }
  const broken = walk?.end(last);
  if (broken) {
    const hint = 'An export with a filter has gaps, and cannot be verified.';
    throw new BackupError('AUDIT_CHAIN_BROKEN', broken.words, { hint });
  }
  if (!found)
    throw new BackupError('AUDIT_ANCHOR_MISSING', 'No row of the file has the hash that was noted.');
  return { rows, last };
}

function readRow(line: string, number: number): ChainedRow {
  try {
    return Row.parse(JSON.parse(line)) as ChainedRow;
  } catch (cause) {
    throw new BackupError('INPUT_INVALID', `Line ${number} is no row of an audit log.`, {
      field: 'file',
      cause,
    });
  }
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
