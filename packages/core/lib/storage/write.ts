/*
 * What the book of storage is written in: items, conditions, writes and queries as data, without a word of any database.
 * `adapters` renders them as DynamoDB expressions, `in-memory` checks and applies them to a map.
 */

/** The tables by their names in the domain. What a table is called in an account is an adapter's business. */
export type TableName = 'flags' | 'proposals' | 'changes' | 'verification';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Flat: an item's content is one JSON text; what conditions and indexes look at stands beside it. */
export type Attributes = Readonly<Record<string, string | number>>;

export type Item = Key & Attributes;

/** An item as it is read: a foreign writer may have left anything out. */
export type FoundItem = Readonly<Record<string, string | number | undefined>>;

/**
 * What must hold of the item as it is stored at the moment of the write. Text and numbers are never equal, and an attribute
 * that is not there equals nothing and is below nothing.
 */
export type Condition =
  | { readonly op: 'has' | 'lacks'; readonly attribute: string }
  /** All of them; at least one. */
  | { readonly op: 'equals'; readonly values: Attributes }
  /** Is something else, or is not there. */
  | { readonly op: 'differs'; readonly attribute: string; readonly value: string | number }
  | { readonly op: 'below' | 'at-most'; readonly attribute: string; readonly limit: number }
  /** Is not text, or empty text, or is not there. */
  | { readonly op: 'has-no-text'; readonly attribute: string }
  /** Is not a number, or is not there. */
  | { readonly op: 'has-no-number'; readonly attribute: string }
  | { readonly op: 'all' | 'any'; readonly of: readonly Condition[] };

/** One write of one item. `add` starts from 0, `update` creates what is not there. */
export type ItemWrite =
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

export type Write<Table extends string = TableName> = ItemWrite & { readonly table: Table };

/** Items of one partition in the order of their sort keys. */
export interface Query {
  readonly pk: string;
  readonly skPrefix?: string;
  readonly descending?: boolean;
  readonly limit?: number;
  /** Begins behind this sort key, in the direction of the query. It need not exist. */
  readonly after?: string;
}
