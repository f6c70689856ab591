import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { MarkLookup, MarkTable } from './mark-table.ts';

function mark(table: MarkTable, digest: Buffer): boolean {
  return table.mark(digest.readUInt32LE(0), digest.readUInt32LE(4));
}

test('a table that grows knows what was marked, and nothing else', async () => {
  const table = new MarkTable(2);
  const marked = Array.from({ length: 5000 }, () => randomBytes(32));
  await table.makeRoom(1);
  expect(mark(table, marked[0] as Buffer)).toBe(true);
  await table.makeRoom(4999);
  for (const digest of marked) expect(mark(table, digest)).toBe(digest !== marked[0]);
  for (const digest of marked) expect(mark(table, digest)).toBe(false);
  expect(table.count).toBe(5000);
  expect(table.sizeBytes).toBe(8192 * 8);
  const lookup = new MarkLookup(table.share());
  for (const digest of marked) expect(lookup.has(digest.toString('hex'))).toBe(true);
  for (let n = 0; n < 5000; n += 1) expect(lookup.has(randomBytes(32).toString('hex'))).toBe(false);
});

test('others have their turn while a large table grows', async () => {
  const table = new MarkTable(17);
  for (let number = 0; number < 90_000; number += 1) table.mark(number, number * 7919);
  let turns = 0;
  let isGrowing = true;
  const count = () => {
    turns += 1;
    if (isGrowing) setImmediate(count);
  };
  setImmediate(count);
  await table.makeRoom(10_000);
  isGrowing = false;
  expect(table.sizeBytes).toBe(2 ** 18 * 8);
  expect(table.count).toBe(90_000);
  expect(turns).toBeGreaterThanOrEqual(16);
});

test('digests of zeros are digests like others', () => {
  const table = new MarkTable();
  const zeros = Buffer.alloc(32);
  const lookupOf = () => new MarkLookup(table.share());
  expect(mark(table, zeros)).toBe(true);
  expect(mark(table, zeros)).toBe(false);
  const lookup = lookupOf();
  expect(lookup.has(zeros.toString('hex'))).toBe(true);
  expect(lookup.has(`00000000${'02'.repeat(28)}`)).toBe(false);
});

test('whose file was met is seen through every view of the table', () => {
  const table = new MarkTable();
  const [one, other] = [randomBytes(32), randomBytes(32)];
  for (const digest of [one, other]) mark(table, digest);
  const shared = table.share();
  new MarkLookup(shared).see(one.toString('hex'));
  new MarkLookup(shared).see(randomBytes(32).toString('hex'));
  const lookup = new MarkLookup(shared);
  expect(lookup.wasSeen(one.toString('hex'))).toBe(true);
  expect(lookup.wasSeen(other.toString('hex'))).toBe(false);
});

test('once it is shared, nothing can be marked any more: a thread would not see it', () => {
  const table = new MarkTable();
  table.share();
  expect(() => mark(table, randomBytes(32))).toThrow(/internal check/);
});

test('what is no digest is not marked', () => {
  const table = new MarkTable();
  table.mark(0, 1);
  const lookup = new MarkLookup(table.share());
  for (const name of ['', 'abc', 'readme', '0'.repeat(15), '0000000\u0130'.repeat(8), 'G'.repeat(64)]) {
    expect(lookup.has(name)).toBe(false);
  }
});
