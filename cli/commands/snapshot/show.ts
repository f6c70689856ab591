import { defineCommand } from '../../command.ts';
import type { Cells } from '../../print/cells.ts';
import type { Block } from '../../print/record.ts';
import { layOutRecord } from '../../print/record.ts';
import { visibleLines } from '../../print/visible-text.ts';
import { fileColumns, filesOf } from './file-columns.ts';
import { snapshotArgument, snapshotInput } from './snapshot-argument.ts';
import { conditionOf, type ShownSnapshot, shownSnapshot } from './snapshot-columns.ts';

export const command = defineCommand({
  examples: ['ironcore-backup snapshot show ibs-primary:vm/12345/2026-05-02T08:11:33Z'],
  arguments: { snapshot: snapshotArgument },
  async run({ api, print }, { snapshot }) {
    const view = shownSnapshot(await (await api()).snapshot.get.query(snapshotInput(snapshot)));
    await print.value(view, () => [
      ...layOutRecord(blocks(view, print.cells), print.paint),
      '',
      ...print.table(filesOf(view), fileColumns(print.cells)),
      ...(view.notes ? ['', visibleLines(view.notes)] : []),
    ]);
  },
});

function blocks(view: ShownSnapshot, cells: Cells): Block[] {
  return [
    [
      ['Snapshot', view.snapshot],
      ['Made', cells.moment(view.at)],
      ['State', conditionOf(view)],
      ['Damage', view.damage],
      ['Protected', cells.yes(view.protected)],
      ['Owner', cells.text(view.owner)],
      ['Size', cells.bytes(view.sizeBytes)],
      ['New data', cells.bytes(view.newBytes)],
      ['On the disk', cells.bytes(view.usedBytes)],
      ['Of it shared with nothing', cells.bytes(view.exclusiveBytes)],
      ['Encryption key', view.keyFingerprint],
    ],
  ];
}
