import { chmodSync, fchmodSync } from 'node:fs';
import {
  getFatAttributes,
  getFileFlags,
  setFatAttributes,
  setFileFlags,
  setModificationTimeAt,
  setOwnerAt,
  setProjectId,
  setXattr,
} from '#engine/posix.ts';
import { type ByteText, bytesOf, EMPTY } from './byte-text.ts';
import { CAPABILITY, isStoredXattr } from './capture-metadata.ts';
import { EARLY_FLAGS, FAT_FLAGS, INODE_FLAGS_RESTORED, toFatAttributes, toInodeFlags } from './file-flags.ts';
import { type FileKind, type Metadata, PERMISSION_MASK } from './metadata.ts';
import { accessAclToKernel, inheritedAclToKernel, lacksGroupObject, plainAclToKernel } from './posix-acl.ts';
import type { Omission, RestoreOptions, RestoreStep } from './restore-report.ts';
import { errorCode } from './system-errors.ts';

/** An entry that was made, held open so that nothing can take its place. */
export interface MadeEntry {
  kind: FileKind;
  /** Open for real for files and directories, as a place (O_PATH) for other kinds. */
  fd: number;
  /** Its directory and name. */
  dir: number;
  name: ByteText;
}

/** Told of what could not be done to an entry. */
export type StepFailed = (step: RestoreStep, reason: string) => void;

const SETUID_BITS = 0o6000;
const ACCESS_ACL = Buffer.from('system.posix_acl_access');
const INHERITED_ACL = Buffer.from('system.posix_acl_default');
const NO_VALUE = Buffer.alloc(0);
/** What the filesystem does not know. */
const NOT_OFFERED: ReadonlySet<string> = new Set(['EOPNOTSUPP', 'ENOTSUP', 'ENOTTY', 'ENOSYS']);

/**
 * Gives entries their metadata, in the one order that works: changing the owner clears capabilities and
 * setuid bits, an access list changes the mode, and an immutable file takes nothing more. What fails is told
 * and the rest goes on; what this user or this filesystem cannot have is only noted in `omitted`.
 */
export class MetadataApplier {
  readonly omitted = new Set<Omission>();
  /** Set when the target hands its access list on to new files, which do not have it in the archive. */
  clearsAcl = false;
  readonly #options: RestoreOptions;
  readonly #isRoot: boolean;
  readonly #umask = process.umask();

  constructor(options: RestoreOptions, isRoot: boolean) {
    this.#options = options;
    this.#isRoot = isRoot;
  }

  /** Everything but the flags. */
  apply(made: MadeEntry, metadata: Metadata, failed: StepFailed): void {
    this.#applyOwner(made, metadata, failed);
    if (made.kind !== 'symlink') {
      if (metadata.xattrs.length > 0) this.#applyXattrs(made, metadata, failed);
      if (metadata.capabilities !== null) this.#applyCapabilities(made, metadata.capabilities, failed);
      if (metadata.acl !== null || this.clearsAcl) this.#applyAcl(made, metadata, failed);
      if (metadata.projectId !== null) this.#applyProject(made, metadata.projectId, failed);
      this.#applyMode(made, metadata, failed);
    }
    const [dir, name] = isOpen(made) ? [made.fd, EMPTY] : [made.dir, made.name];
    const { seconds, nanos } = metadata;
    this.#attempt('time', failed, () => setModificationTimeAt(dir, name, seconds, nanos));
  }

  /** Flags that decide how data is laid out, for a file that is still empty. */
  applyEarlyFlags(made: MadeEntry, flags: number, failed: StepFailed): void {
    if ((flags & EARLY_FLAGS) !== 0) this.#setInodeFlags(made, flags, EARLY_FLAGS, failed);
  }

  /** The last thing that is done to a file or directory: some flags forbid everything else. */
  applyFlags(made: MadeEntry, flags: number, failed: StepFailed): void {
    if ((flags & INODE_FLAGS_RESTORED) !== 0) this.#setInodeFlags(made, flags, INODE_FLAGS_RESTORED, failed);
    if ((flags & FAT_FLAGS) !== 0) this.#setFatFlags(made, flags, failed);
  }

  #applyOwner(made: MadeEntry, { uid, gid }: Metadata, failed: StepFailed): void {
    const { owner, mapId } = this.#options;
    if (!owner) {
      this.omitted.add('owner');
      return;
    }
    this.#attempt('owner', failed, () => setOwnerAt(made.fd, EMPTY, mapId('user', uid), mapId('group', gid)));
  }

  #applyXattrs(made: MadeEntry, { xattrs }: Metadata, failed: StepFailed): void {
    if (!this.#options.xattrs) {
      this.omitted.add('xattr');
      return;
    }
    for (const { name, value } of xattrs.filter((xattr) => isStoredXattr(xattr.name))) {
      this.#attempt('xattr', failed, () => this.#setXattr(made, bytesOf(name), value));
    }
  }

  #applyCapabilities(made: MadeEntry, value: Uint8Array, failed: StepFailed): void {
    if (!this.#options.capabilities) {
      this.omitted.add('capabilities');
      return;
    }
    this.#attempt('capabilities', failed, () => this.#setXattr(made, bytesOf(CAPABILITY), value));
  }

  #applyAcl(made: MadeEntry, { acl, mode }: Metadata, failed: StepFailed): void {
    if (!this.#options.acls) {
      this.omitted.add('acl');
      return;
    }
    const access = acl === null ? null : accessAclToKernel(acl, mode);
    const inherited = acl?.inherited ?? null;
    if (acl !== null && lacksGroupObject(acl)) failed('acl', 'the rights of the owning group are not stored');
    if (access !== null || this.clearsAcl) {
      const value = access ?? plainAclToKernel(mode);
      this.#attempt('acl', failed, () => this.#setXattr(made, ACCESS_ACL, value));
    }
    if (made.kind === 'directory' && (inherited !== null || this.clearsAcl)) {
      const value = inherited === null ? NO_VALUE : inheritedAclToKernel(inherited);
      this.#attempt('acl', failed, () => this.#setXattr(made, INHERITED_ACL, value));
    }
  }

  #applyProject(made: MadeEntry, project: number, failed: StepFailed): void {
    if (!this.#options.flags || !isOpen(made)) {
      this.omitted.add('project');
      return;
    }
    this.#attempt('project', failed, () => setProjectId(made.fd, project));
  }

  #applyMode(made: MadeEntry, metadata: Metadata, failed: StepFailed): void {
    const mode = this.#modeFor(made, metadata.mode);
    this.#attempt('mode', failed, () => {
      if (isOpen(made)) fchmodSync(made.fd, mode);
      else chmodSync(procPath(made), mode);
    });
  }

  #modeFor(made: MadeEntry, mode: number): number {
    const { permissions, setuid, owner } = this.#options;
    if (!permissions) {
      this.omitted.add('mode');
      return (made.kind === 'directory' ? 0o777 : 0o666) & ~this.#umask;
    }
    const dropsSetuid = (mode & SETUID_BITS) !== 0 && !(setuid && owner);
    if (dropsSetuid) this.omitted.add('setuid');
    return mode & PERMISSION_MASK & (dropsSetuid ? ~SETUID_BITS : PERMISSION_MASK);
  }

  /** Changes the bits of `mask` and leaves those alone that an archive does not know. */
  #setInodeFlags(made: MadeEntry, flags: number, mask: number, failed: StepFailed): void {
    if (!this.#options.flags) {
      this.omitted.add('flags');
      return;
    }
    const wanted = toInodeFlags(flags & mask);
    this.#attempt('flags', failed, () => {
      const current = getFileFlags(made.fd);
      if (current === null) this.omitted.add('flags');
      else if (!setsAll(made.fd, wanted | (current & ~toInodeFlags(mask)))) this.#setOneByOne(made, wanted);
    });
  }

  /** This filesystem lacks one of the flags and has refused them all: the others can still be had. */
  #setOneByOne({ fd }: MadeEntry, wanted: number): void {
    this.omitted.add('flags');
    for (let bit = 31; bit >= 0; bit--) {
      const flag = wanted & (1 << bit);
      if (flag !== 0) setsAll(fd, (getFileFlags(fd) ?? 0) | flag);
    }
  }

  #setFatFlags(made: MadeEntry, flags: number, failed: StepFailed): void {
    this.#attempt('flags', failed, () => {
      const current = getFatAttributes(made.fd);
      if (current === null) this.omitted.add('flags');
      else setFatAttributes(made.fd, toFatAttributes(flags) | (current & ~toFatAttributes(FAT_FLAGS)));
    });
  }

  #setXattr(made: MadeEntry, name: Buffer, value: Uint8Array): void {
    setXattr(procPath(made), name, Buffer.from(value), { follow: true });
  }

  #attempt(step: RestoreStep, failed: StepFailed, work: () => void): void {
    try {
      work();
    } catch (error) {
      const code = errorCode(error);
      if (code === undefined) throw error;
      const cannotBeHad = NOT_OFFERED.has(code) || (code === 'EPERM' && !this.#isRoot);
      if (cannotBeHad) this.omitted.add(step);
      else failed(step, code);
    }
  }
}

/** False when the filesystem does not know all of these flags. */
function setsAll(fd: number, flags: number): boolean {
  try {
    setFileFlags(fd, flags);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EOPNOTSUPP') return false;
    throw error;
  }
}

function isOpen({ kind }: MadeEntry): boolean {
  return kind === 'file' || kind === 'directory';
}

/** By way of /proc, which reaches the open entry itself, also one that is open as a place only. */
function procPath({ fd }: MadeEntry): string {
  return `/proc/self/fd/${fd}`;
}
