import type { Clock } from '@flaghoist/core/ports/clock';
import type { Environment } from '@flaghoist/fleet/environments';
import { dayOf, isEndingSoon } from '@flaghoist/plan-reading/expiry';
import { withoutSecrets } from '@flaghoist/plan-reading/secrets';
import { shown } from '@flaghoist/plan-reading/tree';
import type { Workspace } from '@flaghoist/terraform/workspaces';
import type { AllowList } from '../allow-list/allow-list.ts';
import { entriesFor, judge } from '../allow-list/judge.ts';
import type { Difference } from '../compare/difference.ts';
import type { ComparedEnvironments } from '../compare-environments.ts';
import { readable } from '../model/placeholder.ts';
import type { NotCompared } from '../sources/not-compared.ts';

/** An entry of the allow-list, as a report names it. */
export interface ReportedEntry {
  readonly path: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly direction: string;
  readonly line: number;
  /** How many differences it covers. */
  readonly covers: number;
  /** Whether it holds still and ends within 30 days. Reports of earlier versions do not say. */
  readonly endsSoon?: boolean | undefined;
}

export interface ReportedDifference {
  /** In which of an environment's states, where the stack has one for each region: home, its standby, or one of the others. */
  readonly part?: Workspace['part'] | undefined;
  readonly path: string;
  readonly instance: string;
  readonly kind: Difference['kind'];
  readonly status: 'allowed' | 'violation';
  /** By environment; `null` where there is nothing. Sensitive parts are replaced. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly note: string | null;
  /** Why it is a violation. */
  readonly problem: string | null;
  /** Lines of the allow-list's entries that cover it. */
  readonly allowedBy: readonly number[];
}

export interface ParityReport {
  readonly schema: 1;
  /** When it was made. */
  readonly generatedAt: string;
  /** The time for which the allow-list's entries were judged. */
  readonly judgedAt: string;
  readonly stack: string;
  /** Whether hoist made the plans, or whoever called it gave them; `states` where no plans but applied states were compared. */
  readonly plannedBy: 'hoist' | 'caller' | 'states';
  /** Whether there is nothing to be done: no violation and no entry that must be looked at. */
  readonly parity: boolean;
  /** One for each plan. */
  readonly environments: readonly (Environment & {
    /** Of a stack that has one for each region. */
    readonly workspace?: string | undefined;
    readonly part?: Workspace['part'] | undefined;
    readonly planSha256: string;
    readonly terraformVersion: string;
    readonly providers: Readonly<Record<string, string>>;
  })[];
  /** `compared` = `identical` + `allowed` + `violations`. */
  readonly counts: {
    /** All of identical, madeAlike, allowed and violations. */
    readonly compared: number;
    /** Known, and the same. */
    readonly identical: number;
    /** Known only after apply, and made of the same: no plan shows the values. */
    readonly madeAlike: number;
    readonly allowed: number;
    /** Of the differences, those that no plan can decide: violations, until an entry allows them. */
    readonly undecided: number;
    readonly violations: number;
    readonly notCompared: number;
    readonly entryProblems: number;
  };
  /** Violations first. */
  readonly differences: readonly ReportedDifference[];
  readonly notCompared: readonly NotCompared[];
  readonly entryProblems: readonly {
    readonly rule: string;
    readonly path: string;
    readonly line: number;
    readonly message: string;
    readonly hint: string;
  }[];
  readonly allowList: readonly ReportedEntry[];
}

/** The environments that were compared, each once, in their order. */
export const namesOf = ({ environments }: Pick<ParityReport, 'environments'>): readonly string[] => [
  ...new Set(environments.map(({ name }) => name)),
];

export interface ReportOptions {
  readonly stack: string;
  readonly allowList: AllowList;
  readonly plannedBy: ParityReport['plannedBy'];
  readonly clock: Pick<Clock, 'now'>;
  /** Epoch milliseconds for which to judge the allow-list's entries; now, if not given. */
  readonly judgedAt?: number | undefined;
}

/** What a comparison means under an allow-list, today or at another time. Holds nothing that is marked sensitive. */
export const createReport = (
  { environments, compared, identical, unknown, differences, notCompared, secrets }: ComparedEnvironments,
  { stack, allowList, plannedBy, clock, judgedAt: chosen }: ReportOptions,
): ParityReport => {
  const now = clock.now();
  const judgedAt = chosen ?? now;
  const names = [...new Set(environments.map(({ environment }) => environment.name))];
  const clean = (text: string): string => withoutSecrets(readable(text), secrets);
  const of = plannedBy === 'states' ? 'states' : 'plans';
  const judgement = judge(differences, allowList, { now: judgedAt, names, stack, of });
  const reported = judgement.differences.map(({ difference, entries, problem }): ReportedDifference => {
    const { part, path, instance, kind, values, note } = difference;
    return {
      ...(part === undefined ? {} : { part }),
      path: clean(path),
      instance: clean(instance),
      kind,
      status: problem === undefined ? 'allowed' : 'violation',
      values: Object.fromEntries(
        names.map((name, index) => {
          const tree = values[index];
          return [name, tree === undefined ? null : clean(shown(tree))];
        }),
      ),
      note: note === undefined ? null : clean(note),
      problem: problem === undefined ? null : clean(problem),
      allowedBy: entries,
    };
  });
  const violations = reported.filter(({ status }) => status === 'violation');
  const allowed = reported.filter(({ status }) => status === 'allowed');
  return {
    schema: 1,
    generatedAt: new Date(now).toISOString(),
    judgedAt: new Date(judgedAt).toISOString(),
    stack,
    plannedBy,
    parity: violations.length === 0 && judgement.entryProblems.length === 0,
    environments: environments.map(({ environment, workspace, planSha256, terraformVersion, providers }) => ({
      ...environment,
      ...(workspace === undefined || workspace.name === environment.name
        ? {}
        : { workspace: workspace.name, part: workspace.part }),
      planSha256,
      terraformVersion,
      providers,
    })),
    counts: {
      compared,
      identical,
      madeAlike: unknown,
      allowed: allowed.length,
      undecided: reported.filter(({ kind }) => kind === 'undecided').length,
      violations: violations.length,
      notCompared: notCompared.length,
      entryProblems: judgement.entryProblems.length,
    },
    differences: [...violations, ...allowed],
    notCompared,
    entryProblems: judgement.entryProblems.map(({ rule, entry, message, hint }) => ({
      rule,
      path: entry.path,
      line: entry.line,
      message,
      hint,
    })),
    allowList: entriesFor(allowList, stack).map(({ path, reason, owner, expires, direction, line }) => ({
      path,
      reason,
      owner,
      expires,
      direction,
      line,
      covers: reported.filter(({ allowedBy }) => allowedBy.includes(line)).length,
      endsSoon: isEndingSoon({ expires }, dayOf(judgedAt)),
    })),
  };
};
