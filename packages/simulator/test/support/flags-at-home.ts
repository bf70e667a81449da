import { createWalk } from '@flaghoist/core/all-flags';
import type { ProposableKind } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { type Proposal, proposedDigestOf } from '@flaghoist/core/proposal';
import { rulesVersionWrite, topologyWrite } from '@flaghoist/core/storage/flag-items';
import { type Service, servingRegions } from '@flaghoist/core/topology';
import { InMemoryGivenApprovals } from '@flaghoist/in-memory/approval-store';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { RecordingChangeTopic } from '@flaghoist/in-memory/change-topic';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { InMemoryHomeStore } from '@flaghoist/in-memory/home-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { unmeasured } from '@flaghoist/in-memory/metrics';
import { InMemoryPendingProposals, proposalsTable } from '@flaghoist/in-memory/proposal-store';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologyStore } from '@flaghoist/in-memory/topology-store';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { publishTopology } from '@flaghoist/operations/publish-topology';
import type { RollbackPorts } from '@flaghoist/rollback/ports';
import { settleChange } from '@flaghoist/rollback/settle-change';
import { type Directory, EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { AUTHOR, authorAt } from '@flaghoist/test-kit/author';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { acceptProposal } from '@flaghoist/validator/accept-proposal';
import type { AcceptContext } from '@flaghoist/validator/ports';
import { signProposal } from '@flaghoist/validator/sign-proposal';
import type { Task } from './interleavings.ts';

const HOME = 'us-east-1';
const topology = topologyOf({ home: HOME, services: ['accounts', 'cards', 'ledger'] });

type Said = Partial<Proposal> & { readonly flagKey: string };

const candidateOf = (proposal: Proposal) => ({
  ...signProposal(proposal, AUTHOR, EMPTY_DIRECTORY),
  author: AUTHOR,
  proposedDigest: proposedDigestOf(JSON.stringify(proposal)),
  writtenAt: proposal.proposedAt,
});

const OPERATOR = 'AROAEXAMPLEROLE00001:ada@bank.example';
const OPERATORS: Directory = {
  people: [
    {
      actor: 'ada@bank.example',
      teams: [],
      roles: [],
      human: true,
      active: true,
      principals: [{ role: 'AROAEXAMPLEROLE00001', session: 'ada@bank.example' }],
      scopes: ['publish-topology'],
    },
  ],
  submitters: [],
};

const keyOf = ({ change, flagKey, ...order }: Envelope) => ({ changeId: change.id, flagKey, order: orderOf(order) });

/** The home region without its streams: the use cases that accept changes and take them back, and what they leave. */
export const flagsAtHome = ({ policy = DEFAULT_POLICY }: { readonly policy?: Policy } = {}) => {
  const clock = new VirtualScheduler();
  const tables = {
    proposals: proposalsTable({ region: HOME, clock }),
    changes: new Table({ name: 'changes', region: HOME, clock, shards: 0 }),
    flags: new Table({ name: 'flags', region: HOME, clock, shards: 0 }),
  };
  tables.flags.write(topologyWrite(topology, { actor: 'ada', at: 0, follows: 0 }));
  for (const region of servingRegions(topology)) tables.flags.write(rulesVersionWrite(region, RULES_VERSION, 0));
  const changes = new InMemoryChangeStore(tables);
  const flags = new InMemoryFlagStore(tables.flags);
  const topologies = new InMemoryTopologyStore(tables.flags);
  const log = new RecordingLogger();
  const ports: AcceptContext & RollbackPorts = {
    environment: 'dev',
    region: HOME,
    home: { home: async () => ({ region: HOME, epoch: 1 }) },
    policy,
    directory: EMPTY_DIRECTORY,
    waivers: [],
    approvals: new InMemoryGivenApprovals(tables),
    upstream: null,
    flags,
    proposals: new InMemoryPendingProposals(tables.proposals),
    changes,
    topology: topologies,
    topic: new RecordingChangeTopic(),
    bus: new InMemoryEventBus({ region: HOME, scheduler: clock }),
    // Time stands still: whoever waits goes on at once, and the schedule says who is first.
    clock: { now: () => clock.now(), sleep: async () => {} },
    random: new SeededRandom(1),
    log,
    metrics: unmeasured,
    walk: createWalk({ flags }),
    // Nobody here looks at what is published.
    fastPath: { publish: () => {}, settled: async () => {} },
  };
  const author = authorAt(ports);
  const proposalOf = (kind: ProposableKind, said: Said) => author.proposalOf(kind, said);

  const outcomeOf = ({ change }: Proposal) => changes.outcome(AUTHOR, change.id);

  const newest = async (flagKey: string): Promise<Envelope | null> => {
    const stored = await flags.newestRevision(flagKey);
    return stored === undefined ? null : parseEnvelope(stored.body);
  };

  const answer = (envelope: Envelope, verdict: 'consistent' | 'inconsistent') => {
    const services = verdict === 'inconsistent' ? ['cards'] : [];
    return changes.recordProof(keyOf(envelope), {
      region: HOME,
      verdict,
      services,
      degraded: [],
      look: 1,
      seenAt: clock.now(),
      holding: 3 - services.length,
      refusing: [],
    });
  };
  const settle = (envelope: Envelope, through: RollbackPorts) =>
    settleChange(keyOf(envelope), { concluding: 'none' }, through);

  const propose = async (kind: ProposableKind, said: Said): Promise<Proposal> => {
    const proposal = await proposalOf(kind, said);
    await acceptProposal(candidateOf(proposal), ports);
    return proposal;
  };

  /** Accepts a change at once. @throws Error when it is not accepted */
  const accept = async (kind: ProposableKind, said: Said): Promise<Envelope> => {
    const proposal = await propose(kind, said);
    const outcome = await outcomeOf(proposal);
    if (outcome?.outcome !== 'accepted') throw new Error(`${kind} ${said.flagKey}: ${JSON.stringify(outcome)}`);
    const accepted = await newest(said.flagKey);
    if (accepted === null) throw new Error(`${said.flagKey} has no revision`);
    return accepted;
  };

  return {
    tables,
    changes,
    flags,
    log,
    ports,
    topologies,
    newest,
    /** Brings a proposal to its outcome. */
    propose,
    outcomeOf,
    accept,
    /** Accepts a change and has it verified. */
    make: async (kind: ProposableKind, said: Said): Promise<Envelope> => {
      const envelope = await accept(kind, said);
      await answer(envelope, 'consistent');
      await settle(envelope, ports);
      return envelope;
    },
    /** A proposal on its way to its outcome. */
    proposing: async (kind: ProposableKind, said: Said): Promise<Task> => {
      const proposal = await proposalOf(kind, said);
      return (wrap) => acceptProposal(candidateOf(proposal), wrap(ports));
    },
    /** A change that a cache did not hold, on its way to its decision. */
    failing: async (envelope: Envelope): Promise<Task> => {
      await answer(envelope, 'inconsistent');
      return (wrap) => settle(envelope, wrap(ports));
    },
    /** A change that a cache did not hold, decided at once. */
    fail: async (envelope: Envelope): Promise<void> => {
      await answer(envelope, 'inconsistent');
      await settle(envelope, ports);
    },
    /** A version of the topology on its way, under which a service evaluates in another way. */
    publishing:
      (version: number, name: string, evaluates: NonNullable<Service['evaluates']>): Task =>
      async (wrap) => {
        const wrapped = wrap({ topology: topologies, flags, home: new InMemoryHomeStore(tables.flags) });
        const before = await topologies.at(1);
        const services = before.services.map((service) =>
          service.name === name ? { ...service, evaluates } : service,
        );
        const { clock: still, log: said } = ports;
        const region = () => ({
          flags,
          topology: topologies,
          loads: { request: async () => {} },
          reconcile: async () => [],
          lacking: async () => ({ instances: [], silent: [] }),
        });
        await publishTopology(
          { ...before, version, services },
          { principal: OPERATOR },
          {
            ...wrapped,
            approvals: { found: async () => undefined },
            directory: OPERATORS,
            region,
            clock: still,
            log: said,
          },
        );
      },
    record: ({ flagKey, ...envelope }: Envelope) => changes.record(flagKey, orderOf(envelope)),
  };
};

export type FlagsAtHome = ReturnType<typeof flagsAtHome>;
