import { namespaceUseWords, sharedBytes } from '#domain/namespace.ts';
import { scopeWords } from '#domain/scope.ts';
import { countOf } from '#domain/units.ts';
import { defineCommand } from '../../command.ts';
import type { NamespaceDetail } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Block, Field } from '../../print/record.ts';
import { argument } from '../../values.ts';

export const command = defineCommand({
  about: 'What it holds and needs on the disk, who may what in it, and the jobs that look after it.',
  examples: ['ironcore-backup namespace show ibs-primary production'],
  arguments: {
    datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }),
    namespace: argument('<namespace>', 'Path of the namespace', { complete: 'namespace' }),
  },
  async run({ api, print }, { datastore, namespace }) {
    const detail = await (await api()).namespace.get.query({ datastore, namespace });
    await print.record(detail, () => [
      contentOf(detail, print.cells),
      useOf(detail, print.cells),
      grantsOf(detail),
      detail.jobs.map((job): Field => [`Job: ${job.noun}`, `${job.words}, ${scopeWords(job)}`]),
    ]);
  },
});

function contentOf(view: NamespaceDetail, cells: Cells): Block {
  const { below } = view;
  const inBelow = `${countOf(below.snapshotCount, 'snapshot')} in ${countOf(below.groupCount, 'group')}`;
  return [
    ['Namespace', view.path || '(root)'],
    ['Groups', cells.count(view.groupCount)],
    ['Snapshots', cells.count(view.snapshotCount)],
    ['Logical size', cells.bytes(view.logicalBytes)],
    ['Last backup', cells.moment(view.lastBackupAt)],
    ['Below', below.namespaces.length > 0 ? `${below.namespaces.join(', ')} with ${inBelow}` : null],
  ];
}

function useOf(view: NamespaceDetail, cells: Cells): Block {
  return [
    ['Needs', cells.bytes(view.usedBytes)],
    ['Its own', cells.bytes(view.exclusiveBytes)],
    ['Shared', cells.bytes(sharedBytes(view))],
    ['That is', namespaceUseWords(view)],
    ['As of', cells.moment(view.spaceUseAt)],
  ];
}

function grantsOf({ grants }: NamespaceDetail): Block {
  return (grants ?? []).map(
    ({ principal, role, path, propagate }): Field => [
      principal,
      `${role} on ${path}${propagate ? '' : ', not below it'}`,
    ],
  );
}
