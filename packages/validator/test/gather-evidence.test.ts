import type { Envelope } from '@flaghoist/core/envelope';
import type { Proposal } from '@flaghoist/core/proposal';
import type { Evidence, Fact } from '@flaghoist/rules/evidence';
import { gatherEvidence } from '../lib/gather-evidence.ts';
import type { AcceptPorts } from '../lib/ports.ts';
import { createHome } from './support/home.ts';

type Home = ReturnType<typeof createHome>;

const gather = async (
  { ports }: Home,
  facts: readonly Fact[],
  proposal: Proposal,
  current: Envelope | null = null,
  otherwise: Partial<AcceptPorts> = {},
): Promise<Evidence> => {
  const topology = await ports.topology.latest();
  return gatherEvidence(
    { proposal, current, topology, needs: new Set(facts), now: ports.clock.now() },
    { ...ports, ...otherwise },
  );
};

/** Flags that each wait for the next one. */
const createChain = async (home: Home, ...keys: string[]): Promise<void> => {
  for (const [index, flagKey] of [...keys].reverse().entries()) {
    const next = [...keys].reverse()[index - 1];
    await home.decide('created', { flagKey, ...(next === undefined ? {} : { prerequisites: [next] }) });
  }
};

it('tells of a prerequisite what it waits for itself, and how long the chain is', async () => {
  const home = createHome();
  await createChain(home, 'first-step', 'second-step', 'third-step');
  const proposal = await home.proposalOf('created', { flagKey: 'all-steps', prerequisites: ['first-step'] });
  expect(await gather(home, ['prerequisites'], proposal)).toMatchObject({
    prerequisites: [
      {
        flagKey: 'first-step',
        audience: '*',
        type: 'boolean',
        proven: false,
        requires: ['second-step', 'third-step'],
        depth: 3,
      },
    ],
  });
});

it('leaves out prerequisites that do not exist', async () => {
  const home = createHome();
  const proposal = await home.proposalOf('created', { flagKey: 'all-steps', prerequisites: ['no-step'] });
  expect(await gather(home, ['prerequisites'], proposal)).toEqual({ prerequisites: [] });
});

it('finds flags whose keys are the same words', async () => {
  const home = createHome();
  await home.decide('created', { flagKey: 'pay.now' });
  await home.decide('created', { flagKey: 'pay-later' });
  const proposal = await home.proposalOf('created', { flagKey: 'pay-now' });
  expect(await gather(home, ['lookalikes'], proposal)).toEqual({ lookalikes: ['pay.now'] });
});

it('finds the flags that wait for one, but not those that only mention it', async () => {
  const home = createHome();
  await createChain(home, 'waiting-step', 'last-step');
  await home.decide('created', { flagKey: 'last-step-form' });
  const proposal = await home.proposalOf('archived', { flagKey: 'last-step' });
  expect(await gather(home, ['dependents'], proposal)).toEqual({ dependents: ['waiting-step'] });
});

it('sums up the revision before', async () => {
  const home = createHome();
  await home.decide('created', { flagKey: 'pay-now' });
  const current = await home.current('pay-now');
  const proposal = await home.proposalOf('updated', { flagKey: 'pay-now' });
  expect(await gather(home, ['before'], proposal, current)).toMatchObject({
    before: {
      changeId: current?.change.id,
      documentDigest: current?.documentDigest,
      type: 'boolean',
      reach: [
        { variant: 'on', percent: 100 },
        { variant: 'off', percent: 100 },
      ],
      rollouts: [],
    },
  });
  expect(await gather(home, ['before'], proposal)).toEqual({ before: null });
});
