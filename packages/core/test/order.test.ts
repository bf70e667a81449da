import * as fc from 'fast-check';
import {
  compareOrders,
  formatOrder,
  isNewer,
  nextOrder,
  type Order,
  orderKey,
  orderSchema,
  sameOrder,
} from '../lib/order.ts';
import { parse } from '../lib/parse.ts';

const orders: fc.Arbitrary<Order> = fc.record({
  epoch: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 999_999 })),
  revision: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 999_999_999_999 })),
});

describe('the order of revisions', () => {
  it('puts the epoch before the revision', () => {
    expect(isNewer({ epoch: 2, revision: 1 }, { epoch: 1, revision: 999 })).toBe(true);
    expect(isNewer({ epoch: 1, revision: 10 }, { epoch: 1, revision: 9 })).toBe(true);
    expect(isNewer({ epoch: 1, revision: 9 }, { epoch: 1, revision: 9 })).toBe(false);
  });

  it('is total: antisymmetric, transitive, and zero only for the same order', () => {
    fc.assert(
      fc.property(orders, orders, orders, (a, b, c) => {
        expect(Math.sign(compareOrders(a, b))).toBe(-Math.sign(compareOrders(b, a)) + 0);
        expect(compareOrders(a, b) === 0).toBe(a.epoch === b.epoch && a.revision === b.revision);
        expect(sameOrder(a, b)).toBe(compareOrders(a, b) === 0);
        if (compareOrders(a, b) <= 0 && compareOrders(b, c) <= 0) expect(compareOrders(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('is the order of the keys as text', () => {
    fc.assert(
      fc.property(orders, orders, (a, b) => {
        const [left, right] = [orderKey(a), orderKey(b)];
        expect(left < right).toBe(compareOrders(a, b) < 0);
        expect(left === right).toBe(compareOrders(a, b) === 0);
      }),
    );
  });

  it('has keys of twelve revision digits', () => {
    expect(orderKey({ epoch: 1, revision: 42 })).toBe('000001#000000000042');
    expect(orderKey({ epoch: 999_999, revision: 999_999_999_999 })).toBe('999999#999999999999');
    expect(formatOrder({ epoch: 1, revision: 42 })).toBe('1.42');
  });

  it('counts revisions on, in a new epoch too', () => {
    expect(nextOrder(1, null)).toEqual({ epoch: 1, revision: 1 });
    expect(nextOrder(1, { epoch: 1, revision: 7 })).toEqual({ epoch: 1, revision: 8 });
    expect(nextOrder(2, { epoch: 1, revision: 7 })).toEqual({ epoch: 2, revision: 8 });
  });

  it('gives every next order a place after the one before', () => {
    fc.assert(
      fc.property(orders, fc.nat(3), (order, ahead) => {
        expect(isNewer(nextOrder(order.epoch + ahead, order), order)).toBe(true);
      }),
    );
  });

  it.each([
    { epoch: 0, revision: 1 },
    { epoch: 1, revision: 0 },
    { epoch: 1.5, revision: 1 },
    { epoch: 1_000_000, revision: 1 },
    { epoch: 1, revision: 1_000_000_000_000 },
    { epoch: '1', revision: 1 },
    { epoch: 1 },
  ])('refuses %j', (value) => {
    expect(() => parse(orderSchema, value, { what: 'order', hint: 'none' })).toThrow('order is not valid');
  });
});
