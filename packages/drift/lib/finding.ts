import { shown } from '@flaghoist/plan-reading/tree';
import type { DriftClass } from './classify.ts';
import { type Judged, judge } from './judge.ts';
import { pathText } from './leaves.ts';
import { type Concern, concernRank, type Level } from './severity.ts';

export interface Finding {
  readonly address: string;
  /** Other resources of the type of which the same is told. */
  readonly also: readonly string[];
  readonly type: string;
  /** Of the attribute; `#existence`, `#replacement`, `#address` and `#action` are about the resource itself. */
  readonly path: string;
  readonly class: DriftClass;
  readonly concern: Concern;
  readonly severity: Level;
  /** As the last apply left it. Values are JSON, or `(sensitive)`, or `(known after apply)`. */
  readonly recorded: string;
  /** As it was just read. */
  readonly now: string;
  /** As the next apply would make it. */
  readonly configured: string;
  /**
   * It was put there outside of Terraform, and an apply has written it into the state as it was read: `recorded` has it as well.
   * No resource of the state accounts for it, and the configuration does not ask for it.
   */
  readonly takenIntoState: boolean;
  /** The line of the noise list that says why it does not count. */
  readonly noise: number | null;
}

/** A changed part of a resource, or of an output, with its severity, before the noise list is consulted. */
export const findingsOf = (subject: Judged): readonly Finding[] => {
  const severityOf = judge(subject);
  return subject.leaves.map((leaf) => {
    const { concern, level } = severityOf(leaf);
    return {
      address: subject.address,
      also: [],
      type: subject.type,
      path: pathText(leaf.path),
      class: leaf.class,
      concern,
      severity: level,
      recorded: shown(leaf.isTakenIn === true ? leaf.now : leaf.recorded),
      now: shown(leaf.now),
      configured: shown(leaf.configured),
      takenIntoState: leaf.isTakenIn === true,
      noise: null,
    };
  });
};

/** The worst first. */
export const CLASS_ORDER: readonly DriftClass[] = ['configuration', 'state-only', 'pending'];

export const worstFirst = (a: Finding, b: Finding): number =>
  Number(a.class === 'pending') - Number(b.class === 'pending') ||
  concernRank(a.concern) - concernRank(b.concern) ||
  CLASS_ORDER.indexOf(a.class) - CLASS_ORDER.indexOf(b.class) ||
  (`${a.address} ${a.path}` < `${b.address} ${b.path}` ? -1 : 1);
