/** What the command line prints of a task as JSON. */
interface ShownTask {
  startedAt: string;
  finishedAt: string;
  result?: unknown;
}

/** How long a task of ours worked, without the command line that asked for it and looked after it now and then. */
export function taskSeconds(output: string): number {
  const { startedAt, finishedAt } = JSON.parse(output) as ShownTask;
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

export function taskResult(output: string): unknown {
  return (JSON.parse(output) as ShownTask).result;
}
