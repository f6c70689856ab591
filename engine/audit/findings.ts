import { type AuditFinding, type FindingCode, findingOf } from '#domain/audit.ts';

/** Of each severity: more than anybody reads, and no name of a million can push the one that matters out. */
const KEPT = 500;

/** Collects what an audit finds: all of it counted, the first ones kept. */
export class Findings {
  readonly kept: AuditFinding[] = [];
  readonly #tell: (finding: AuditFinding) => void;
  readonly #counts = { error: 0, warning: 0 };

  /** `tell` hears of each that is kept, as soon as it is found. */
  constructor(tell: (finding: AuditFinding) => void = () => {}) {
    this.#tell = tell;
  }

  get errors(): number {
    return this.#counts.error;
  }

  get warnings(): number {
    return this.#counts.warning;
  }

  add(code: FindingCode, where: string, what: string): void {
    const finding = findingOf(code, where, what);
    this.#counts[finding.severity] += 1;
    if (this.#counts[finding.severity] > KEPT) return;
    this.kept.push(finding);
    this.#tell(finding);
  }
}
