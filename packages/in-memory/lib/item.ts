export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Flat, so that a copy costs little: strings are shared, and nothing else can be. */
export type Attributes = Readonly<Record<string, string | number>>;

export type Item = Key & Attributes;

/** What must hold of the item as it is stored at the moment of the write; `undefined`: there is none. */
export type Condition = (existing: Item | undefined) => boolean;

/** One write of one item. `add` starts from 0, `update` creates what is not there, as in DynamoDB. */
export type Write =
  | { readonly put: Item; readonly condition?: Condition }
  | {
      readonly update: Key;
      readonly set?: Attributes;
      readonly add?: Readonly<Record<string, number>>;
      readonly remove?: readonly string[];
      readonly condition?: Condition;
    }
  | { readonly delete: Key; readonly condition?: Condition }
  | { readonly check: Key; readonly condition: Condition };

/** DynamoDB refuses larger items. Counted in UTF-16 units, which is near enough for what is stored here. */
const MAX_ITEM_SIZE = 400 * 1024;

export const isAbsent: Condition = (existing) => existing === undefined;
export const isPresent: Condition = (existing) => existing !== undefined;

/** The item exists and has these values; attributes that are not named may be anything. */
export const hasValues =
  (wanted: Attributes): Condition =>
  (existing) => {
    if (existing === undefined) return false;
    for (const name in wanted) if (existing[name] !== wanted[name]) return false;
    return true;
  };

export const keyOf = (write: Write): Key => {
  if ('put' in write) return write.put;
  if ('update' in write) return write.update;
  return 'delete' in write ? write.delete : write.check;
};

/** The item after a write, frozen; `undefined` when it is gone. */
export const itemAfter = (existing: Item | undefined, write: Write): Item | undefined => {
  if ('put' in write) return sealed({ ...write.put });
  if ('delete' in write) return undefined;
  if ('check' in write) return existing;
  const { pk, sk } = write.update;
  const changed: Record<string, string | number> = { ...existing, ...write.set };
  for (const name in write.add) changed[name] = Number(existing?.[name] ?? 0) + (write.add[name] ?? 0);
  for (const name of write.remove ?? []) delete changed[name];
  return sealed({ ...changed, pk, sk });
};

const sealed = (item: Item): Item => {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (typeof value === 'string') size += value.length;
    else if (!Number.isFinite(value))
      throw new TypeError(`attribute ${name} of ${item.pk} is neither text nor a number`);
    size += name.length;
  }
  if (size > MAX_ITEM_SIZE) throw new RangeError(`item ${item.pk} ${item.sk} has ${size} characters, over 400 KiB`);
  return Object.freeze(item);
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
