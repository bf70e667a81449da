const SIDE_BY_SIDE = 20;

/** For what is bounded otherwise. */
export const always = (): boolean => true;

/** So many at a time, in their order, as long as there is time left. @throws what the first of them threw, once all have ended */
export const inParallel = async <T>(
  items: Iterable<T> | AsyncIterable<T>,
  isLeft: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const underWay = new Set<Promise<void>>();
  const errors: unknown[] = [];
  for await (const item of items) {
    if (errors.length > 0 || !isLeft()) break;
    // Caught at once: while the next item is awaited, nobody else listens.
    const one: Promise<void> = work(item)
      .catch((error: unknown) => {
        errors.push(error);
      })
      .finally(() => underWay.delete(one));
    underWay.add(one);
    if (underWay.size >= SIDE_BY_SIDE) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (errors.length > 0) throw errors[0];
};
