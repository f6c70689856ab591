import { defineCommand } from '../../command.ts';

export const command = defineCommand({
  about: 'Says how long the chain is, and how it was when it was last verified, which happens once a day.',
  examples: ['ironcore-backup audit status'],
  async run({ api, print }) {
    const client = await api();
    const status = await client.audit.status.query();
    const { cells } = print;
    await print.record(status, () => [
      [
        ['Rows', cells.count(status.sealed)],
        ['Not sealed yet', status.unsealed > 0 ? cells.count(status.unsealed) : null],
        ['Removed as too old', status.retired > 0 ? cells.count(status.retired) : null],
        ['Anchor', status.anchor],
      ],
      [
        ['Verified', status.verifiedAt === null ? 'never' : cells.moment(status.verifiedAt)],
        ['Up to row', status.verifiedPosition === null ? null : cells.count(status.verifiedPosition)],
        ['Result', resultOf(status)],
      ],
    ]);
  },
});

function resultOf(status: { verifiedAt: Date | null; broken: string | null }) {
  if (status.verifiedAt === null) return null;
  return status.broken === null
    ? ({ text: 'whole', tone: 'good' } as const)
    : ({ text: status.broken, tone: 'bad' } as const);
}
