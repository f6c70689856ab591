import { checkPathSyntax, isBelowRoot, pathsOverlap } from '#domain/datastore.ts';
import { asBackupError } from '#domain/errors.ts';
import type { PlaceCheck, PlaceReport } from '#domain/place-report.ts';
import { formatBytes, formatCount } from '#domain/units.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { readSetting } from '#drizzle/settings.ts';
import { type Mount, mountOf } from '#engine/backends/local/mount.ts';
import { inspectContent } from '#engine/probe/inspect-content.ts';
import { inspectPlace, type PlaceInspection } from '#engine/probe/inspect-place.ts';
import { makeBackend } from './open-datastore.ts';
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
  const roots = await readSetting(context.db, 'allowedRoots');
  const place = inspectPlace(path, context.clock.now());
  const others = (await context.db.select().from(datastore)).filter((row) => row.id !== question.ignoreId);
  const neighbours = others.map((row) => ({
    name: row.name,
    path: row.config.path,
    mount: mountOrNull(row.config.path),
  }));
  report.found = place.found;
  report.entries = place.entries;
  report.checks.push(
    checkRoots(path, roots),
    checkPath(place),
    purpose === 'create' ? checkEmpty(place) : checkAdoptable(place),
    checkFilesystem(place),
    checkSpace(place),
    checkAccessTimes(place),
    checkOverlap(path, neighbours),
    checkSameFilesystem(place, neighbours),
  );
  if (question.withContent && place.found !== null && isBelowRoot(path, roots))
    await lookInside(context, report);
  return report;
}

/** What cannot be read is said, and no reason to refuse: adopting reads it again and more. */
async function lookInside({ clock }: WorkerContext, report: PlaceReport): Promise<void> {
  const backend = makeBackend({ kind: 'local', path: report.path, mount: null });
  try {
    report.content = await inspectContent(backend, clock, COUNT_PATIENCE_MS);
  } catch (error) {
    const check = report.checks.find(({ id }) => id === 'content');
    if (check) {
      check.outcome = 'warning';
      check.text = `${check.text} What it holds could not be counted: ${asBackupError(error).message}`;
    }
  } finally {
    await backend.close();
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

function checkAccessTimes(place: PlaceInspection): PlaceCheck {
  if (place.accessTimeProblem) return { id: 'accessTime', outcome: 'blocked', text: place.accessTimeProblem };
  const text = place.exists ? 'Explicit access times are kept.' : 'Tested when the directory is made.';
  return { id: 'accessTime', outcome: 'ok', text };
}

interface Neighbour {
  name: string;
  path: string;
  mount: Mount | null;
}

function checkOverlap(path: string, neighbours: Neighbour[]): PlaceCheck {
  const clash = neighbours.find((other) => pathsOverlap(path, other.path));
  if (!clash) return { id: 'overlap', outcome: 'ok', text: 'Not inside or around another datastore.' };
  const text = `It overlaps with ${clash.name} (${clash.path}): one garbage collection would delete the chunks of the other.`;
  return { id: 'overlap', outcome: 'blocked', text };
}

function checkSameFilesystem(place: PlaceInspection, neighbours: Neighbour[]): PlaceCheck {
  const { mount } = place;
  const same = neighbours.find((other) => mount !== null && other.mount?.device === mount.device);
  if (!same) return { id: 'sameFilesystem', outcome: 'ok', text: 'No other datastore on this filesystem.' };
  const text =
    `${same.name} is on the same filesystem. Each datastore counts all free space as its own, so one can fill it for both, ` +
    'and a lost disk takes both. Give a reason to go ahead.';
  return { id: 'sameFilesystem', outcome: 'override', text };
}

function mountOrNull(path: string): Mount | null {
  try {
    return mountOf(path);
  } catch {
    return null; // an offline datastore: its mount is not there to compare with
  }
}
