import type { Item, ItemWrite, Key } from '@flaghoist/core/storage/write';
import type { Limits } from './limits.ts';

/** DynamoDB refuses larger items. Counted in UTF-16 units, which is near enough for what is stored here. */
const MAX_ITEM_SIZE = 400 * 1024;

export const keyOf = (write: ItemWrite): Key => {
  if ('put' in write) return write.put;
  if ('update' in write) return write.update;
  return 'delete' in write ? write.delete : write.check;
};

/** The item after a write, frozen; `undefined` when it is gone. @throws RangeError for one that is too large */
export const itemAfter = (existing: Item | undefined, write: ItemWrite, { itemSize }: Sized): Item | undefined => {
  const item = contentAfter(existing, write);
  if (item === undefined || item === existing) return item;
  const size = sizeOf(item);
  if (itemSize && size > MAX_ITEM_SIZE)
    throw new RangeError(`item ${item.pk} ${item.sk} has ${size} characters, over 400 KiB`);
  return Object.freeze(item);
};

type Sized = Pick<Limits, 'itemSize'>;

const contentAfter = (existing: Item | undefined, write: ItemWrite): Item | undefined => {
  if ('put' in write) return { ...write.put };
  if ('delete' in write) return undefined;
  if ('check' in write) return existing;
  const { pk, sk } = write.update;
  const changed: Record<string, string | number> = { ...existing, ...write.set };
  for (const name in write.add) {
    const before = existing?.[name] ?? 0;
    if (typeof before !== 'number')
      throw new TypeError(`attribute ${name} of ${pk} ${sk} is text: nothing is added to it`);
    changed[name] = before + (write.add[name] ?? 0);
  }
  for (const name of write.remove ?? []) delete changed[name];
  return { ...changed, pk, sk };
};

/** Characters of names and texts. @throws TypeError for what no table takes */
export const sizeOf = (item: Item): number => {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (typeof value === 'string') size += value.length;
    else if (!Number.isFinite(value))
      throw new TypeError(`attribute ${name} of ${item.pk} is neither text nor a number`);
    size += name.length;
  }
  return size;
};

export const sameItem = (a: Item | undefined, b: Item | undefined): boolean => {
  if (a === undefined || b === undefined) return a === b;
  let names = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    names += 1;
  }
  for (const _ in b) names -= 1;
  return names === 0;
};
