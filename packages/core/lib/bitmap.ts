/** One bit per item, in their order, as base64: 28 characters for 156 services. */
export const encodeBitmap = <T>(items: readonly T[], isSet: (item: T) => boolean): string => {
  const bytes = Buffer.alloc(Math.ceil(items.length / 8));
  items.forEach((item, index) => {
    if (isSet(item)) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes.toString('base64');
};

/** The items whose bit is set. */
export const decodeBitmap = <T>(text: string, items: readonly T[]): ReadonlySet<T> => {
  const bytes = Buffer.from(text, 'base64');
  return new Set(items.filter((_, index) => ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0));
};
