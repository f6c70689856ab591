import { isFinal, type TaskState } from '#domain/task.ts';
import { defineCommand } from '../../command.ts';
import type { Api } from '../../connect/api.ts';
import type { Deed } from '../../print/printer.ts';
import { findTaskId, taskArguments } from './task-id.ts';

export const command = defineCommand({
  about: 'The server says in "task show" what cancelling leaves behind; "task wait" waits for the end.',
  examples: ['ironcore-backup task cancel 3292910e'],
  arguments: { ids: taskArguments },
  async run({ api, print }, { ids }) {
    const client = await api();
    await print.deeds(cancelAll(client, ids));
  },
});

async function* cancelAll(api: Api, ids: readonly string[]): AsyncGenerator<Deed> {
  for (const given of ids) {
    const id = await findTaskId(api, given);
    const { state } = await api.task.cancel.mutate({ id });
    const { onCancel } = await api.task.get.query({ id });
    const line = isFinal(state as TaskState)
      ? `${id} has ended already: ${state}.`
      : `${id} was asked to stop. ${onCancel}`;
    yield { value: { id, state }, line };
  }
}
