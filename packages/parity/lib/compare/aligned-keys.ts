/** Keys as one environment has them, and what those mean that hold its own words. */
interface Keys {
  readonly keys: readonly string[];
  readonly meanings?: ReadonlyMap<string, string> | undefined;
}

/**
 * What each environment calls the things that are compared with each other. What all have is the same thing under its own
 * name: `test` of a provider's `condition.test` is no environment's word, whatever an environment is called. Only where the
 * keys differ they are told apart by what they mean.
 *
 * @returns for each environment, its keys by the common name
 */
export const alignKeys = (all: readonly Keys[]): readonly ReadonlyMap<string, string>[] => {
  const [first, ...others] = all.map(({ keys }) => new Set(keys));
  const common = new Set([...(first ?? [])].filter((key) => others.every((each) => each.has(key))));
  return all.map(
    ({ keys, meanings }) => new Map(keys.map((key) => [common.has(key) ? key : (meanings?.get(key) ?? key), key])),
  );
};
