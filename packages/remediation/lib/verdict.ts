import type { Change } from '@flaghoist/drift/access/opening';
import { isAbout, openingsOf } from '@flaghoist/drift/access/openings';
import { scalarsIn, switched } from '@flaghoist/drift/access/switches';
import type { ClassifiedLeaf } from '@flaghoist/drift/classify';
import { ofExistence } from '@flaghoist/drift/judge';
import { pathText } from '@flaghoist/drift/leaves';
import type { TwoPlans } from '@flaghoist/drift/looked';
import { type ResourceDrift, resourceDrifts } from '@flaghoist/drift/resource-drift';
import { type Concern, tableConcern } from '@flaghoist/drift/severity';
import { withoutKeys } from '@flaghoist/plan-reading/address';
import { configuredArguments } from '@flaghoist/plan-reading/plan';
import { secretsOfPlans, withoutSecrets } from '@flaghoist/plan-reading/secrets';
import { shown, type Tree, unknownLeavesOf } from '@flaghoist/plan-reading/tree';
import { isMergedToo } from './merged.ts';
import {
  DATABASES,
  ENGINE,
  FIREWALLS,
  IS_ACCESS,
  isOfRights,
  KEEPS_FOR,
  MADE_ANEW,
  OF_NETWORKS,
  ONLY_PACE,
  SENDS,
  WAYS,
} from './resource-types.ts';
import { deletesAgain, letsInAgain, nameOf, sendsAgain } from './switched-back.ts';

/**
 * What an apply would do about a resource that was changed outside:
 *   closing   it takes back what somebody opened, and opens nothing
 *   sending   it makes anew, or switches on again, what sends data somewhere: who gets it is decided by a person, each time
 *   mending   anything else that may be applied
 */
export const remedies = ['closing', 'sending', 'mending'] as const;
export type Remedy = (typeof remedies)[number];

/** Why a machine does not apply it, each with what a person has to do. */
export const refusals = {
  replacement: 'it would be deleted and created anew',
  deletion: 'it would be deleted or forgotten, or what it keeps would be, for being kept for less long',
  recreation:
    'it is gone, and may have held data: it would come back empty. Restore it from its backup, or create it by an apply',
  identity: 'it would change who may do what, other than by taking back what was opened',
  network: 'it would change who reaches what, other than by taking back what was opened',
  engine: "it would change a database's engine",
  pending: 'a change that is merged and not applied would go with it: apply that first',
  dependency: 'what it depends on would be changed with it, and not by a machine: see to that first',
  turn: 'it needs a word: it is planned as soon as what needs none is applied',
  noise: 'the noise list covers a part of what would be changed',
  unknown: 'it could not be read, or not be classified for certain',
} as const;
export type Refusal = keyof typeof refusals;

export interface PutBack {
  readonly path: string;
  readonly now: string;
  readonly configured: string;
}

export interface Verdict {
  readonly address: string;
  readonly type: string;
  /** The attributes that an apply would put back. */
  readonly paths: readonly string[];
  /** What each of them is and would be, for whoever approves it: JSON, `(sensitive)` or `(known after apply)`. */
  readonly changes: readonly PutBack[];
  readonly remedy: Remedy;
  /** None: it may be applied. */
  readonly refused: readonly Refusal[];
  /** Addresses of what would be changed with it, where that is why: what it depends on, or what has yet to move. */
  readonly brings?: readonly string[];
}

/** Whether a machine may mend it, by a plan that is made after the one that needs no word. */
export const waitsForTurn = ({ refused }: Pick<Verdict, 'refused'>): boolean => refused.includes('turn');

/** What a look has decided, resource by resource. */
export interface Decided {
  readonly mends: readonly Verdict[];
  readonly leaves: readonly Verdict[];
  /** Resources that were to be mended as often as the policy allows, and drift still: a person must look. */
  readonly givenUp: readonly string[];
}

const IDENTITY: ReadonlySet<Concern> = new Set(['identity']);
const NETWORK: ReadonlySet<Concern> = new Set(['network', 'public access', 'wider access', 'way out']);
const LETS_IN_NOBODY: ReadonlySet<Concern> = new Set(['tags', 'description', 'audit']);

/** Refused actions; what only an update is passes. */
const ofActions = (actions: readonly string[], isMadeAnew: boolean): readonly Refusal[] => {
  const goes = actions.includes('delete') || actions.includes('forget');
  if (goes) return actions.includes('create') ? ['replacement'] : ['deletion'];
  return actions.includes('create') && !isMadeAnew ? ['recreation'] : [];
};

const isSpecial = (leaf: ClassifiedLeaf): boolean => nameOf(leaf).startsWith('#');

const isOfNetworks = (type: string): boolean => OF_NETWORKS.test(type) || WAYS.test(type) || FIREWALLS.test(type);

const guardOf = (type: string, concern: Concern, name: string): Refusal | undefined => {
  if (FIREWALLS.test(type)) return LETS_IN_NOBODY.has(concern) ? undefined : 'network';
  if (IDENTITY.has(concern)) return 'identity';
  if (NETWORK.has(concern)) return OF_NETWORKS.test(type) || concern !== 'wider access' ? 'network' : 'identity';
  // What a part of a right or of a way decides, and no table knows, is nothing for a machine.
  if (concern !== 'unlisted') return undefined;
  if (isOfRights(type)) return 'identity';
  return isOfNetworks(type) && !(OF_NETWORKS.test(type) && ONLY_PACE.test(name)) ? 'network' : undefined;
};

const guardOfCreation = (type: string): Refusal | undefined => {
  if (isOfRights(type)) return 'identity';
  return isOfNetworks(type) ? 'network' : undefined;
};

/** Not refused for being gone alone: rights and ways have a reason of their own, and what sends data is asked about. */
const isMadeAnew = (type: string): boolean =>
  MADE_ANEW.test(type) || SENDS.test(type) || guardOfCreation(type) !== undefined;

const isAccess = (concern: Concern): boolean => NETWORK.has(concern) || IDENTITY.has(concern);

/** What one changed part of a resource is about, and whether its way back closes it. */
const judged = ({ type, outside, planned }: ResourceDrift) => {
  const opens = openingsOf(planned);
  const opened = openingsOf(outside).filter(({ isNameOnly }) => isNameOnly !== true);
  const isGone = (leaf: ClassifiedLeaf): boolean => nameOf(leaf) === '#existence';
  // What its policy denied went with all that it held: made anew, it has neither.
  const mayClose = (leaf: ClassifiedLeaf): boolean => !FIREWALLS.test(type) && (!isGone(leaf) || IS_ACCESS.test(type));
  const flips = (leaf: ClassifiedLeaf, [before, after]: readonly [Tree, Tree], whole: Change): readonly Concern[] => {
    // A new resource keeps nothing yet that it could delete, unless it is a rule for what another one keeps.
    if (isGone(leaf)) return ofExistence(type, whole).opened.filter((each) => isAccess(each) || KEEPS_FOR.test(type));
    return switched(type, scalarsIn(before, nameOf(leaf)), scalarsIn(after, nameOf(leaf))).opened;
  };
  return {
    opens,
    of: (leaf: ClassifiedLeaf) => {
      const concern = tableConcern({ type, path: pathText(leaf.path) });
      const out = flips(leaf, [leaf.recorded, leaf.now], outside);
      const back = flips(leaf, [leaf.now, leaf.configured], planned);
      const special = isGone(leaf) ? guardOfCreation(type) : undefined;
      return {
        guard: isSpecial(leaf) ? special : letsInAgain(type, leaf) ? 'identity' : guardOf(type, concern, nameOf(leaf)),
        widens: back.some(isAccess),
        // What is kept for less long is deleted at once.
        deletes: back.includes('deletion') || deletesAgain(type, leaf),
        sends: sendsAgain(type, leaf),
        closes: mayClose(leaf) && (opened.some((each) => isAbout(each, leaf)) || out.some(isAccess)),
      };
    },
  };
};

const remedyOf = (
  type: string,
  {
    isClosing,
    sends,
    actions,
  }: { readonly isClosing: boolean; readonly sends: boolean; readonly actions: readonly string[] },
): Remedy => {
  if (isClosing) return 'closing';
  return sends || (SENDS.test(type) && actions.includes('create')) ? 'sending' : 'mending';
};

const isKnown = (tree: Tree): boolean => unknownLeavesOf(tree) === 0;

/**
 * Whether what an apply would set is known before it. What it lets in cannot be judged otherwise.
 *
 * @param set the arguments that the configuration sets; the provider computes the others. "dynamic"
 *   blocks are missing where a saved plan has no sources, so a list that access is judged by counts, unless a new resource leaves
 *   all of it to the provider
 */
const isSettled = (
  { type, outside, planned: { after } }: ResourceDrift,
  set: ReadonlySet<string>,
  actions: readonly string[],
): boolean => {
  if (after.kind !== 'map') return isKnown(after);
  const isBlock = (name: string, value: Tree): boolean => {
    const before = outside.after.kind === 'map' ? outside.after.entries.get(name) : undefined;
    return value.kind === 'list' || (before?.kind === 'list' && !actions.includes('create'));
  };
  const isSet = (name: string, value: Tree): boolean =>
    set.has(name) || (isBlock(name, value) && guardOf(type, tableConcern({ type, path: name }), name) !== undefined);
  return [...after.entries].every(([name, value]) => isKnown(value) || !isSet(name, value));
};

interface Planned {
  readonly actions: readonly string[];
  /** The arguments that the configuration sets. */
  readonly set: ReadonlySet<string>;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
}

const verdictOf = (drift: ResourceDrift, { actions, set, clean }: Planned): Verdict => {
  const { address, type, leaves, unknown } = drift;
  const changed = leaves.filter(({ class: kind }) => kind === 'configuration');
  const look = judged(drift);
  const parts = changed.map((leaf) => ({ leaf, ...look.of(leaf) }));
  const isClosing = parts.length > 0 && parts.every(({ closes }) => closes);
  const widened: Refusal = isOfNetworks(type) ? 'network' : 'identity';
  const guarded = parts.flatMap(({ guard, closes, widens }): readonly Refusal[] => {
    if (widens) return [widened];
    return closes || guard === undefined ? [] : [guard];
  });
  // Judged as a whole: a rule, a policy or a permission that lets in more than it does now.
  const whole = look.opens.map((): Refusal => widened);
  const engine = DATABASES.test(type) && changed.some((leaf) => ENGINE.test(nameOf(leaf)));
  // A replacement is told by a part of its own, also where what was configured otherwise is its cause.
  const pending =
    leaves.some((leaf) => leaf.class === 'pending' && (!isSpecial(leaf) || nameOf(leaf) === '#address')) ||
    isMergedToo(drift);
  const refused: readonly Refusal[] = [
    ...ofActions(actions, isClosing || isMadeAnew(type)),
    ...(parts.some(({ deletes }) => deletes) ? (['deletion'] as const) : []),
    ...guarded,
    ...whole,
    ...(engine ? (['engine'] as const) : []),
    ...(pending ? (['pending'] as const) : []),
    ...(unknown === undefined && isSettled(drift, set, actions) ? [] : (['unknown'] as const)),
  ];
  return {
    address,
    type,
    paths: changed.map(({ path }) => pathText(path)),
    changes: changed.map(({ path, now, configured }) => ({
      path: clean(pathText(path)),
      now: clean(shown(now)),
      configured: clean(shown(configured)),
    })),
    remedy: remedyOf(type, { isClosing, sends: parts.some(({ sends }) => sends), actions }),
    refused: [...new Set(refused)],
  };
};

const IDLE = new Set(['no-op', 'read']);

/** Also what a "moved" or an "import" block changes in the state alone. */
const changesIn = ({ normal }: Pick<TwoPlans, 'normal'>) =>
  normal.resource_changes.filter(
    ({ mode, change, previous_address: before }) =>
      mode === 'managed' &&
      (before !== undefined || change.importing != null || change.actions.some((action) => !IDLE.has(action))),
  );

/**
 * What may be done about each resource that was changed outside against the configuration, and that an apply would change back.
 * What the configuration does not mind needs no apply; what is only merged and not applied is no drift.
 *
 * @param plans the normal one may be of a part of the resources
 */
export const verdictsOf = (plans: TwoPlans): readonly Verdict[] => {
  const actions = Map.groupBy(changesIn(plans), ({ address }) => address);
  const configured = configuredArguments(plans.normal);
  const secrets = secretsOfPlans([plans.refresh, plans.normal]);
  const clean = (text: string): string => withoutSecrets(text, secrets);
  return resourceDrifts(plans).flatMap((drift) => {
    // What somebody left behind (deposed) goes with the one that has its address.
    const own = actions.get(drift.address)?.flatMap(({ change }) => change.actions);
    const isDrift = drift.leaves.some(({ class: kind }) => kind === 'configuration');
    const set = configured.get(withoutKeys(drift.address)) ?? new Set();
    return own === undefined || !isDrift ? [] : [verdictOf(drift, { actions: own, set, clean })];
  });
};

/** All that a plan would change, drift or not. */
export const changedIn = (plans: Pick<TwoPlans, 'normal'>): readonly string[] =>
  changesIn(plans).map(({ address }) => address);

/** What has another address in the configuration than in the state: by a "moved" block, or by a count that it got. */
export const movedIn = (plans: Pick<TwoPlans, 'normal'>): readonly string[] =>
  changesIn(plans).flatMap(({ address, previous_address: before }) => (before === undefined ? [] : [address]));
