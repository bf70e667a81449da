import { readPlan } from '@flaghoist/plan-reading/plan';
import type { TwoPlans } from '../../lib/looked.ts';
import { concernRank } from '../../lib/severity.ts';
import { reportOf } from './recorded.ts';

export type Values = Readonly<Record<string, unknown>> | null;

export interface ChangedOutside {
  readonly type: string;
  readonly address?: string;
  /** null: created, or deleted, outside. */
  readonly before: Values;
  readonly after: Values;
}

const plan = (more: object) =>
  readPlan(JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...more }), 'plan');

/** The plans of an environment in which these resources were changed outside, which the configuration does not mind. */
export const plansAfter = (changes: readonly ChangedOutside[]): TwoPlans => {
  const about = ({ type, address = `${type}.this` }: ChangedOutside) => ({ address, type, mode: 'managed' });
  const resources = changes.flatMap((each) => (each.after === null ? [] : [{ ...about(each), values: each.after }]));
  const prior_state = { values: { root_module: { resources } } };
  return {
    refresh: plan({
      prior_state,
      resource_drift: changes.map((each) => ({
        ...about(each),
        change: { actions: [each.after === null ? 'delete' : 'update'], before: each.before, after: each.after },
      })),
    }),
    normal: plan({
      prior_state,
      resource_changes: changes.flatMap((each) =>
        each.after === null
          ? []
          : [{ ...about(each), change: { actions: ['no-op'], before: each.after, after: each.after } }],
      ),
    }),
  };
};

/** The worst that the report says of one resource that was changed outside, as `level concern`; `nothing` for a clean one. */
export const told = (type: string, before: Values, after: Values): string => {
  const { findings } = reportOf(plansAfter([{ type, before, after }]));
  const [worst] = findings.toSorted((a, b) => concernRank(a.concern) - concernRank(b.concern));
  return worst === undefined ? 'nothing' : `${worst.severity} ${worst.concern}`;
};
