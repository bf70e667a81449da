import { withoutKeys } from '@flaghoist/plan-reading/address';

/** Resources by what each depends on directly, as the configuration names them: without keys. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

const EDGE = /^\s*"([^"]+)" -> "([^"]+)";$/gm;

/** @param text what `terraform graph` prints: the resources of the configuration, and an edge from each to what it depends on */
export const parseDependencies = (text: string): Dependencies => {
  const edges = [...text.matchAll(EDGE)].map(([, from = '', to = '']) => ({ from, to }));
  return new Map([...Map.groupBy(edges, ({ from }) => from)].map(([from, all]) => [from, all.map(({ to }) => to)]));
};

const allBelow = (dependencies: Dependencies, from: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const each of dependencies.get(next) ?? []) {
      if (found.has(each)) continue;
      found.add(each);
      open.push(each);
    }
  }
  return found;
};

/**
 * Which targets of a plan would bring changes along that nobody asked for. A plan with `-target` is also one of all that the target
 * depends on, every instance of it. A target that is left out for that becomes such a change itself for those that depend on it.
 *
 * @param targets addresses of what is to be planned
 * @param changed addresses of all that a plan of everything would change
 * @returns by target, the changes that it would bring along; targets that bring none are not in it
 */
export const broughtAlong = (
  targets: readonly string[],
  changed: readonly string[],
  dependencies: Dependencies,
): ReadonlyMap<string, readonly string[]> => {
  const below = new Map(targets.map((each) => [each, allBelow(dependencies, withoutKeys(each))]));
  let found = new Map<string, readonly string[]>();
  for (;;) {
    const kept = new Set(targets.filter((each) => !found.has(each)));
    const others = changed.filter((each) => !kept.has(each));
    const again = new Map(
      targets.flatMap((target) => {
        const along = others.filter((each) => each !== target && below.get(target)?.has(withoutKeys(each)) === true);
        return along.length === 0 ? [] : [[target, along] as const];
      }),
    );
    if (again.size === found.size) return again;
    found = again;
  }
};
