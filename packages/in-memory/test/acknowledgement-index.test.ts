import { compareOrders, type Order } from '@flaghoist/core/order';
import { AcknowledgementIndex } from '@flaghoist/in-memory/acknowledgement-index';
import fc from 'fast-check';

/** More services than two words have bits. */
const services = Array.from({ length: 70 }, (_, number) => `service-${number}`);
/** At both ends of words, and few, so that lines share a service. */
const few = [0, 31, 32, 63, 64].map((number) => `service-${number}`);
const flags = ['checkout.new', 'search.fast'];

const orders = fc.record({ epoch: fc.integer({ min: 1, max: 2 }), revision: fc.integer({ min: 1, max: 5 }) });
const lines = fc.record({
  flagKey: fc.constantFrom(...flags),
  service: fc.constantFrom(...few),
  order: orders,
  at: fc.integer({ min: 0, max: 5_999 }),
});
/** Whole seconds, as the index counts them. */
const windows = fc.record({ from: fc.integer({ min: 0, max: 6 }), to: fc.integer({ min: 0, max: 6 }) });

describe('the index of acknowledgement lines', () => {
  it('shows the highest order of each flag and service in a window, in whatever order the lines came', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 60, size: 'max' }), windows, (written, { from, to }) => {
        const index = new AcknowledgementIndex();
        const highest = new Map<string, Order>();
        // So that each service has the number in its name.
        for (const service of services) index.add('other', service, { epoch: 1, revision: 1 }, 0);
        for (const { flagKey, service, order, at } of written) {
          index.add(flagKey, service, order, at);
          const second = Math.floor(at / 1000);
          if (second < from || second > to) continue;
          const name = `${flagKey} ${service}`;
          const known = highest.get(name);
          if (known === undefined || compareOrders(order, known) > 0) highest.set(name, order);
        }
        const rows = index.highest([...flags, ...flags], from * 1000, to * 1000);
        expect(rows).toHaveLength(highest.size);
        expect(new Map(rows.map(({ flagKey, service, heldOrder }) => [`${flagKey} ${service}`, heldOrder]))).toEqual(
          highest,
        );
      }),
    );
  });
});
