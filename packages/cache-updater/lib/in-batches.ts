/** Calls that may run at once: enough to fill a pipeline, few enough not to fill the memory. */
const AT_ONCE = 50;

/** Maps in order, so many at a time. */
export const inBatches = async <T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(map))));
  }
  return results;
};
