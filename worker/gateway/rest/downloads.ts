import type { ServerResponse } from 'node:http';
import { type ByteText, bytesOf, byteText, readable, splitPath } from '#client/pxar/byte-text.ts';
import { type CatalogEntry, CatalogReader } from '#client/pxar/catalog-reader.ts';
import { isDirectory, isFile, isHardlink, type PxarEntry } from '#client/pxar/pxar-node.ts';
import { PxarReader } from '#client/pxar/pxar-reader.ts';
import { tarStream } from '#client/pxar/tar-stream.ts';
import { zipStream } from '#client/pxar/zip-stream.ts';
import { BackupError } from '#domain/errors.ts';
import type { ArchiveFileName } from '#domain/ids.ts';
import { STORED_BLOB_MAX_BYTES } from '#engine/chunks/data-blob.ts';
import { pipeObject, writePiece } from '../send-object.ts';
import { openSnapshotFiles, type SnapshotFiles } from './open-snapshot-files.ts';
import { type RestCall, SENT } from './rest-call.ts';

/** Reading what a snapshot holds: whole files, decoded archives, one entry, and browsing. */

const CATALOG_NAME = 'catalog.pcat1.didx' as ArchiveFileName;
const PIECE_BYTES = 1024 * 1024;

/** The file as it is stored. */
export async function downloadRaw(call: RestCall): Promise<typeof SENT> {
  const name = call.parameters.fileName('file-name');
  using files = await openSnapshotFiles(call, ['Datastore.Read']);
  const reader = await files.open(name);
  try {
    begin(call.response, reader.sizeBytes, name);
    if (await pipeObject(call.response, reader)) call.response.end();
    return SENT;
  } finally {
    await reader.close();
  }
}

/** The content of an archive or blob, decompressed. */
export async function downloadDecoded(call: RestCall): Promise<typeof SENT> {
  const name = call.parameters.fileName('file-name');
  using files = await openSnapshotFiles(call, ['Datastore.Read']);
  if (name.endsWith('.blob')) return await downloadBlob(call, files, name);
  const archive = await files.archive(name);
  begin(call.response, archive.size, name.replace(/\.[fd]idx$/, ''));
  for (let at = 0; at < archive.size; at += PIECE_BYTES) {
    const piece = await archive.readAt(at, Math.min(PIECE_BYTES, archive.size - at));
    if (!(await writePiece(call.response, piece))) return SENT;
  }
  call.response.end();
  return SENT;
}

/** Unpacked by a thread, as it may be large. */
async function downloadBlob(
  call: RestCall,
  files: SnapshotFiles,
  name: ArchiveFileName,
): Promise<typeof SENT> {
  const bytes = await unpack(call, files, name);
  // How long it takes from here on is the client's business, so no more than the bytes themselves stay set aside.
  const release = await call.context.bodies.take(call.caller.principal, bytes.length);
  try {
    begin(call.response, bytes.length, name.replace(/\.blob$/, ''));
    if (await writePiece(call.response, bytes)) call.response.end();
    return SENT;
  } finally {
    release();
  }
}

async function unpack(call: RestCall, files: SnapshotFiles, name: ArchiveFileName): Promise<Uint8Array> {
  const release = await call.context.bodies.take(call.caller.principal, STORED_BLOB_MAX_BYTES);
  try {
    return await files.payload(name);
  } finally {
    release();
  }
}

export interface BrowseItem {
  /** Path from the top of what is browsed, raw bytes in base64. */
  filepath: string;
  text: string;
  type: string;
  leaf: boolean;
  size?: number;
  mtime?: number;
}

/** One directory of the catalog, or of an archive when there is no catalog or a split archive is named. */
export async function browseCatalog(call: RestCall): Promise<BrowseItem[]> {
  const { parameters } = call;
  const path = parsePath(parameters.text('filepath'));
  const archive =
    parameters.optionalText('archive-name') === undefined ? null : parameters.fileName('archive-name');
  using files = await openSnapshotFiles(call, ['Datastore.Read']);
  if (files.has(CATALOG_NAME)) {
    const catalog = await CatalogReader.open(await files.archive(CATALOG_NAME));
    const components = [...(archive === null ? [] : [byteTextOf(archive)]), ...componentsOf(path)];
    return (await catalog.list(components)).map((entry) => catalogItem(path, entry));
  }
  if (archive === null)
    throw new BackupError(
      'FILE_NOT_FOUND',
      'The snapshot has no catalog; name an archive with archive-name.',
    );
  const reader = await openPxar(files, archive);
  const directory = await reader.lookup(path);
  if (directory === null || !isDirectory(directory))
    throw new BackupError('FILE_NOT_FOUND', `${archive} has no directory ${readable(path) || '/'}.`);
  return (await reader.list(directory)).map(pxarItem);
}

const LETTERS: Record<string, string> = {
  directory: 'd',
  file: 'f',
  symlink: 'l',
  hardlink: 'h',
  block: 'b',
  character: 'c',
  fifo: 'p',
  socket: 's',
};

function catalogItem(parent: ByteText, entry: CatalogEntry): BrowseItem {
  const path = (parent === '' ? entry.name : `${parent}/${entry.name}`) as ByteText;
  return {
    filepath: bytesOf(path).toString('base64'),
    text: readable(entry.name),
    type: LETTERS[entry.kind] ?? 'f',
    leaf: entry.kind !== 'directory',
    ...(entry.kind === 'file' ? { size: entry.size, mtime: entry.seconds } : {}),
  };
}

function pxarItem(entry: PxarEntry): BrowseItem {
  return {
    filepath: bytesOf(entry.path).toString('base64'),
    text: readable(entry.name),
    type: LETTERS[entry.what.kind] ?? 'f',
    leaf: !isDirectory(entry),
    ...(isFile(entry) ? { size: entry.what.size, mtime: Number(entry.metadata.seconds) } : {}),
  };
}

/** One file of an archive; a directory as zip, or as tar with `tar=1`. */
export async function downloadEntry(call: RestCall): Promise<typeof SENT> {
  const { parameters, response } = call;
  using files = await openSnapshotFiles(call, ['Datastore.Read']);
  const { archive, path } = locate(call);
  const reader = await openPxar(files, archive);
  const found = await reader.lookup(path);
  if (found === null) throw new BackupError('FILE_NOT_FOUND', `${archive} has no ${readable(path) || '/'}.`);
  const entry = isHardlink(found) ? await reader.follow(found) : found;
  const name = readable(splitPath(path).name) || archive.replace(/\.pxar\.didx$/, '');
  if (isFile(entry)) {
    begin(response, entry.what.size, name);
    await sendParts(response, reader.content(entry));
    return SENT;
  }
  if (!isDirectory(entry))
    throw new BackupError(
      'INPUT_INVALID',
      `${readable(path)} is neither a file nor a directory: it has nothing to download.`,
    );
  const asTar = parameters.boolean('tar');
  begin(response, null, `${name}.${asTar ? 'tar' : 'zip'}`);
  await sendParts(response, asTar ? tarStream(reader, entry) : zipStream(reader, entry));
  return SENT;
}

/** Without `archive-name` the first component of the path is the archive. */
function locate({ parameters }: RestCall): { archive: ArchiveFileName; path: ByteText } {
  const path = parsePath(parameters.text('filepath'));
  if (parameters.optionalText('archive-name') !== undefined)
    return { archive: parameters.fileName('archive-name'), path };
  const [first = '', ...rest] = componentsOf(path);
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*\.didx$/.test(first))
    throw new BackupError(
      'FILE_NOT_FOUND',
      `The snapshot has no archive ${readable(first as ByteText) || '(the path is empty)'}.`,
    );
  return { archive: first as string as ArchiveFileName, path: rest.join('/') as ByteText };
}

async function openPxar(files: SnapshotFiles, name: ArchiveFileName): Promise<PxarReader> {
  const isSplit = name.endsWith('.mpxar.didx');
  if (!isSplit && !name.endsWith('.pxar.didx'))
    throw new BackupError(
      'INPUT_INVALID',
      `${name} is no directory archive, so nothing can be looked up in it.`,
    );
  const payload = isSplit ? await files.archive(name.replace('.mpxar.', '.ppxar.') as ArchiveFileName) : null;
  return PxarReader.open(await files.archive(name), payload);
}

/** `root` and `/` mean the top, as clients say it; everything else is base64 of the raw bytes. */
function parsePath(text: string): ByteText {
  if (text === 'root' || text === '/') return '' as ByteText;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new BackupError('INPUT_INVALID', "parameter 'filepath' is not base64");
  return byteText(Buffer.from(text, 'base64')).replace(/^\/+|\/+$/g, '') as ByteText;
}

function componentsOf(path: ByteText): ByteText[] {
  return path.split('/').filter((part) => part !== '') as ByteText[];
}

function byteTextOf(text: string): ByteText {
  return byteText(Buffer.from(text));
}

async function sendParts(response: ServerResponse, parts: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const part of parts) {
    if (!(await writePiece(response, part))) return;
  }
  response.end();
}

/** `size` null for what is made while it is sent. */
function begin(response: ServerResponse, size: number | null, name: string): void {
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    ...(size === null ? {} : { 'content-length': size }),
  });
}
