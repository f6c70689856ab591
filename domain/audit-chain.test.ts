import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  CHAIN_START,
  type ChainBreak,
  type ChainedRow,
  ChainWalk,
  canonicalText,
  formatAnchor,
  parseAnchor,
} from './audit-chain.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

function chain(length: number): ChainedRow[] {
  const rows: ChainedRow[] = [];
  for (let position = 1; position <= length; position += 1) rows.push(sealed(position, rows.at(-1)));
  return rows;
}

function sealed(position: number, before: Pick<ChainedRow, 'hash'> = CHAIN_START, more = {}): ChainedRow {
  const content = {
    ...{ id: position * 2, at: `2026-11-27T10:00:0${position}.000Z`, principal: 'alice@ibs', source: '::1' },
    ...{ action: 'user.update', subject: `user${position}@ibs`, outcome: 'done', code: null },
    ...{ detail: null, before: { enabled: true }, after: { enabled: false, comment: 'gone' }, ...more },
  };
  const previousHash = before.hash;
  return { ...content, position, previousHash, hash: hashOf(canonicalText(content, previousHash)) };
}

function judge(rows: ChainedRow[], head = chain(6).at(-1)): ChainBreak | null {
  const walk = new ChainWalk(CHAIN_START, hashOf);
  for (const row of rows) walk.add(row);
  return walk.end(head ?? CHAIN_START);
}

function renumbered(rows: ChainedRow[]): ChainedRow[] {
  return rows.map((row, index) => ({ ...row, position: index + 1 }));
}

test('the text that is hashed has sorted keys and nothing that is null', () => {
  const {
    position: _,
    previousHash,
    hash: __,
    ...content
  } = sealed(1, { hash: 'ff' }, { detail: [1, null] });
  expect(canonicalText(content, previousHash)).toBe(
    '{"action":"user.update","after":{"comment":"gone","enabled":false},"at":"2026-11-27T10:00:01.000Z",' +
      '"before":{"enabled":true},"detail":[1,null],"id":2,"outcome":"done","previousHash":"ff",' +
      '"principal":"alice@ibs","source":"::1","subject":"user1@ibs"}',
  );
});

test('a whole chain holds, an empty one too', () => {
  expect(judge(chain(6))).toBeNull();
  expect(judge([], undefined)?.kind).toBe('removed');
  expect(new ChainWalk(CHAIN_START, hashOf).end(CHAIN_START)).toBeNull();
});

test.each([1, 3, 6])('row %d that was changed is named', (at) => {
  const rows = chain(6).map((row) => (row.position === at ? { ...row, principal: 'mallory@ibs' } : row));
  expect(judge(rows)).toMatchObject({ kind: 'changed', position: at });
  expect(judge(rows)?.words).toContain(`user.update of user${at}@ibs by mallory@ibs`);
});

test.each([1, 3, 6])('row %d that was changed and hashed anew is named', (at) => {
  const rows = chain(6);
  rows[at - 1] = sealed(at, rows[at - 2], { principal: 'mallory@ibs' });
  expect(judge(rows)).toMatchObject({ kind: 'changed', position: at });
});

test.each([1, 3, 6])('row %d that was removed is named', (at) => {
  const rows = chain(6).filter(({ position }) => position !== at);
  expect(judge(rows)).toMatchObject({ kind: 'removed', position: at });
});

test('several rows that were removed are named, at the end as well', () => {
  expect(judge(chain(6).filter(({ position }) => position < 3 || position > 4))?.words).toMatch(
    /^Rows 3 to 4 were removed before Row 5 /,
  );
  expect(judge(chain(4))?.words).toBe('Rows 5 to 6 were removed at the end of the chain.');
});

test('a removal is seen also when the rest was numbered anew', () => {
  const rows = renumbered(chain(6).filter(({ position }) => position !== 3));
  expect(judge(rows)).toMatchObject({ position: 2, words: expect.stringContaining('removed') });
  expect(judge(renumbered(chain(6).slice(1)))).toMatchObject({ kind: 'removed', position: 1 });
});

test.each([1, 2, 4, 7])('a row that was inserted as number %d is named, with a fitting hash or not', (at) => {
  const rows = chain(6);
  const forged = sealed(at, rows[at - 2], { subject: 'forged' });
  for (const one of [forged, { ...forged, hash: 'f'.repeat(64) }]) {
    const found = judge(renumbered([...rows.slice(0, at - 1), one, ...rows.slice(at - 1)]));
    expect(found).toMatchObject({ position: at, words: expect.stringContaining('forged') });
    // Behind the end nothing tells a forged hash from a changed row.
    if (at < 7 || one === forged) expect(found?.kind).toBe('inserted');
  }
});

test('an anchor is a position and a hash, or the hash alone', () => {
  const hash = 'a'.repeat(64);
  expect(parseAnchor(formatAnchor({ position: 12, hash }))).toEqual({ position: 12, hash });
  expect(parseAnchor(` ${hash.toUpperCase()} `)).toEqual({ position: null, hash });
  expect(parseAnchor('12:abc')).toBeNull();
});
