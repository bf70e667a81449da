import { type Envelope, recordOf, serialiseEnvelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { authorAt } from '../lib/author.ts';
import { topologyOf } from '../lib/topology.ts';

/** A home in which one flag is accepted again and again; `faster` says whether somebody else always is. */
const createHome = ({ faster = false } = {}) => {
  let newest: Envelope | undefined;
  return {
    flags: {
      current: async () =>
        newest && {
          flagKey: newest.flagKey,
          order: orderOf(newest),
          envelopeDigest: newest.envelopeDigest,
          body: serialiseEnvelope(newest),
        },
    },
    changes: {
      accept: async (envelope: Envelope) => {
        if (faster) return 'moved' as const;
        newest = envelope;
        return 'written' as const;
      },
      record: async () => newest && recordOf(newest),
    },
    topology: { latest: async () => topologyOf({ home: 'eu-west-1', services: ['payments'] }) },
    clock: { now: () => 1_000 },
  };
};

it('builds each change on the one before', async () => {
  const author = authorAt(createHome());
  const created = await author.accept(await author.proposalOf('created', { flagKey: 'beta' }));
  const killed = await author.accept(await author.proposalOf('killed', { flagKey: 'beta' }));
  expect([created.revision, killed.revision]).toEqual([1, 2]);
  expect(killed.previousEnvelopeDigest).toBe(created.envelopeDigest);
  expect(killed).toMatchObject({ flagState: 'killed', change: { id: 'change-0002' } });
});

it('says so when somebody else was faster', async () => {
  const author = authorAt(createHome({ faster: true }));
  await expect(author.accept(await author.proposalOf('created', { flagKey: 'beta' }))).rejects.toThrow('has moved');
});
