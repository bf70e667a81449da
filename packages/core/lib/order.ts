import * as z from 'zod/mini';

/**
 * The place of a revision in the life of a flag: (epoch, revision), compared in that order.
 * The revision grows by one per accepted change and never shrinks; the epoch grows only when another region is made home.
 */
export interface Order {
  readonly epoch: number;
  readonly revision: number;
}

/** Sort keys pad revisions to this many digits, so that the order of the text is the order of the numbers. */
const REVISION_DIGITS = 12;
const EPOCH_DIGITS = 6;

export const orderSchema = z.object({
  epoch: z.int().check(z.gte(1), z.lt(10 ** EPOCH_DIGITS)),
  revision: z.int().check(z.gte(1), z.lt(10 ** REVISION_DIGITS)),
});

/** The order alone of what has one: of an envelope, a revision. */
export const orderOf = ({ epoch, revision }: Order): Order => ({ epoch, revision });

/** Whether it is one at all: an item that somebody wrote around our functions reads as 0. */
export const isOrder = (order: Order): boolean => orderSchema.safeParse(order).success;

/** Negative when `a` comes first, positive when `b` does, 0 when they are the same order. */
export const compareOrders = (a: Order, b: Order): number => a.epoch - b.epoch || a.revision - b.revision;

export const isNewer = (a: Order, b: Order): boolean => compareOrders(a, b) > 0;

export const sameOrder = (a: Order, b: Order): boolean => compareOrders(a, b) === 0;

/** The order of the next accepted change. A new epoch goes on with the numbering of the old one. */
export const nextOrder = (epoch: number, current: Order | null): Order => ({
  epoch,
  revision: (current?.revision ?? 0) + 1,
});

/** For people: `1.42`. */
export const formatOrder = ({ epoch, revision }: Order): string => `${epoch}.${revision}`;

/** For sort keys: fixed width, so that text order is (epoch, revision) order. */
export const orderKey = ({ epoch, revision }: Order): string =>
  `${String(epoch).padStart(EPOCH_DIGITS, '0')}#${String(revision).padStart(REVISION_DIGITS, '0')}`;
