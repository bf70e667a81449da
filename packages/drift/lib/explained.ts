import { isObject } from '@flaghoist/core/json';
import type { StateResource } from '@flaghoist/plan-reading/plan-schema';
import { ABSENT, identity, isNothing, originalOf, type Tree, unknownLeavesOf } from '@flaghoist/plan-reading/tree';
import type { ClassifiedLeaf } from './classify.ts';
import { type Echo, echoes, type Key, type Whole, wholes } from './containers.ts';
import { driftTree } from './drift-tree.ts';
import { diffTrees, memberTree, sameValue, withMember } from './leaves.ts';

/** A container as it is recorded, as it was read, and as it would be; without what is explained. */
interface Versions {
  readonly recorded: Tree;
  readonly now: Tree;
  readonly configured: Tree | undefined;
}

/** What an apply has written into the state although nobody asked for it, told apart from what it has of right. */
interface TakenIn {
  /** The record, in which that looks as it was just read, so that it is told once. */
  readonly recorded: Tree;
  /** The record without it: what is accounted for. */
  readonly accountedFor: Tree;
  readonly leaves: readonly ClassifiedLeaf[];
}

interface Explained {
  /** Attributes that a resource of their own reports. */
  readonly whole: readonly string[];
  /** All attributes of which something was explained. */
  readonly names: readonly string[];
  /** Takes explained elements out of a version of the container. */
  readonly strip: (tree: Tree) => Tree;
  /** Of attributes that the configuration does not set: what is there and in the record, and nothing accounts for. */
  readonly takenIn: (versions: Versions, set: ReadonlySet<string>) => TakenIn;
}

export type Explanations = (type: string, versions: { readonly recorded: Tree; readonly now: Tree }) => Explained;

const textOf = (tree: Tree): string | undefined =>
  tree.kind === 'scalar' && typeof tree.raw === 'string' ? tree.raw : undefined;

/** A list of the container, and the parts of it that resources of the state account for. */
type Accounted = Echo & { readonly explained: ReadonlySet<string> };

/**
 * A container's lists also name what resources of their own made in it, from the first refresh after their apply on. That
 * is no outside change; what somebody else put beside it is. So exactly those elements are taken out that a resource of the
 * state accounts for.
 *
 * An apply writes all that it has read into the state, also what somebody else put there. From then on the state agrees with
 * it, and a plan has nothing to say of an attribute that the configuration leaves to the provider. So what is left is judged
 * by itself, whatever the record says.
 *
 * @param resources all that is known of the state's resources, as recorded and as read
 */
export const createExplanations = (resources: readonly StateResource[]): Explanations => {
  const byType = Map.groupBy(resources, ({ type }) => type);
  return (type, { recorded, now }) => {
    const own = (attribute: string): string | undefined =>
      textOf(memberTree(now, attribute)) ?? textOf(memberTree(recorded, attribute));
    const childrenOf = (child: string, key: Key, named: string | undefined) =>
      named === undefined
        ? []
        : (byType.get(child) ?? []).filter(({ values }) =>
            typeof key === 'string' ? values[key] === named : key(values, named),
          );

    const ofType = wholes.filter(({ container }) => container === type);
    const hasChild = ({ child, key, named }: Whole): boolean => childrenOf(child, key, own(named)).length > 0;
    const whole = ofType.filter(hasChild).map(({ attribute }) => attribute);
    const lists = echoes
      .filter(({ container }) => container === type)
      .map((echo): Accounted => {
        const children = echo.children.flatMap(({ type: child, key, parts }) =>
          childrenOf(child, key, own(echo.named)).flatMap(({ values }) => parts(values)),
        );
        return { ...echo, explained: new Set(children.map(identityOf)) };
      });
    const changed = (attribute: string): boolean =>
      identity(memberTree(recorded, attribute)) !== identity(memberTree(now, attribute));
    const explaining = lists.filter(({ explained }) => explained.size > 0);
    return {
      whole,
      names: [...whole, ...explaining.map(({ attribute }) => attribute)].filter(changed),
      strip: (tree) => explaining.reduce(stripped, tree),
      takenIn: (versions, set) => {
        const isLeftToProvider = ({ attribute }: { readonly attribute: string }): boolean =>
          !set.has(attribute) && !isPlanned(versions, attribute);
        const ofLists = lists.filter(isLeftToProvider).reduce(elementsTakenIn, untouched(versions));
        return ofType
          .filter((each) => isLeftToProvider(each) && !hasChild(each))
          .reduce((taken, each) => valueTakenIn(taken, each, versions.now), ofLists);
      },
    };
  };
};

const identityOf = (part: unknown): string => identity(driftTree(part));

const itemsOf = (tree: Tree, attribute: string): readonly Tree[] => {
  const list = memberTree(tree, attribute);
  return list.kind === 'list' ? list.items : [];
};

const isPlainList = (tree: Tree): boolean => tree.kind === 'list' || isNothing(tree);

const partsOf = (item: Tree, { parts }: Echo): readonly unknown[] => {
  const element = originalOf(item);
  return isObject(element) ? parts(element) : parts({ value: element });
};

const stripped = (tree: Tree, list: Accounted): Tree => {
  const { attribute, explained } = list;
  const items = itemsOf(tree, attribute);
  if (items.length === 0) return tree;
  const left = items.flatMap((item) => {
    const all = partsOf(item, list);
    const unexplained = all.filter((part) => !explained.has(identityOf(part)));
    return unexplained.length === all.length ? [item] : unexplained.map((part) => driftTree(part));
  });
  return withMember(tree, attribute, { kind: 'list', items: left });
};

/** Whether an apply would change it: then the plan tells it. */
const isPlanned = ({ now, configured }: Versions, attribute: string): boolean => {
  if (configured === undefined) return false;
  const wanted = memberTree(configured, attribute);
  return unknownLeavesOf(wanted) === 0 && !sameValue(wanted, memberTree(now, attribute));
};

interface Taking extends TakenIn {
  readonly now: Tree;
}

const untouched = ({ recorded, now }: Versions): Taking => ({ recorded, accountedFor: recorded, now, leaves: [] });

/** Between what is accounted for and what is there, in an attribute. */
const leavesBetween = (attribute: string, before: Tree, after: Tree): readonly ClassifiedLeaf[] =>
  diffTrees(before, after, 'after', [{ name: attribute }]).map((leaf) => ({
    path: leaf.path,
    class: 'state-only',
    recorded: leaf.before,
    now: leaf.after,
    configured: leaf.after,
    isTakenIn: true,
  }));

/**
 * Elements that are in the record as well, by their parts: a description more or a second peer makes no other rule of it. What
 * only the record has is gone, and nothing misses it: an apply records a list before it takes out what it is to take out.
 */
const elementsTakenIn = (taking: Taking, list: Accounted): Taking => {
  const { attribute, byAws = [] } = list;
  const idsOf = (item: Tree): readonly string[] => {
    const parts = partsOf(item, list).map(identityOf);
    return parts.length === 0 ? [identity(item)] : parts;
  };
  // A list that is hidden or not known as a whole is compared as a whole.
  if (![taking.recorded, taking.now].every((tree) => isPlainList(memberTree(tree, attribute)))) return taking;
  const own = new Set(byAws.map(identityOf));
  const isShared = (ids: ReadonlySet<string>) => (item: Tree) => idsOf(item).some((id) => ids.has(id) && !own.has(id));
  const recorded = itemsOf(taking.recorded, attribute);
  const present = itemsOf(taking.now, attribute);
  const taken = present.filter((item) => !isNothing(item)).filter(isShared(new Set(recorded.flatMap(idsOf))));
  const covers = isShared(new Set(taken.flatMap(idsOf)));
  const rest = recorded.filter((item) => !covers(item));
  const kept = new Set(rest.map(identity));
  const still = present.filter((item) => taken.includes(item) || kept.has(identity(item)));
  const listOf = (items: readonly Tree[]): Tree => ({ kind: 'list', items });
  return {
    now: taking.now,
    recorded: withMember(taking.recorded, attribute, listOf(still)),
    accountedFor: withMember(taking.accountedFor, attribute, listOf(rest)),
    leaves: [...taking.leaves, ...leavesBetween(attribute, listOf([]), listOf(taken))],
  };
};

const valueTakenIn = (taking: Taking, { attribute, byAws = () => null }: Whole, container: Tree): Taking => {
  const values = originalOf(container);
  const ownPart = (tree: Tree): Tree =>
    isNothing(tree) ? ABSENT : driftTree(byAws(originalOf(tree), isObject(values) ? values : {}));
  const [recorded, now] = [memberTree(taking.recorded, attribute), memberTree(taking.now, attribute)];
  const [before, own] = [ownPart(recorded), ownPart(now)];
  if (sameValue(before, recorded) || sameValue(own, now)) return taking;
  const accountedFor = withMember(taking.accountedFor, attribute, own);
  // Changed once more since: all of it is told as a change, not only the last one.
  if (!sameValue(recorded, now)) {
    return { ...taking, accountedFor, recorded: withMember(taking.recorded, attribute, own) };
  }
  return { ...taking, accountedFor, leaves: [...taking.leaves, ...leavesBetween(attribute, own, now)] };
};
