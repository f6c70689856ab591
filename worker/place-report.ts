import { readFileSync } from 'node:fs';
import { checkPathSyntax, isBelowRoot, pathsOverlap } from '#domain/datastore.ts';
import { asBackupError } from '#domain/errors.ts';
import type { PlaceCheck, PlaceReport } from '#domain/place-report.ts';
import { formatBytes, formatCount } from '#domain/units.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { readSetting } from '#drizzle/settings.ts';
import { parseMountInfo } from '#engine/backends/local/mount.ts';
import { IDENTITY_NAME } from '#engine/identity.ts';
import type { PlaceInspection } from '#engine/probe/inspect-place.ts';
import type { DatastoreRow } from './open-datastore.ts';
import type { WorkerContext } from './worker-context.ts';

/** A directory and inode for each chunk directory and some air. */
const INODES_NEEDED = 70_000;
const BYTES_ADVISED = 10 * 1024 ** 3;

export interface PlaceQuestion {
  path: string;
  purpose: 'create' | 'adopt';
  /** The datastore that is being made there: it does not stand in its own way. */
  ignoreId?: string | undefined;
  /** Also say what a datastore that is there holds. */
  withContent?: boolean;
}

/** Well below the time that whoever asked waits for the answer. */
const COUNT_PATIENCE_MS = 8000;

/** Everything that speaks for or against a datastore at a path, each check with its text. */
export async function inspectForDatastore(
  context: WorkerContext,
  question: PlaceQuestion,
): Promise<PlaceReport> {
  const { path, purpose } = question;
  const syntax = checkPathSyntax(path);
  const report: PlaceReport = { path, checks: [], found: null, entries: [], content: null };
  if (!syntax.ok) {
    report.checks.push({ id: 'path', outcome: 'blocked', text: syntax.problem.message });
    return report;
  }
  const roots = checkRoots(path, await readSetting(context.db, 'allowedRoots'));
  report.checks.push(roots);
  if (roots.outcome === 'blocked') return report; // what is there is nobody's business
  const tryAccessTime = purpose === 'create' ? 'if-empty' : 'never';
  const place = await context.probes.inspect({ path, nowMs: context.clock.now(), tryAccessTime });
  const others = (await context.db.select().from(datastore)).filter((row) => row.id !== question.ignoreId);
  report.found = place.found;
  report.entries = place.entries;
  report.checks.push(
    checkPath(place),
    purpose === 'create' ? checkEmpty(place) : checkAdoptable(place),
    checkFilesystem(place),
    checkSpace(place),
    checkAccessTimes(place, purpose),
    checkOverlap(place, others),
    checkSameFilesystem(place, others),
  );
  if (question.withContent && place.found !== null) await lookInside(context, report);
  return report;
}

/** What cannot be read is said, and no reason to refuse: adopting reads it again and more. */
async function lookInside({ probes }: WorkerContext, report: PlaceReport): Promise<void> {
  try {
    report.content = await probes.content(report.path, COUNT_PATIENCE_MS);
  } catch (error) {
    const check = report.checks.find(({ id }) => id === 'content');
    if (!check) return;
    check.outcome = 'warning';
    check.text = `${check.text} What it holds could not be counted: ${asBackupError(error).message}`;
  }
}

function checkRoots(path: string, roots: readonly string[]): PlaceCheck {
  if (isBelowRoot(path, roots)) return { id: 'roots', outcome: 'ok', text: `Below ${rootOf(path, roots)}.` };
  const text = `Outside the allowed roots (${roots.join(', ')}). Add one in the settings to allow it.`;
  return { id: 'roots', outcome: 'blocked', text };
}

function rootOf(path: string, roots: readonly string[]): string {
  return roots.find((root) => isBelowRoot(path, [root])) ?? '';
}

function checkPath(place: PlaceInspection): PlaceCheck {
  if (place.symlink) {
    return {
      id: 'path',
      outcome: 'blocked',
      text: `${place.symlink} is a symbolic link; give the real path.`,
    };
  }
  if (place.exists && !place.isDirectory)
    return { id: 'path', outcome: 'blocked', text: 'It is not a directory.' };
  if (!place.writable)
    return { id: 'path', outcome: 'blocked', text: 'The storage worker cannot write there.' };
  return {
    id: 'path',
    outcome: 'ok',
    text: place.exists ? 'The directory exists.' : 'The directory will be created.',
  };
}

function checkEmpty(place: PlaceInspection): PlaceCheck {
  if (place.found === 'ibs' || place.found === 'pbs') {
    const what = place.found === 'ibs' ? 'an Ironcore datastore' : 'a Proxmox Backup Server datastore';
    return { id: 'content', outcome: 'blocked', text: `It holds ${what}; adopt it instead.` };
  }
  if (place.entryCount === 0) return { id: 'content', outcome: 'ok', text: 'The directory is empty.' };
  const more = place.entryCount > place.entries.length ? ', …' : '';
  const text = `The directory is not empty: ${place.entries.join(', ')}${more}`;
  return { id: 'content', outcome: 'blocked', text };
}

function checkAdoptable(place: PlaceInspection): PlaceCheck {
  if (place.found === 'ibs') return { id: 'content', outcome: 'ok', text: 'It holds an Ironcore datastore.' };
  if (place.found === 'pbs')
    return { id: 'content', outcome: 'ok', text: 'It holds a Proxmox Backup Server datastore.' };
  return { id: 'content', outcome: 'blocked', text: 'There is no datastore in it to adopt.' };
}

function checkFilesystem(place: PlaceInspection): PlaceCheck {
  const { verdict } = place;
  if (!verdict) return { id: 'filesystem', outcome: 'blocked', text: 'The filesystem is not known.' };
  const outcome =
    verdict.suitability === 'good' ? 'ok' : verdict.suitability === 'fair' ? 'warning' : 'blocked';
  return { id: 'filesystem', outcome, text: verdict.words };
}

function checkSpace(place: PlaceInspection): PlaceCheck {
  const { availableBytes, totalBytes, availableInodes } = place;
  const free = `${formatBytes(availableBytes ?? 0)} of ${formatBytes(totalBytes ?? 0)} free`;
  if (availableInodes !== null && availableInodes < INODES_NEEDED) {
    const text = `${free}, but only ${formatCount(availableInodes)} inodes: a datastore needs at least ${formatCount(INODES_NEEDED)}.`;
    return { id: 'space', outcome: 'blocked', text };
  }
  const inodes = availableInodes === null ? '' : `, ${formatCount(availableInodes)} inodes`;
  if ((availableBytes ?? 0) < BYTES_ADVISED)
    return { id: 'space', outcome: 'warning', text: `Little space: ${free}${inodes}.` };
  return { id: 'space', outcome: 'ok', text: `${free}${inodes}.` };
}

function checkAccessTimes({ accessTime }: PlaceInspection, purpose: PlaceQuestion['purpose']): PlaceCheck {
  if (accessTime?.problem) return { id: 'accessTime', outcome: 'blocked', text: accessTime.problem };
  const later = `Tested when the datastore is ${purpose === 'create' ? 'made' : 'adopted'}.`;
  return { id: 'accessTime', outcome: 'ok', text: accessTime ? 'Explicit access times are kept.' : later };
}

function checkOverlap({ path, uuid }: PlaceInspection, others: DatastoreRow[]): PlaceCheck {
  const known = others.find((other) => uuid !== null && other.identity === uuid);
  if (known) return { id: 'overlap', outcome: 'blocked', text: sameIdentity(known) };
  const clash = others.find((other) => pathsOverlap(path, other.config.path));
  if (!clash) return { id: 'overlap', outcome: 'ok', text: 'Not inside or around another datastore.' };
  const text = `It overlaps with ${clash.name} (${clash.config.path}): one garbage collection would delete the chunks of the other.`;
  return { id: 'overlap', outcome: 'blocked', text };
}

/** By way of another mount, or as a copy: two records of one directory would write it side by side. */
export function sameIdentity({ name, config }: Pick<DatastoreRow, 'name' | 'config'>): string {
  return `It has the identity of the datastore ${name} (${config.path}): it is the same one by another path, or a copy. In a copy that is to live on, remove ${IDENTITY_NAME} first.`;
}

function checkSameFilesystem({ mount }: PlaceInspection, others: DatastoreRow[]): PlaceCheck {
  const devices = mountedDevices();
  const same = others.find((other) => {
    const recorded = other.config.mount?.mountPoint;
    return mount !== null && recorded !== undefined && devices.get(recorded) === mount.device;
  });
  if (!same) return { id: 'sameFilesystem', outcome: 'ok', text: 'No other datastore on this filesystem.' };
  const text =
    `${same.name} is on the same filesystem. Each datastore counts all free space as its own, so one can fill it for both, ` +
    'and a lost disk takes both. Give a reason to go ahead.';
  return { id: 'sameFilesystem', outcome: 'override', text };
}

/**
 * The device at each mount point, the uppermost where several lie over each other. Asked of the kernel: to open what is
 * mounted may never end.
 */
function mountedDevices(): Map<string, string> {
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  return new Map(mounts.map(({ mount }) => [mount.mountPoint, mount.device]));
}
