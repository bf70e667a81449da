import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import type { ProposableKind } from '@flaghoist/core/change';
import type { CacheFault } from '@flaghoist/in-memory/service-cache';
import { publishTopology } from '@flaghoist/operations/publish-topology';
import type { Directory } from '@flaghoist/rules/directory';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { booleanFlag } from '../support/flags.ts';
import { cutOff, moveHome } from '../support/home-move.ts';
import type { ProposalParts, TestWorld } from '../support/world.ts';
import type { FunctionPort } from './ports.ts';

/** What a scene may do in its world. */
export interface Stage {
  readonly t: TestWorld;
  propose(flagKey: string, kind: ProposableKind, more?: ProposalParts): Promise<void>;
}

/** What happens around an outage besides the story, so that somebody asks a port that otherwise nobody asks. */
export interface Scene {
  /** How one cache is broken from before `before`: until the outage ends, or for good where the cell has a dead cache. */
  readonly fault?: CacheFault;
  /** Ports that are away too, from before `before`: somebody else must then do what their functions leave. */
  readonly alsoAway?: Readonly<Partial<Record<FunctionPort, 'until-the-outage' | 'until-its-end'>>>;
  readonly directory?: Directory;
  /** Who proposes, if the directory must know them. */
  readonly author?: string;
  /** Whether the second region is the standby. */
  readonly standby?: true;
  /** Lets time pass until the outage begins. */
  readonly before?: (stage: Stage) => Promise<void>;
  /** At its begin, before anything of the story. */
  readonly begins?: (stage: Stage) => Promise<void>;
}

const S = 1_000;
const MINUTE = 60 * S;

const role = 'AROAPRDAUTHOREXAMPLE3';
const person = (session: string) => ({
  actor: `${session}@example.com`,
  teams: ['team-payments'],
  roles: [],
  human: true,
  active: true,
  principals: [{ role, session }],
});
const people = { directory: { people: [person('author'), person('noor')], submitters: [] }, author: `${role}:author` };

/** One approves a new flag, another proposes it and names them. */
const approved = async ({ t, propose }: Stage, environment: string): Promise<void> => {
  const flagKey = 'approved-by-noor';
  const asked = {
    flagKey,
    kind: 'created' as const,
    basedOn: null,
    document: booleanFlag(902),
    offVariant: 'off',
    audience: '*' as const,
    owner: 'team-payments',
  };
  const change = { id: '', actor: '', authentication: '', reason: '' };
  const proposalDigest = approvedDigestOf({ ...asked, change, proposedAt: 0 }, environment);
  const approval = { flagKey, basedOn: null, proposalDigest, rulesVersion: RULES_VERSION };
  await t.world.home.authorWith(`${role}:noor`).approve(approval);
  await t.advance(S);
  await propose(flagKey, 'created', { ...asked, change: { approvals: [{ actor: 'noor@example.com', at: 0 }] } });
};

export const ENVIRONMENT = 'after';
/** A flag that the environment before has not verified. */
export const fromUpstream = {
  flagKey: 'from-upstream',
  document: { ...booleanFlag(901), metadata: { type: 'release' } },
};

/** Operators publish the topology anew. */
const published = async ({ t }: Stage): Promise<void> => {
  const latest = await t.world.topology.latest();
  const next = { ...latest, version: latest.version + 1 };
  await t.run(publishTopology(next, { principal: 'local:operator' }, t.world.membership()));
};

/** Proposals that `accept` leaves lie there for longer than `resume` gives them to arrive. */
const leftByAccept: Scene = {
  ...people,
  alsoAway: { 'validator.accept · home': 'until-its-end' },
  before: async (stage) => {
    await approved(stage, ENVIRONMENT);
    await stage.propose(fromUpstream.flagKey, 'created', fromUpstream);
    await stage.t.advance(15 * S);
  },
};

/** A change that neither the answers nor the workflow have decided two minutes later. */
const leftUndecided: Scene = {
  alsoAway: { 'rollback.judge · changes': 'until-its-end', 'rollback.conclude · changes': 'until-its-end' },
  before: async ({ t, propose }) => {
    await propose('instant-payments', 'updated');
    await t.advance(130 * S);
  },
};

const approvedMeanwhile: Scene = { ...people, begins: (stage) => approved(stage, ENVIRONMENT) };

const publishedMeanwhile: Scene = { begins: published };

/** The standby was made home while the first home was cut off and went on accepting; that arrives now. */
const movedHome: Scene = {
  standby: true,
  before: async ({ t, propose }) => {
    await cutOff(t);
    const late = await t.propose({ flagKey: 'torn-cached', kind: 'updated' });
    await t.until('the former home has accepted it', async () => (await t.outcome(late))?.outcome === 'accepted');
    await moveHome(t, t.region(1));
    await propose('instant-payments', 'updated');
  },
  begins: async ({ t }) => t.world.network.restore(t.region(0).name),
};

const refusingCache: Scene = { fault: 'read-only' };
const silentCache: Scene = { fault: 'unreachable' };

/** A region looks for a change when its caches hold the next one already: the story updates the same flag 2 s later. */
const updatedTwice: Scene = {
  ...silentCache,
  begins: async ({ t, propose }) => {
    await propose('instant-payments', 'updated');
    await t.advance(2 * S);
  },
};

const failingCache: Scene = { fault: 'ignores-writes' };

/** A region finds fault, and home hears of it half a minute later. */
const lateNews: Scene = {
  fault: 'ignores-writes',
  alsoAway: { 'rollback.judge · changes': 'until-the-outage', 'rollback.conclude · changes': 'until-its-end' },
  before: async ({ t, propose }) => {
    await propose('blamed', 'created');
    await t.advance(55 * S);
  },
};

/** A region finds fault, the answer is kept but not judged, and the workflow takes the change back. */
const takenBackByConclusion: Scene = {
  fault: 'ignores-writes',
  alsoAway: { 'rollback.judge · flags': 'until-its-end' },
  before: async ({ t, propose }) => {
    await propose('blamed', 'created');
    await t.advance(30 * S);
  },
};

/** A cache that lost everything stays unloaded. */
const unloadedCache: Scene = { alsoAway: { 'cache-updater.load · flags': 'until-its-end' } };

/** A region is asked for changes of which it has no row. */
const rowsMissing: Scene = { alsoAway: { 'validator.distribute · verification': 'until-its-end' } };

/** One more run of the sweep. What it cannot do is for the next one by the clock. */
const sweep = async ({ world }: TestWorld): Promise<void> => {
  await world.home.sweep().catch(() => {});
};

/**
 * The sweep asks again for an unverified change, an hour after it did so last, and finds a proposal that was refused just long
 * enough ago for it to look for it.
 */
const sweptMeanwhile: Scene = {
  alsoAway: { 'rollback.judge · changes': 'until-its-end' },
  before: async ({ t, propose }) => {
    await propose('instant-payments', 'updated');
    await t.run(sweep(t));
    await t.advance(45 * MINUTE);
    await propose(fromUpstream.flagKey, 'created', fromUpstream);
    await t.advance(15 * MINUTE);
  },
  begins: async ({ t }) => {
    t.scheduler.schedule(2 * S, () => sweep(t));
  },
};

/** The scene that each port needs; all others are asked by the story alone. */
export const sceneOf: Readonly<Partial<Record<FunctionPort, Scene>>> = {
  'validator.accept · approvals': approvedMeanwhile,
  'validator.resume · upstream': leftByAccept,
  'validator.resume · flags': leftByAccept,
  'validator.resume · approvals': leftByAccept,
  'validator.resume · topology': leftByAccept,
  'validator.resume · topic': leftByAccept,
  'validator.resume · bus': leftUndecided,
  'validator.distribute · changes': movedHome,
  'validator.distribute · topology': publishedMeanwhile,
  'cache-updater.apply · flags': refusingCache,
  'cache-updater.apply · verification': refusingCache,
  'cache-updater.apply · queues': refusingCache,
  'cache-updater.reconcile · loads': unloadedCache,
  'cache-updater.offer · cache': refusingCache,
  'cache-updater.offer · flags': refusingCache,
  'cache-updater.offer · loads': unloadedCache,
  'cache-updater.offer · topology': refusingCache,
  'cache-updater.offer · verification': refusingCache,
  'consistency-checker.scan · bus': rowsMissing,
  'consistency-checker.scan · flags': rowsMissing,
  'consistency-checker.compare · flags': updatedTwice,
  'rollback.judge · bus': lateNews,
  'rollback.judge · topic': failingCache,
  'rollback.conclude · bus': silentCache,
  'rollback.conclude · topic': takenBackByConclusion,
  'audit-writer.sweep · home': sweptMeanwhile,
  'audit-writer.sweep · audit': sweptMeanwhile,
  'audit-writer.sweep · bus': sweptMeanwhile,
  'audit-writer.sweep · changes': sweptMeanwhile,
  'audit-writer.sweep · flags': sweptMeanwhile,
  'audit-writer.sweep · topology': sweptMeanwhile,
  'audit-writer.sweep · trail': sweptMeanwhile,
};
