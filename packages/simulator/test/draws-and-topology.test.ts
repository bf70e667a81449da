import { drawnFor, otherBucketingsAmong } from '@flaghoist/core/bucketing';
import type { FlagDocument } from '@flaghoist/core/envelope';
import { homeWrite } from '@flaghoist/core/storage/flag-items';
import { booleanFlag } from './support/flags.ts';
import { type FlagsAtHome, flagsAtHome } from './support/flags-at-home.ts';
import { type Task, underEveryInterleaving } from './support/interleavings.ts';

/*
 * Rule 19 over the use cases themselves: a flag that draws is accepted while a version of the topology is published under which
 * one of its services draws otherwise. Whoever comes second must be refused, whichever of their calls come first.
 */

const flagKey = 'new-form';
const drawing: FlagDocument = {
  ...booleanFlag(1),
  targeting: {
    fractional: [
      ['on', 50],
      ['off', 50],
    ],
  },
};

/** `undefined`: it went through. */
const endOf = async (task: Promise<unknown>): Promise<string | undefined> =>
  task.then(
    () => undefined,
    (error: unknown) => String((error as { code?: unknown }).code),
  );

interface Ends {
  publication: string | undefined;
}

interface Scene {
  readonly name: string;
  readonly play: (home: FlagsAtHome) => Promise<Task>;
  /** What the flag is where the publication came first. */
  readonly first: unknown;
}

const scenes: readonly Scene[] = [
  {
    name: 'a flag is created that draws',
    play: async ({ proposing }) => proposing('created', { flagKey, document: drawing }),
    first: null,
  },
  {
    name: 'a flag begins to draw',
    play: async ({ make, proposing }) => {
      await make('created', { flagKey });
      return proposing('updated', { flagKey, document: drawing });
    },
    first: null,
  },
  {
    name: 'a flag that draws gets another service',
    play: async ({ make, proposing }) => {
      await make('created', { flagKey, document: drawing, audience: ['ledger'] });
      return proposing('updated', { flagKey, document: drawing, audience: ['cards', 'ledger'] });
    },
    first: ['ledger'],
  },
];

it.each(scenes)('keeps services alike when $name meanwhile, in both orders', async ({ play, first }) => {
  const met = { publicationFirst: 0, acceptanceFirst: 0 };
  await underEveryInterleaving(
    async () => {
      const home = flagsAtHome();
      home.tables.flags.write(homeWrite({ region: 'us-east-1', epoch: 1, actor: 'ada', at: 0 }, null));
      const accepting = await play(home);
      const publishing = home.publishing(2, 'cards', 'v3');
      const ends: Ends = { publication: undefined };
      return {
        tasks: [
          accepting,
          async (wrap) => {
            ends.publication = await endOf(publishing(wrap));
          },
        ],
        check: async () => {
          const topology = await home.topologies.latest();
          const current = await home.flags.current(flagKey);
          const audience = current === undefined ? null : drawnFor(current.body);
          const isAccepted = JSON.stringify(audience) !== JSON.stringify(first);
          const others = audience === null ? 0 : otherBucketingsAmong(audience, topology).size;
          expect({ others, published: topology.version === 2 }).toEqual({ others: 0, published: !isAccepted });
          expect(ends.publication).toBe(isAccepted ? 'FH_REFUSED' : undefined);
          met[isAccepted ? 'acceptanceFirst' : 'publicationFirst'] += 1;
        },
      };
    },
    (method) => ['latest', 'accept', 'refuse', 'publish', 'drawn', 'revisions', 'newest'].includes(method),
  );
  expect(met.publicationFirst).toBeGreaterThan(0);
  expect(met.acceptanceFirst).toBeGreaterThan(0);
});
