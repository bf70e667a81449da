/** One sequence out of several that are sorted by the same key. It reads no further in any of them than it must. */
export async function* mergeByKey<T>(
  sources: readonly AsyncGenerator<T, void, undefined>[],
  keyOf: (entry: T) => string,
): AsyncGenerator<T, void, undefined> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, next: await source.next() })));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.next.done) continue;
      if (first === undefined || first.next.done || keyOf(head.next.value) < keyOf(first.next.value)) first = head;
    }
    if (first === undefined || first.next.done) return;
    yield first.next.value;
    first.next = await first.source.next();
  }
}
