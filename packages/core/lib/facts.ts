import type { Order } from './order.ts';

/*
 * Rule 3: what one flag's change may rely on of another flag. A flag's facts are whether it is there (live or killed, not
 * archived), what it needs and which services have it. The item FACTS counts their moves; NEEDED has the other direction.
 */

interface SetRead {
  /** In which it was last known to be whole: a former home's late write brings its own back, whatever it has counted. */
  readonly epoch: number;
  /**
   * When the set was not known to be whole in this epoch, it was completed from all flags: the transaction writes these
   * keys, and the epoch. `null`: it was whole, or is not known to be.
   */
  readonly completed: { readonly epoch: number; readonly keys: readonly string[] } | null;
}

/** What was read of NEEDED, and with it. */
export interface NeededRead extends SetRead {
  readonly counter: number;
}

/** What was read of ALIKE, and with it. */
export interface AlikeRead extends SetRead {
  readonly count: number;
}

/**
 * A version of another epoch proves nothing by itself: a late write of that home may bring it back over one of this epoch,
 * though the facts have moved here in between. Such FACTS are counted on, in this epoch, by whoever relies on them; until that is
 * written, that no revision followed the one that was seen shows that they have not moved.
 */
export interface RenewedFacts {
  readonly flagKey: string;
  readonly version: number;
  /** As it was read. */
  readonly epoch: number;
  /** The order of the next change of the flag in this epoch. */
  readonly next: Order;
  /** The digest that a REVISION names which nobody accepted, and which lies there; left out: nothing does. */
  readonly foreign?: string;
}

/** What a change does to facts, and what it has looked at of other flags: the writes and conditions of its transaction. */
export interface FactsChange {
  /** Its own facts move. */
  readonly moves: boolean;
  /** In which the change is accepted. */
  readonly epoch: number;
  /** The flags that it begins to need, and those that it ends to need. */
  readonly begins: readonly string[];
  readonly ends: readonly string[];
  /** The versions at which FACTS of other flags were read. */
  readonly versions: readonly (readonly [flagKey: string, version: number])[];
  /** FACTS of other flags that a former home wrote last. */
  readonly renewed: readonly RenewedFacts[];
  /** `null`: nobody loses the flag by this change, so that NEEDED was not looked at. */
  readonly needed: NeededRead | null;
  /** `null`: the key is not new. */
  readonly alike: AlikeRead | null;
  /** The first revision of the flag, of this epoch: nobody can have needed it before. `null`: it is a later one. */
  readonly since: number | null;
}

/** Of a kill, and of every change that moves no facts: what others rely on stays as it is, and so does what it needs. */
export const FACTS_STAY: FactsChange = {
  moves: false,
  epoch: 0,
  begins: [],
  ends: [],
  versions: [],
  renewed: [],
  needed: null,
  alike: null,
  since: null,
};

/**
 * How many items of other flags a change may write or check: a transaction has room for 100, and the change itself, the
 * changes that a revert drops and the approvals need some of it.
 */
export const MAX_FACTS_ITEMS = 60;

/** How many flags may need one: all of them stand in one item, which must stay small enough to be read at once. */
export const MAX_NEEDING = 1000;

export const factsItems = ({ begins, ends, versions, renewed }: FactsChange): number =>
  begins.length + ends.length + versions.length + 2 * renewed.length;

/** A key without what readers take for nothing: keys that are equal in this look alike. */
export const lettersOf = (flagKey: string): string => flagKey.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
