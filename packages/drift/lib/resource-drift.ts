import { withoutKeys } from '@flaghoist/plan-reading/address';
import { configuredArguments, stateResources } from '@flaghoist/plan-reading/plan';
import type { ResourceChange } from '@flaghoist/plan-reading/plan-schema';
import { secretMarks } from '@flaghoist/plan-reading/secret-marks';
import { ABSENT, leavesOf, scalar, type Tree } from '@flaghoist/plan-reading/tree';
import type { Change } from './access/opening.ts';
import { type ClassifiedLeaf, classify, type DriftClass } from './classify.ts';
import { driftTree } from './drift-tree.ts';
import { createExplanations, type Explanations } from './explained.ts';
import { overlap, type Step, sameValue, without } from './leaves.ts';
import type { TwoPlans } from './looked.ts';
import { renamedWithoutMove } from './renamed.ts';

export interface ResourceDrift {
  readonly address: string;
  readonly type: string;
  readonly leaves: readonly ClassifiedLeaf[];
  /** The whole of it, by which the severity of a part is judged: what was changed outside, and what an apply would change. */
  readonly outside: Change;
  readonly planned: Change;
  /** How many values were compared. */
  readonly compared: number;
  /** Attributes that only repeat what other resources of the state say. */
  readonly explained: readonly string[];
  /** Why no class is certain. */
  readonly unknown: string | undefined;
}

interface Pair {
  readonly drift: ResourceChange | undefined;
  readonly planned: ResourceChange | undefined;
}

const keyOf = ({ address, deposed }: Pick<ResourceChange, 'address' | 'deposed'>): string =>
  deposed === undefined ? address : `${address} (deposed ${deposed})`;

const NO_CHANGE = new Set(['no-op', 'read']);
const isChange = ({ change }: ResourceChange): boolean => change.actions.some((action) => !NO_CHANGE.has(action));

/**
 * The classes of every managed resource that is in the state or in the configuration.
 *
 * A resource that an apply would touch is never clean. Where no attribute shows why, `#action` does.
 */
export const resourceDrifts = (plans: TwoPlans): readonly ResourceDrift[] => {
  const drifts = byKey(plans.refresh.resource_drift.filter(isChange));
  const planned = byKey(plans.normal.resource_changes);
  const present = stateResources(plans.refresh, 'managed');
  const types = new Map([
    ...present.map(({ address, deposed_key: deposed, type }) => [keyOf({ address, deposed }), type] as const),
    ...[...drifts, ...planned].map(([key, { type }]) => [key, type] as const),
  ]);
  const configured = configuredArguments(plans.normal);
  const explanations = createExplanations([
    ...present,
    ...stateResources(plans.normal, 'managed'),
    ...[...drifts.values()].map(({ address, type, mode, change }) => ({
      address,
      type,
      mode,
      values: valuesOf(change.before),
    })),
  ]);
  const renamed = renamedWithoutMove([...planned.values()]);
  const former = new Set(renamed.values());
  // A deposed object stands beside the one that took its address.
  const read = new Map(
    present.map(({ address, deposed_key: deposed, values }) => [keyOf({ address, deposed }), values] as const),
  );
  return [...types]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, type]) =>
      driftOf({
        address,
        type,
        pair: { drift: drifts.get(address), planned: planned.get(address) },
        read: read.get(address),
        arguments: configured.get(withoutKeys(address)),
        explanations,
        planFailed: plans.normal.errored,
        renamedFrom: renamed.get(address),
        isRenamed: former.has(address),
      }),
    );
};

const valuesOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const byKey = (changes: readonly ResourceChange[]): ReadonlyMap<string, ResourceChange> =>
  new Map(changes.filter(({ mode }) => mode === 'managed').map((change) => [keyOf(change), change]));

interface ChangedResource {
  readonly address: string;
  readonly type: string;
  readonly pair: Pair;
  /** Its values in the refreshed state. */
  readonly read: Readonly<Record<string, unknown>> | undefined;
  /** What the configuration sets; `undefined` where it does not have the resource. */
  readonly arguments: ReadonlySet<string> | undefined;
  readonly explanations: Explanations;
  readonly planFailed: boolean;
  /** Where an apply would delete it, to create it here anew. */
  readonly renamedFrom: string | undefined;
  /** Whether an apply would delete it here, to create it elsewhere anew. */
  readonly isRenamed: boolean;
}

const driftOf = (subject: ChangedResource): ResourceDrift => {
  const { address, type, pair, read, planFailed } = subject;
  const { drift, planned } = pair;
  const secret = secretMarks([
    drift?.change.before_sensitive,
    drift?.change.after_sensitive,
    planned?.change.before_sensitive,
    planned?.change.after_sensitive,
  ]);
  const tree = (value: unknown, unknown?: unknown): Tree => driftTree(value, { sensitive: secret(value), unknown });

  const stillThere =
    drift === undefined ? read !== undefined || planned?.change.before != null : drift.change.after != null;
  const now = tree(drift === undefined ? (planned?.change.before ?? read) : drift.change.after);
  const recorded = drift === undefined ? now : tree(drift.change.before);
  const wanted = planned === undefined ? undefined : tree(planned.change.after, planned.change.after_unknown);
  const isWanted =
    planned === undefined ? false : !planned.change.actions.every((action) => ['delete', 'forget'].includes(action));
  const seen = drift === undefined ? read : drift.change.after;
  const moved =
    planned !== undefined &&
    (drift !== undefined || read !== undefined) &&
    !sameValue(tree(seen), tree(planned.change.before))
      ? 'it changed between the two plans'
      : undefined;
  const there = (tree: Tree, is: boolean): Tree => (is ? tree : ABSENT);
  const about = {
    address,
    type,
    compared: leavesOf(now),
    outside: { type, before: recorded, after: there(now, stillThere) },
    planned: { type, before: there(now, stillThere), after: there(wanted ?? now, isWanted) },
  };

  if (!stillThere && drift !== undefined) {
    return {
      ...about,
      leaves: [absence(isWanted || (planFailed && planned === undefined))],
      explained: [],
      unknown: moved,
    };
  }
  if (planned === undefined) {
    const unplanned = planFailed ? 'Terraform could not plan it' : undefined;
    // In a whole plan, what is in the state and not planned is not looked at at all: a deposed object, for example.
    return {
      ...about,
      ...partsOf(subject, { recorded, now, configured: planFailed ? undefined : now }),
      unknown: unplanned,
    };
  }
  if (!stillThere || !isWanted) {
    const outside = isWanted ? [] : partsOf(subject, { recorded, now, configured: now }).leaves;
    const next = subject.isRenamed ? [] : [isForgotten(planned) ? forgetting : existence(!isWanted)];
    const { renamedFrom } = subject;
    return {
      ...about,
      leaves: [...outside, ...(renamedFrom === undefined ? next : [rename(renamedFrom, address)])],
      explained: [],
      unknown: moved,
    };
  }
  const parts = partsOf(subject, { recorded, now, configured: wanted });
  const leaves = [...parts.leaves, ...replacement(planned, parts.leaves), ...move(planned)];
  const untold = leaves.length === 0 && isChange(planned) ? [action(planned)] : [];
  return { ...about, ...parts, leaves: [...leaves, ...untold], unknown: moved };
};

interface Versions {
  readonly recorded: Tree;
  readonly now: Tree;
  readonly configured: Tree | undefined;
}

const partsOf = (
  { type, address, arguments: set, explanations }: ChangedResource,
  { recorded, now, configured }: Versions,
): Pick<ResourceDrift, 'leaves' | 'explained' | 'outside' | 'planned'> => {
  const explained = explanations(type, { recorded, now });
  const names = new Set(explained.whole);
  const strip = (tree: Tree): Tree => explained.strip(without(tree, names));
  const versions = { recorded: strip(recorded), now: strip(now), configured: configured && strip(configured) };
  // Of what is no longer configured nobody can tell what it was to have.
  const taken = set === undefined ? undefined : explained.takenIn(versions, set);
  const leaves = classify({
    ...versions,
    recorded: taken?.recorded ?? versions.recorded,
    isConfigured: ([first]) =>
      first !== undefined && 'name' in first && (set?.has(first.name) === true || address.includes(' (deposed ')),
  });
  return {
    leaves: [...leaves.filter((leaf) => !repeatsTags(leaf, leaves)), ...(taken?.leaves ?? [])],
    explained: explained.names,
    outside: { type, before: taken?.accountedFor ?? versions.recorded, after: versions.now },
    planned: { type, before: versions.now, after: versions.configured ?? versions.now },
  };
};

/** `tags_all` is `tags` and the provider's defaults: one change of a tag is reported once. */
const repeatsTags = ({ path: [first, ...rest] }: ClassifiedLeaf, leaves: readonly ClassifiedLeaf[]): boolean =>
  first !== undefined &&
  'name' in first &&
  first.name === 'tags_all' &&
  leaves.some(({ path: [other, ...below] }) => {
    return other !== undefined && 'name' in other && other.name === 'tags' && overlap(below, rest);
  });

const special = (
  name: string,
  kind: DriftClass,
  [recorded, now, configured]: readonly [Tree, Tree, Tree],
): ClassifiedLeaf => ({
  path: [{ name }],
  class: kind,
  recorded,
  now,
  configured,
});

const PRESENT = scalar('present');
const GONE = scalar('absent');

/** It was deleted outside of Terraform. */
const absence = (isWanted: boolean): ClassifiedLeaf =>
  special('#existence', isWanted ? 'configuration' : 'state-only', [PRESENT, GONE, isWanted ? PRESENT : GONE]);

/** The next apply would create or delete it. */
const existence = (isThere: boolean): ClassifiedLeaf =>
  special('#existence', 'pending', isThere ? [PRESENT, PRESENT, GONE] : [GONE, GONE, PRESENT]);

const isForgotten = ({ change }: ResourceChange): boolean => change.actions.includes('forget');

/** The next apply would leave it as it is, and keep it in no state. */
const forgetting = special('#management', 'pending', [scalar('managed'), scalar('managed'), scalar('forgotten')]);

/** The next apply would delete it at one address and create it at another one, for want of a "moved" block. */
const rename = (from: string, to: string): ClassifiedLeaf =>
  special('#rename', 'pending', [scalar(from), scalar(from), scalar(`${to}, created anew: a moved block keeps it`)]);

const replacement = ({ change }: ResourceChange, leaves: readonly ClassifiedLeaf[]): readonly ClassifiedLeaf[] => {
  const { actions } = change;
  if (!actions.includes('create') || !(actions.includes('delete') || actions.includes('forget'))) return [];
  const paths = (change.replace_paths ?? []).map((path): readonly Step[] =>
    path.map((step) => (typeof step === 'number' ? { index: step } : { name: step })),
  );
  const because = leaves.filter(({ class: kind }) => kind === 'configuration');
  const isDrift = because.some((leaf) => paths.some((path) => overlap(path, leaf.path)));
  return [
    special('#replacement', isDrift ? 'configuration' : 'pending', [
      scalar('kept'),
      scalar('kept'),
      scalar(actions.includes('forget') ? 'replaced, the former one forgotten' : 'replaced'),
    ]),
  ];
};

const move = ({ address, previous_address: before }: ResourceChange): readonly ClassifiedLeaf[] =>
  before === undefined ? [] : [special('#address', 'pending', [scalar(before), scalar(before), scalar(address)])];

const action = ({ change }: ResourceChange): ClassifiedLeaf =>
  special('#action', 'pending', [ABSENT, ABSENT, scalar(change.actions.join(', '))]);
