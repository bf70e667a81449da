import { createWalk } from '@flaghoist/core/all-flags';
import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { digestOf } from '@flaghoist/core/canonical-json';
import type { Envelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { lookAtOthers } from '@flaghoist/core/other-flags';
import type { Proposal } from '@flaghoist/core/proposal';
import { recordItem } from '@flaghoist/core/storage/change-items';
import { homeWrite, knownGoodItem } from '@flaghoist/core/storage/flag-items';
import type { Evidence, Fact } from '@flaghoist/rules/evidence';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { gatherEvidence } from '../lib/gather-evidence.ts';
import type { AcceptPorts } from '../lib/ports.ts';
import { createHome, document, FLAG, HOME, upstreamOf } from './support/home.ts';
import { overriding } from './support/overriding.ts';

type Home = ReturnType<typeof createHome>;

const gather = async (
  { ports }: Home,
  facts: readonly Fact[],
  proposal: Proposal,
  current: Envelope | null = null,
  otherwise: Partial<AcceptPorts> = {},
): Promise<Evidence> => {
  const topology = await ports.topology.latest();
  const { epoch } = await (otherwise.home ?? ports.home).home();
  const writer = { by: 'local' as const, principal: 'local:ada' };
  const digest = approvedDigestOf(proposal, ports.environment);
  const identity = { writer, missingApprovals: [], digest };
  return gatherEvidence(
    {
      proposal,
      ...identity,
      current,
      topology,
      knownByAll: 1,
      others: lookAtOthers({
        flags: ports.flags,
        changes: ports.changes,
        home: ports.home,
        epoch,
        walk: createWalk(ports),
        log: ports.log,
      }),
      epoch,
      needs: new Set(facts),
      now: ports.clock.now(),
    },
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

it('finds flags whose keys differ in capitals only, and is no obstacle to the one that is there', async () => {
  const home = createHome();
  await home.decide('created', { flagKey: 'payNow' });
  const [capital, small] = [await home.proposalOf('created', { flagKey: 'PayNow' }), 'pay-now'];
  expect(await gather(home, ['lookalikes'], capital)).toEqual({ lookalikes: ['payNow'] });
  const joined = await home.proposalOf('created', { flagKey: small });
  expect(await gather(home, ['lookalikes'], joined)).toEqual({ lookalikes: ['payNow'] });
  const update = await home.decide('updated', { flagKey: 'payNow' });
  expect(update).toMatchObject({ outcome: 'accepted' });
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

describe('people', () => {
  const people = ['ada', 'noor', 'ole'].map((actor) => ({
    actor,
    teams: ['team-core'],
    roles: ['reviewer'],
    human: true,
    active: true,
    principals: [],
  }));
  const directory = { people, submitters: [] };

  it('are those who made and approved the change, as the directory has them', async () => {
    const home = createHome();
    const { change } = await home.proposalOf('created');
    const proposal = await home.proposalOf('created', {
      change: {
        ...change,
        approvals: [
          { actor: 'Noor', at: 1 },
          { actor: 'stranger', at: 1 },
        ],
      },
    });
    const { people } = await gather(home, ['people'], proposal, null, { directory });
    expect(people?.map(({ actor }) => actor)).toEqual(['ada', 'noor']);
  });
});

it('seals what an approval has to name', async () => {
  const home = createHome();
  const proposal = await home.proposalOf('created');
  const { proposalDigest } = await gather(home, ['proposalDigest'], proposal);
  expect(proposalDigest).toBe(approvedDigestOf(proposal, 'dev'));
});

it('tells of services what data they may have, where that is known', async () => {
  const home = createHome();
  const topology = await home.ports.topology.latest();
  const services = topology.services.map((service) =>
    service.name === 'cards' ? { ...service, dataClass: 'restricted' as const, residencies: ['eu'] } : service,
  );
  home.topologies.publish({ ...topology, version: topology.version + 1, services });
  const proposal = await home.proposalOf('created', { audience: ['cards', 'ledger'] });
  expect(await gather(home, ['services'], proposal)).toEqual({
    services: [
      {
        name: 'cards',
        cell: 'cell-1',
        owner: 'team-core',
        state: 'serving',
        dataClass: 'restricted',
        residencies: ['eu'],
      },
      { name: 'ledger', cell: 'cell-1', owner: 'team-core', state: 'serving' },
    ],
  });
});

it('seals of a policy only the freezes that concern the change', async () => {
  const home = createHome();
  const exception = (ticket: string) => ({ ticket, approvedBy: 'noor', until: '2026-02-01T00:00Z' });
  const freeze = (year: number, owners: string[] = []) => ({
    name: `Of ${year}`,
    from: `${year}-01-01T00:00Z`,
    to: `${year}-12-31T00:00Z`,
    owners,
    exceptions: [exception('CHG-1'), exception('CHG-2')],
  });
  const now = new Date(home.clock.now()).getUTCFullYear();
  const policy = {
    ...DEFAULT_POLICY,
    freezes: [freeze(now - 1), freeze(now, ['team-core', 'cards']), freeze(now, ['cards']), freeze(now + 9)],
  };
  const { change } = await home.proposalOf('created');
  const proposal = await home.proposalOf('created', { change: { ...change, ticket: 'CHG-2' } });
  expect((await gather(home, ['policy'], proposal, null, { policy })).policy?.freezes).toEqual([
    { ...freeze(now), owners: ['team-core'], exceptions: [exception('CHG-2')] },
  ]);
});

it('takes for proven what a former home proved, which this one knows by KNOWN_GOOD alone', async () => {
  const home = createHome();
  await home.decide('created', { flagKey: 'base' });
  await home.decide('created');
  for (const flagKey of ['base', FLAG]) {
    const judged = await home.changes.record(flagKey, { epoch: 1, revision: 1 });
    if (judged === undefined) throw new Error('not accepted');
    await home.changes.decide({ action: 'unverify', judged, now: 77 });
    home.tables.flags.put(knownGoodItem(judged));
  }
  home.tables.flags.write(homeWrite({ region: HOME, epoch: 2, actor: 'ada', at: 1 }, null));
  const proposal = await home.proposalOf('updated', { prerequisites: ['base'] });
  const staging = { environment: 'staging', policy: promoting, upstream: upstreamOf(home) };
  const moved = { home: { home: async () => ({ region: HOME, epoch: 2 }) } };
  const facts = ['knownGood', 'proven', 'prerequisites', 'upstream'] as const;
  expect(await gather(home, facts, proposal, await home.current(), { ...staging, ...moved })).toMatchObject({
    knownGood: { epoch: 1, revision: 1 },
    proven: expect.anything(),
    prerequisites: [{ flagKey: 'base', proven: true }],
    upstream: { newest: 'unverified', verified: { at: 77 } },
  });
});

const promoting = { ...DEFAULT_POLICY, environments: ['dev', 'staging', 'prod'], promotionRequired: true };

describe('the environment before this one', () => {
  const policy = promoting;
  /** Another home, in which the flag of the tests is known. */
  const staging = async () => {
    const home = createHome();
    await home.decide('created');
    return { home };
  };
  const gatherHere = async (otherwise: Partial<AcceptPorts>, over: Partial<Proposal> = {}) => {
    const home = createHome();
    const proposal = await home.proposalOf('created', over);
    return gather(home, ['upstream'], proposal, null, { environment: 'staging', policy, ...otherwise });
  };

  it('is asked what it has verified', async () => {
    const { home } = await staging();
    const current = await home.current();
    const judged = await home.changes.record(FLAG, { epoch: 1, revision: 1 });
    if (judged === undefined || current === null) throw new Error('not accepted');
    await home.changes.decide({ action: 'verify', judged, now: 77, knownGood: { from: null } });
    expect(await gatherHere({ upstream: upstreamOf(home) })).toEqual({
      upstream: {
        environment: 'dev',
        flagState: 'live',
        newest: 'verified',
        verified: {
          at: 77,
          documentDigest: current.documentDigest,
          variantsDigest: digestOf(document.variants),
          offVariant: 'off',
          audience: '*',
        },
      },
    });
    expect(await gatherHere({ upstream: upstreamOf(home) }, { flagKey: 'another-flag' })).toEqual({
      upstream: null,
    });
  });

  it.each<{ when: string; otherwise: Partial<AcceptPorts>; over?: Partial<Proposal> }>([
    { when: 'no policy asks for it', otherwise: { policy: DEFAULT_POLICY } },
    { when: 'changes begin here', otherwise: { environment: 'dev' } },
    {
      when: 'flags of the kind are exempt',
      otherwise: {},
      over: { document: { ...document, metadata: { type: 'kill-switch' } } },
    },
  ])('is not asked where $when', async ({ otherwise, over }) => {
    const flag = jest.fn().mockRejectedValue(new Error('asked'));
    expect(await gatherHere({ upstream: { flag }, ...otherwise }, over)).toEqual({ upstream: null });
    expect(flag).not.toHaveBeenCalled();
  });

  it('that cannot be asked holds nothing up: the change is refused, and somebody is called', async () => {
    const upstream = { flag: () => Promise.reject(new UnavailableError('table flags', 'Wait.')) };
    const home = createHome();
    const proposal = await home.proposalOf('created');
    const ports = { ...home.ports, environment: 'staging', policy, upstream };
    await home.author.propose(proposal);
    expect(await home.deliver(home.tail.take(), ports)).toEqual([]);
    expect(await home.outcome(proposal.change.id)).toMatchObject({
      outcome: 'rejected',
      violations: [{ ruleId: 'FH-PROMOTE-03', message: '"dev" could not be asked.' }],
    });
    expect(home.log.messages('error')).toEqual(['environment before this one could not be asked']);
  });
});

it('reads the records of a flag that was never proven once, and not all of them', async () => {
  const home = createHome();
  await home.decide('created');
  const record = await home.changes.record(FLAG, { epoch: 1, revision: 1 });
  if (record === undefined) throw new Error('it was accepted');
  for (let revision = 2; revision <= 200; revision += 1)
    home.tables.changes.put(recordItem({ ...record, state: 'unverified', order: { epoch: 1, revision } }));
  let looked = 0;
  const changes = overriding(home.changes, {
    recordsBefore: async function* (flagKey, order) {
      for await (const found of home.changes.recordsBefore(flagKey, order)) {
        looked += 1;
        yield found;
      }
    },
  });
  const proposal = await home.proposalOf('updated');
  const found = await gather(home, ['knownGood', 'proven'], proposal, null, { changes });
  expect(found).toEqual({ knownGood: null, proven: null });
  expect(looked).toBe(100);
});
