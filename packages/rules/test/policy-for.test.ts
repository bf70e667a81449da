import fc from 'fast-check';
import { exampleEnvelope, type Patch, withDocument, withPolicy } from '../lib/examples/envelope.ts';
import { showInstant } from '../lib/instant.ts';
import { DEFAULT_POLICY, type Policy } from '../lib/policy.ts';
import { policyFor } from '../lib/policy-for.ts';
import type { Freeze } from '../lib/process-policy.ts';
import { validate } from '../lib/validate.ts';

const HOUR = 3_600_000;
const { at, owner, change } = exampleEnvelope();
const { accepted } = at;

const hours = fc.integer({ min: -20_000, max: 20_000 });
const tickets = fc.constantFrom('CHG-1', 'CHG-2');

const freeze: fc.Arbitrary<Freeze> = fc
  .record({
    begins: hours,
    length: fc.integer({ min: 1, max: 2_000 }),
    owners: fc.constantFrom<string[]>([], [owner], ['cards'], ['cards', owner]),
    exceptions: fc.array(
      fc.record({
        ticket: tickets,
        approvedBy: fc.constantFrom('noor', change.actor),
        until: hours.map((hour) => showInstant(accepted + hour * HOUR)),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ begins, length, ...rest }) => ({
    name: 'a freeze',
    from: showInstant(accepted + begins * HOUR),
    to: showInstant(accepted + (begins + length) * HOUR),
    ...rest,
  }));

const policy: fc.Arbitrary<Policy> = fc
  .record({
    freezes: fc.array(freeze, { maxLength: 6 }),
    freezeLeadMinutes: fc.constantFrom(0, 240, 1_000_000),
    maxScheduleDays: fc.constantFrom(0, 30, 400),
  })
  .map((stated) => ({ ...DEFAULT_POLICY, ...stated }));

const sealedAs = (sealed: Policy, patch: Patch) => exampleEnvelope({ ...patch, ...withPolicy(sealed) });

it('leaves out only what no rule would have looked at', () => {
  fc.assert(
    fc.property(policy, fc.option(tickets, { nil: undefined }), hours, (whole, ticket, hour) => {
      const when = Math.floor(accepted / 1_000) + hour * 3_600;
      const patch = {
        ...withDocument({ targeting: { if: [{ '>=': [{ var: '$flagd.timestamp' }, when] }, 'on', 'off'] } }),
        change: { ...change, ...(ticket === undefined ? {} : { ticket }) },
      };
      const part = policyFor(whole, { accepted, owner, ticket });
      expect(validate(sealedAs(part, patch), ['change'])).toEqual(validate(sealedAs(whole, patch), ['change']));
    }),
    { numRuns: 500 },
  );
});

it('does not grow with the freezes that are over, nor with the exceptions of others', () => {
  const past = Array.from({ length: 500 }, (_, index) => ({
    name: `Year end ${index}`,
    from: showInstant(accepted - (index + 2) * 24 * HOUR),
    to: showInstant(accepted - (index + 1) * 24 * HOUR),
    owners: [],
    exceptions: [],
  }));
  const exceptions = Array.from({ length: 500 }, (_, index) => ({
    ticket: `CHG-${index}`,
    approvedBy: 'noor',
    until: showInstant(accepted + HOUR),
  }));
  const now = {
    name: 'Now',
    from: showInstant(accepted - HOUR),
    to: showInstant(accepted + HOUR),
    owners: ['cards', owner],
    exceptions,
  };
  const { freezes } = policyFor({ ...DEFAULT_POLICY, freezes: [...past, now] }, { accepted, owner, ticket: 'CHG-7' });
  expect(freezes).toEqual([{ ...now, owners: [owner], exceptions: [exceptions[7]] }]);
});
