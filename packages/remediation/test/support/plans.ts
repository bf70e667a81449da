import type { TwoPlans } from '@flaghoist/drift/looked';
import { withoutKeys } from '@flaghoist/plan-reading/address';
import { type Plan, readPlan } from '@flaghoist/plan-reading/plan';

type Values = Readonly<Record<string, unknown>>;

/** A resource, and what was done to it. */
export interface Given {
  readonly type: string;
  readonly address?: string;
  /** As the last apply left it. */
  readonly recorded: Values;
  /** As it is; null when it was deleted. As recorded unless given. */
  readonly now?: Values | null;
  /** As the configuration has it; null when it has it not. As recorded unless given. */
  readonly configured?: Values | null;
  /** Of the plan; left out, what the values say. */
  readonly actions?: readonly string[];
  /** What of it is marked as secret. */
  readonly sensitive?: Values;
  /** What of the configuration nobody knows before the apply. */
  readonly unknown?: Values;
  /** What "dynamic" blocks make of it: a plan's configuration leaves those out. */
  readonly dynamic?: readonly string[];
  /** Where it stands in the state still: a "moved" block is merged and not applied. */
  readonly movedFrom?: string;
  /** What an interrupted replacement has left at its address, and an apply would do with it. */
  readonly deposed?: readonly string[];
  /** A resource that an "import" block takes into the state. */
  readonly imported?: boolean;
}

export const addressOf = ({ type, address = `${type}.this` }: Given): string => address;
const about = (given: Given) => ({ address: addressOf(given), type: given.type, mode: 'managed' });
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
export const nowOf = ({ recorded, now = recorded }: Given) => now;
const secretsOf = ({ sensitive }: Given) =>
  sensitive === undefined ? {} : { before_sensitive: sensitive, after_sensitive: sensitive };
export const wantedOf = ({ recorded, configured = recorded }: Given) => configured;

const actionsOf = (given: Given): readonly string[] => {
  if (given.actions !== undefined) return given.actions;
  const [now, wanted] = [nowOf(given), wantedOf(given)];
  if (same(now, wanted)) return ['no-op'];
  if (now === null) return ['create'];
  return wanted === null ? ['delete'] : ['update'];
};

const plan = (more: object): Plan =>
  readPlan(JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...more }), 'plan');

/** A normal plan of some of them: all unless named. */
export const normalOf = (all: readonly Given[], only?: readonly string[], runs: readonly string[] = []): Plan =>
  plan({
    action_invocations: runs.map((address) => ({ address })),
    prior_state: stateOf(all),
    configuration: {
      root_module: {
        resources: all.map((each) => ({
          address: withoutKeys(addressOf(each)),
          expressions: Object.fromEntries(
            Object.keys(each.recorded).flatMap((name) => (each.dynamic?.includes(name) ? [] : [[name, {}]])),
          ),
        })),
      },
    },
    resource_changes: all
      .filter((each) => only === undefined || only.includes(addressOf(each)))
      .flatMap((each) => [
        ...(each.deposed === undefined
          ? []
          : [
              {
                ...about(each),
                deposed: 'abcd1234',
                change: { actions: each.deposed, before: each.recorded, after: null },
              },
            ]),
        {
          ...about(each),
          ...(each.movedFrom === undefined ? {} : { previous_address: each.movedFrom }),
          change: {
            actions: actionsOf(each),
            before: nowOf(each),
            after: wantedOf(each),
            ...secretsOf(each),
            ...(each.unknown === undefined ? {} : { after_unknown: each.unknown }),
            ...(each.imported === true ? { importing: { id: 'somebody-elses' } } : {}),
          },
        },
      ]),
  });

const stateOf = (all: readonly Given[]) => ({
  values: {
    root_module: {
      resources: all.filter((each) => nowOf(each) !== null).map((each) => ({ ...about(each), values: nowOf(each) })),
    },
  },
});

/** The two plans that a look brings back. */
export const plansOf = (all: readonly Given[]): TwoPlans => ({
  refresh: plan({
    prior_state: stateOf(all),
    resource_drift: all
      .filter((each) => !same(nowOf(each), each.recorded))
      .map((each) => ({
        ...about(each),
        change: {
          actions: [nowOf(each) === null ? 'delete' : 'update'],
          before: each.recorded,
          after: nowOf(each),
          ...secretsOf(each),
        },
      })),
  }),
  normal: normalOf(all),
});
