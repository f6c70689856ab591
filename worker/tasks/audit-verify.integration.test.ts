import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { canonicalText } from '#domain/audit-chain.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { contentOf, readChain, sealAudit, sha256 } from '#drizzle/audit-chain.ts';
import { retireAudit } from '#drizzle/audit-log.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { RefusalLog } from '#drizzle/refusals.ts';
import { audit } from '#drizzle/schema/system.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { verifyChain } from './audit-verify.ts';

/** The chain of the audit log in a real database, which somebody changes behind our back. */

let database: DatabaseHandle;
const clock = { now: () => Date.now(), monotonic: () => performance.now() };

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => dropDatabase(database));

/** As the owner of the tables can do it, who is not asked by triggers. */
async function behindOurBack(...statements: string[]): Promise<void> {
  const all = [
    'alter table audit disable trigger user',
    'alter table audit_chain disable trigger user',
    'drop index if exists audit_position',
    ...statements,
    'create index audit_position on audit (position)',
    'alter table audit enable trigger user',
    'alter table audit_chain enable trigger user',
  ];
  await database.db.transaction(async (tx) => {
    for (const statement of all) await tx.execute(sql.raw(statement));
  });
}

async function note(subject: string): Promise<void> {
  const who = { principal: 'alice@ibs', source: '192.0.2.7' };
  await recordAudit(database.db, {
    ...{ ...who, action: 'datastore.update', subject },
    before: { comment: 'a "quoted" ü', trashDays: 1 },
    after: { comment: '', trashDays: 1.5, password: 'not to be seen' },
  });
}

async function verify(expect: string | null = null) {
  const worker = { db: database.db, clock };
  const context = { worker, payload: { expect }, progress: () => {} };
  return verifyChain({ ...context, signal: new AbortController().signal });
}

beforeEach(async () => {
  await behindOurBack(
    'truncate audit restart identity',
    `update audit_chain set base_position = 0, base_hash = repeat('0', 64), head_position = 0,
      head_hash = repeat('0', 64), verified_at = null, verified_position = null, broken = null`,
  );
  for (let number = 1; number <= 6; number += 1) await note(`store-${number}`);
  await sealAudit(database.db);
});

test('what was written is whole, and secrets are not in it', async () => {
  const { outcome, failure, result } = await verify();
  expect(failure).toBeUndefined();
  expect(outcome).toBe('6 rows, all as they were written.');
  const rows = await database.db.select().from(audit);
  expect(rows.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(JSON.stringify(rows)).not.toContain('not to be seen');
  const chain = await readChain(database.db);
  expect(result).toMatchObject({ anchor: `6:${chain.headHash}` });
  expect(chain).toMatchObject({ verifiedPosition: 6, broken: null });
});

test('rows are chained in the order of their commits, whichever began first, and by one at a time', async () => {
  let late = () => {};
  const committed = database.db.transaction(async (tx) => {
    await recordAudit(tx, { principal: 'a', source: '', action: 'slow.one', subject: 'began first' });
    await new Promise<void>((resolve) => {
      late = resolve;
    });
  });
  await expect.poll(() => database.pool.totalCount).toBeGreaterThan(0);
  await Promise.all(Array.from({ length: 40 }, (_, number) => note(`many-${number}`)));
  await Promise.all([sealAudit(database.db), sealAudit(database.db), sealAudit(database.db)]);
  late();
  await committed;
  await sealAudit(database.db);
  const rows = await database.db.select().from(audit).orderBy(audit.position);
  expect(rows.at(-1)).toMatchObject({ subject: 'began first', position: 47 });
  expect((await verify()).outcome).toBe('47 rows, all as they were written.');
});

test.each([
  ['update', `update audit set subject = 'other' where id = 3`],
  ['seal anew', `update audit set position = 99 where id = 3`],
  ['take out', `update audit set position = null, previous_hash = null, hash = null where id = 3`],
  ['delete', `delete from audit where id = 3`],
  ['empty', `truncate audit`],
  [
    'forge',
    `insert into audit (principal, source, action, subject, outcome, position, previous_hash, hash)
     values ('m', '', 'a.b', 's', 'done', 7, 'x', 'y')`,
  ],
  ['turn back', `update audit_chain set head_position = 3`],
  ['begin anywhere', `update audit_chain set base_position = 3, base_hash = 'x'`],
  ['lose the ends', `delete from audit_chain`],
])('the database itself refuses to %s', async (_, statement) => {
  await expect(database.db.execute(sql.raw(statement))).rejects.toThrow();
  expect((await verify()).failure).toBeUndefined();
});

const BREAKS: [string, string[], string][] = [
  ['changed', [`update audit set principal = 'mallory@ibs' where id = 4`], 'Row 4 (.*) was changed'],
  [
    'changed in its time',
    [`update audit set at = at + interval '1 ms' where id = 2`],
    'Row 2 .* was changed',
  ],
  [
    'changed in a detail',
    [`update audit set after = after || '{"trashDays": 2}' where id = 6`],
    'Row 6 .* was changed',
  ],
  ['removed', [`delete from audit where id in (2, 3)`], 'Rows 2 to 3 were removed before Row 4'],
  ['removed at the end', [`delete from audit where id > 4`], 'Rows 5 to 6 were removed at the end'],
  ['all removed', [`delete from audit`], 'Rows 1 to 6 were removed'],
  [
    'inserted',
    [
      `update audit set position = position + 1 where position > 3`,
      `insert into audit (principal, source, action, subject, outcome, position, previous_hash, hash)
       select principal, source, action, 'forged', outcome, 4, hash, repeat('a', 64) from audit where position = 3`,
    ],
    'Row 4 (.*forged.*) was inserted',
  ],
  [
    'removed as if its time had come',
    [
      `update audit_chain set base_position = 3, base_hash = (select hash from audit where position = 3)`,
      `delete from audit where position <= 3`,
    ],
    'Rows 1 to 3 were removed, and no row of the log says',
  ],
];

test.each(BREAKS)('a row that was %s is named', async (_, statements, words) => {
  await behindOurBack(...statements);
  const { failure } = await verify();
  expect(failure?.code).toBe('AUDIT_CHAIN_BROKEN');
  expect(failure?.message).toMatch(new RegExp(words));
  // What comes after the break is still chained, and the break stays.
  await note('later');
  expect((await verify()).failure?.message).toMatch(new RegExp(words.replace(' at the end', '')));
});

test('a row that was changed and hashed anew is named, also with the end of the chain adjusted', async () => {
  const [row] = await database.db.select().from(audit).where(sql`position = 6`);
  if (!row) throw new Error('no row');
  const hash = sha256(canonicalText({ ...contentOf(row), subject: 'other' }, row.previousHash ?? ''));
  const { anchor } = (await verify()).result as { anchor: string };
  await behindOurBack(`update audit set subject = 'other', hash = '${hash}' where id = 6`);
  expect((await verify()).failure?.message).toMatch(/^Row 6 .* was changed and given a new hash/);
  // Whoever makes all of it anew is found by what was noted elsewhere, and by nothing else.
  await behindOurBack(`update audit_chain set head_hash = '${hash}'`);
  expect((await verify()).failure).toBeUndefined();
  expect((await verify(anchor)).failure?.code).toBe('AUDIT_ANCHOR_MISSING');
});

test('what was noted is found again after more was written, by hash alone as well', async () => {
  const { anchor } = (await verify()).result as { anchor: string };
  await note('later');
  expect((await verify(anchor)).outcome).toBe(
    '7 rows, all as they were written. Row 6 has the hash that was noted.',
  );
  expect((await verify(anchor.slice(2))).failure).toBeUndefined();
  expect((await verify(`5:${anchor.slice(2)}`)).failure?.code).toBe('AUDIT_ANCHOR_MISSING');
});

test('old rows go when their time has come, and the rest can still be verified', async () => {
  expect(await retireAudit(database.db, 30)).toBe(0);
  await behindOurBack(
    `update audit set at = at - interval '40 days', position = null, previous_hash = null,
      hash = null`,
    `update audit_chain set head_position = 0, head_hash = repeat('0', 64)`,
  );
  await note('new');
  await sealAudit(database.db);
  expect(await retireAudit(database.db, 45)).toBe(0);
  expect(await retireAudit(database.db, 30)).toBe(6);
  expect((await verify()).outcome).toBe('2 rows, all as they were written.');
  expect(await readChain(database.db)).toMatchObject({ basePosition: 6, headPosition: 8 });
  expect(await retireAudit(database.db, 30)).toBe(0);
  await behindOurBack(`delete from audit where position = 7`);
  expect((await verify()).failure?.message).toMatch(/^Row 7 was removed before Row 8/);
});

test('refused attempts are written at once, the same again as a number, and a flood in one row', async () => {
  let now = 0;
  const refusals = new RefusalLog(
    database.db,
    () => now,
    (error) => expect(error).toBeNull(),
  );
  const refusal = { principal: 'x', source: '192.0.2.9', action: 'token.use', code: 'AUTH_FAILED' } as const;
  for (let number = 0; number < 5; number += 1) await refusals.note({ ...refusal, subject: 'same' });
  for (let number = 0; number < 400; number += 1) await refusals.note({ ...refusal, subject: `${number}` });
  const written = () => database.db.select().from(audit).where(sql`source = '192.0.2.9'`).orderBy(audit.id);
  const first = await written();
  expect(first[0]).toMatchObject({ subject: 'same', outcome: 'refused', code: 'AUTH_FAILED', detail: null });
  expect(first).toHaveLength(301);
  expect(first.at(-1)).toMatchObject({ action: 'audit.more', principal: 'unknown' });
  now = 60_000;
  await refusals.flush();
  const later = (await written()).slice(301);
  expect(later.map(({ action, detail }) => [action, detail])).toEqual([
    ['token.use', { times: 4 }],
    ['audit.more', { times: 100 }],
  ]);
  await refusals.note({ ...refusal, subject: 'same' });
  expect(await written()).toHaveLength(304);
});
