const SIDE_BY_SIDE = 20;

/** So many at a time, in their order, as long as there is time left. */
export const inParallel = async <T>(
  items: Iterable<T> | AsyncIterable<T>,
  isLeft: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const underWay = new Set<Promise<void>>();
  for await (const item of items) {
    if (!isLeft()) break;
    const one: Promise<void> = work(item).finally(() => underWay.delete(one));
    underWay.add(one);
    if (underWay.size >= SIDE_BY_SIDE) await Promise.race(underWay);
  }
  await Promise.all(underWay);
};
