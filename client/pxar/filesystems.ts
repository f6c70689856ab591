/** What is known of a filesystem by its kind. The numbers are those that `statfs` answers. */

/** Made by the kernel on the fly: there is nothing to back up, and reading may hang or never end. */
const VIRTUAL = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x1cd1, // devpts
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x62656570, // configfs
  0x64626720, // debugfs
  0x73636673, // securityfs
  0xf97cff8c, // selinuxfs
  0x43415d53, // smackfs
  0x6165676c, // pstore
  0xde5e81e4, // efivarfs
  0x42494e4d, // binfmt_misc
  0x65735543, // fusectl
  0x958458f6, // hugetlbfs
  0x19800202, // mqueue
  0x6e667364, // nfsd
  0x67596969, // rpc_pipefs
]);

const MSDOS = 0x4d44;
const FUSE = 0x65735546;

export function isVirtual(magic: number): boolean {
  return VIRTUAL.has(magic);
}

/** What to ask of the files of one filesystem. */
export interface MetadataSupport {
  xattrs: Question;
  inodeFlags: Question;
  fatAttributes: Question;
  projectIds: Question;
}

export function metadataSupport(magic: number): MetadataSupport {
  return {
    xattrs: new Question(magic !== MSDOS),
    inodeFlags: new Question(magic !== MSDOS),
    fatAttributes: new Question(magic === MSDOS || magic === FUSE),
    projectIds: new Question(magic !== MSDOS),
  };
}

/** In a row and without one answer, until a question is dropped. A single file may be special, 16 are not. */
const REFUSALS_MAX = 16;

/**
 * Something to ask of every file of a filesystem. It is dropped once the filesystem turns out not to know
 * it, so that 100 000 files are not asked in vain.
 */
export class Question {
  #refusalsLeft: number;

  constructor(isAsked: boolean) {
    this.#refusalsLeft = isAsked ? REFUSALS_MAX : 0;
  }

  /** Null when there is no answer. */
  ask<T>(fd: number, call: (fd: number) => T | null): T | null {
    if (this.#refusalsLeft === 0) return null;
    const answer = call(fd);
    if (answer === null) this.#refusalsLeft -= 1;
    else this.#refusalsLeft = Number.POSITIVE_INFINITY;
    return answer;
  }
}
