import * as fs from 'node:fs';

/** What /proc tells about processes. */

const TICKS_PER_SECOND = 100;

/** A process and everything below it. */
export function processTree(pid: number): number[] {
  const pids = [pid];
  for (const parent of pids) pids.push(...childrenOf(parent));
  return pids;
}

function childrenOf(pid: number): number[] {
  try {
    return fs
      .readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
      .filter((word) => word.trim() !== '')
      .map(Number);
  } catch {
    return [];
  }
}

/** CPU seconds of a process tree so far, with its children that have ended. */
export function cpuSeconds(pid: number): number {
  return processTree(pid).reduce((sum, each) => sum + ticksOf(each, [11, 12, 13, 14]), 0) / TICKS_PER_SECOND;
}

/** CPU seconds of our own children that have ended. */
export function cpuSecondsOfEnded(): number {
  return ticksOf(process.pid, [13, 14]) / TICKS_PER_SECOND;
}

/** Fields of `/proc/PID/stat` counted from the state, the first one behind the name. */
function ticksOf(pid: number, fields: readonly number[]): number {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const words = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields.reduce((sum, field) => sum + Number(words[field] ?? 0), 0);
  } catch {
    return 0;
  }
}

export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + statusBytes(pid, 'VmRSS'), 0);
}

export function peakResidentBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM');
}

/** Lets the peak of a running process start anew; false when the kernel does not let us. */
export function resetPeak(pid: number): boolean {
  try {
    fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return true;
  } catch {
    return false;
  }
}

function statusBytes(pid: number, field: string): number {
  try {
    const text = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(text.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
