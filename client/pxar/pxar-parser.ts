import { damaged, located } from './archive-errors.ts';
import { asBuffer } from './byte-text.ts';
import { ItemSplitter } from './item-splitter.ts';
import type { ParserOptions, PayloadReference } from './parser-options.ts';
import { Grammar } from './pxar-grammar.ts';
import type { PxarVisitor } from './pxar-visitor.ts';

/**
 * Reads an archive that arrives in pieces of any size and reports it to a visitor. Every byte is taken for
 * hostile: what the format does not allow ends the work. Memory is bounded by `limits.ts`.
 * Errors: DATA_CORRUPT, ARCHIVE_UNSAFE, and whatever the visitor throws.
 */
export class PxarParser {
  readonly #grammar: Grammar;
  readonly #splitter: ItemSplitter;

  constructor(visitor: PxarVisitor, options: ParserOptions = {}) {
    this.#grammar = new Grammar(visitor, options);
    this.#splitter = new ItemSplitter(this.#grammar, options.position ?? 0);
  }

  /** Not null when the content of a file has to be given before the archive can go on. */
  get awaitedPayload(): PayloadReference | null {
    return this.#grammar.awaited;
  }

  /** What a version 2 archive says before its root: opaque, from the client that wrote it. */
  get prelude(): Buffer | null {
    return this.#grammar.prelude;
  }

  /** Answers how many bytes were taken: all of them, unless a payload is awaited. */
  write(bytes: Uint8Array): number {
    return this.#guarded(() => this.#splitter.write(asBuffer(bytes)));
  }

  /** Part of the awaited content, or all of it; empty content has to be given too. */
  givePayload(bytes: Uint8Array): void {
    this.#guarded(() => this.#grammar.givePayload(asBuffer(bytes)));
  }

  /** No more bytes come. Error: DATA_CORRUPT when the archive is not complete. */
  end(): void {
    this.#guarded(() => {
      if (!this.#splitter.isAtBoundary || !this.#grammar.end()) throw damaged('it ends too early');
    });
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw located(error, this.#splitter.position, this.#grammar.path);
    }
  }
}
