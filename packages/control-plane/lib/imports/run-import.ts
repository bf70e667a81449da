import { createWalk, type Walk } from '@flaghoist/core/all-flags';
import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import type { Envelope } from '@flaghoist/core/envelope';
import { formatOrder, isNewer, orderOf } from '@flaghoist/core/order';
import type { Proposal, ProposalOutcome, Violation } from '@flaghoist/core/proposal';
import { always, inParallel } from '@flaghoist/validator/in-parallel';
import type { ApiContext } from '../context.ts';
import { type FileProblem, type FlagdFile, type FlagOfFile, flagsOf, placeInFile } from '../flagd-file/flagd-file.ts';
import { type Caller, demand } from '../identity/caller.ts';
import { refuseUnsigned } from '../identity/four-eyes.ts';
import { judge } from '../plan.ts';
import type { HomePorts } from '../ports.ts';
import { envelopeOf } from '../views/flag-view.ts';
import type { ImportedFlag, ImportView } from '../views/import-schema.ts';
import { acknowledgedAtHome } from './pace.ts';
import { type ImportAsked, isAccepted, isUnchanged, wantedOf } from './wanted.ts';

interface Options extends Omit<ImportAsked, 'actor'> {
  readonly file: FlagdFile;
  readonly dryRun: boolean;
  /** Seconds to go on after judging before the answer says how far it is. */
  readonly wait: number;
}

/** A flag of the file on its way. */
interface Line {
  readonly flag: FlagOfFile;
  readonly proposal: Proposal | null;
  row: ImportedFlag;
}

type Context = Pick<ApiContext, 'ports' | 'follower'>;

const POLL_MS = 25;
/** Flags that are judged before anything else gets its turn: a world in this process stands still meanwhile. */
const IN_A_ROW = 10;
/** Flags that each request gets on with, however long judging took and however little it may wait. */
const BATCH = 20;

/**
 * Imports a file: all its flags are judged before the first one is proposed, and when the rules stop one of them none is. Then each
 * is accepted or refused by itself. Everything that it needs to go on stands under author and change id: the same request again,
 * whoever answers it, proposes what is not proposed yet and tells how all of it ended.
 */
export const runImport = async (options: Options, caller: Caller, context: Context): Promise<ImportView> => {
  const { ports } = context;
  const asked = { ...options, actor: caller.actor };
  if (!asked.dryRun) refuseUnsigned(caller, { kind: 'updated' }, ports.policy);
  const { flags, problems } = flagsOf(asked.file);
  const lines = await judged(flags, asked, caller, context);
  const hasBegun = lines.some(({ row }) => row.state === 'accepted' || row.state === 'proposed');
  const refused = problems.length > 0 || (!hasBegun && lines.some(({ row }) => row.state === 'refused'));
  const until = ports.clock.now() + asked.wait * 1000;
  let begun = 0;
  const isLeft = (): boolean => {
    begun += 1;
    return begun <= BATCH || ports.clock.now() < until;
  };
  if (!refused && !asked.dryRun) {
    await inParallel(
      lines.filter(({ row }) => row.state === 'planned' || row.state === 'proposed'),
      isLeft,
      (line) => proposed(line, { asked, until, caller, context }),
    );
  }
  const rows = lines.map(({ row }) => row);
  return {
    id: asked.id,
    author: caller.principal,
    dryRun: asked.dryRun,
    refused,
    done: !asked.dryRun && !refused && rows.every(({ state }) => state !== 'planned' && state !== 'proposed'),
    flags: rows,
    problems: problems.map(({ flagKey: _key, ...each }: FileProblem) => each),
    at: ports.clock.now(),
  };
};

const judged = async (
  flags: readonly FlagOfFile[],
  asked: ImportAsked,
  caller: Caller,
  { ports }: Context,
): Promise<readonly Line[]> => {
  const home = ports.home();
  const walk = createWalk(home.judging);
  const lines = new Map<FlagOfFile, Line>();
  let inARow = 0;
  await inParallel(flags, always, async (flag) => {
    inARow += 1;
    if (inARow % IN_A_ROW === 0) await ports.clock.sleep(0);
    lines.set(flag, await lineOf(flag, { asked, caller, home, walk, now: ports.clock.now() }));
  });
  return flags.map((flag) => lines.get(flag) as Line);
};

interface Situation {
  readonly asked: ImportAsked;
  readonly caller: Caller;
  readonly home: HomePorts;
  readonly walk: Walk;
  readonly now: number;
}

const lineOf = async (flag: FlagOfFile, { asked, caller, home, walk, now }: Situation): Promise<Line> => {
  const { flagKey, at } = flag;
  const newest = await home.flags.newestRevision(flagKey);
  const current = newest === undefined ? null : envelopeOf(newest.body);
  const proposal = wantedOf(flag, asked, current, now);
  const { id: changeId } = proposal.change;
  const author = caller.principal;
  const told = { flagKey, at, kind: proposal.kind, changeId, basedOn: proposal.basedOn };
  const outcome = await home.changes.outcome(author, changeId);
  if (outcome !== undefined) {
    const end = await ended(outcome, { flag, asked, home });
    const later = end.state === 'accepted' ? await overtaken(outcome, { proposal, current, home }) : undefined;
    return { flag, proposal, row: { ...told, ...(later ?? end), digest: null } };
  }
  if ((await home.proposals.proposal({ author, changeId })) !== undefined)
    return { flag, proposal, row: { ...told, state: 'proposed', order: null, digest: null, violations: [] } };
  if (isUnchanged(proposal, current)) {
    const row = { state: 'unchanged', kind: null, changeId: null, digest: null, violations: [] } as const;
    return { flag, proposal: null, row: { ...told, ...row, order: proposal.basedOn } };
  }
  demand(caller, 'propose', flagKey);
  const { signed, violations, accepted } = await judge(proposal, caller, home, walk);
  const state = accepted ? 'planned' : 'refused';
  const digest = approvedDigestOf(signed, home.judging.environment);
  return { flag, proposal, row: { ...told, state, order: null, digest, violations: placed(violations, flag) } };
};

/** That a flag has no owner. For the rules it is a member of the proposal; here the metadata says it, or whoever imports. */
const NO_OWNER = 'FH-LIFE-01';
const OWNER_HINT =
  'Name its team in metadata.owner, of the flag or of the whole file, or one for all new flags of the file with --owner.';

const placed = (violations: readonly Violation[], flag: FlagOfFile): Violation[] =>
  violations.map((each) => ({
    ...each,
    pointer: placeInFile(flag, each.pointer),
    ...(each.ruleId === NO_OWNER ? { hint: OWNER_HINT } : {}),
  }));

type Ended = Pick<ImportedFlag, 'state' | 'basedOn' | 'order' | 'violations'>;

/**
 * What an outcome says of a flag of the file. Whoever writes under the same key can give the id to something else, so it counts only
 * for the flag that it names, and an acceptance only of what the file says.
 */
const ended = async (
  outcome: ProposalOutcome,
  { flag, asked, home }: { readonly flag: FlagOfFile; readonly asked: ImportAsked; readonly home: HomePorts },
): Promise<Ended> => {
  const told = { state: outcome.outcome, basedOn: null, order: null, violations: [] };
  const { flagKey } = flag;
  if (outcome.flagKey !== flagKey) return takenId(flag, outcome, `a change of ${outcome.flagKey}`);
  switch (outcome.outcome) {
    case 'accepted': {
      const stored = await home.flags.revision(flagKey, outcome.order);
      if (stored === undefined) return unknown(flag, outcome, formatOrder(outcome.order));
      if (isAccepted(flag, asked, envelopeOf(stored.body))) return { ...told, order: outcome.order };
      return takenId(flag, outcome, `${formatOrder(outcome.order)}, which is not what the file says`);
    }
    case 'rejected':
      return { ...told, violations: placed(outcome.violations, flag) };
    case 'conflict':
      return { ...told, basedOn: outcome.basedOn, order: outcome.current };
    default:
      return told;
  }
};

const takenId = ({ at }: FlagOfFile, { changeId }: ProposalOutcome, found: string): Ended =>
  conflictAt(at, `the id ${changeId} was given to ${found}`, 'Import the file under another id.');

/** Nobody can tell any more whether it was accepted as the file has it. */
const unknown = ({ at, flagKey }: FlagOfFile, { changeId }: ProposalOutcome, order: string): Ended =>
  conflictAt(
    at,
    `the change ${changeId} was accepted as ${order}, and what that revision said is not kept any more`,
    `hoist get ${flagKey} shows what the flag is now; import the file under another id where it should be otherwise.`,
  );

const conflictAt = (pointer: string, message: string, hint: string): Ended => {
  const violation = { ruleId: 'FH-FILE-05', severity: 'error' as const, pointer, message, hint };
  return { state: 'conflict', basedOn: null, order: null, violations: [violation] };
};

/**
 * What was accepted under this id and then changed by somebody is not what the file says any more, and the same id changes it no
 * second time: a conflict, unless the change itself was taken back, which its own state tells.
 */
const overtaken = async (
  outcome: ProposalOutcome,
  { proposal, current, home }: { proposal: Proposal; current: Envelope | null; home: HomePorts },
): Promise<Ended | undefined> => {
  if (outcome.outcome !== 'accepted' || current === null) return undefined;
  if (!isNewer(current, outcome.order) || isUnchanged(proposal, current)) return undefined;
  const record = await home.changes.record(proposal.flagKey, outcome.order);
  if (record?.state === 'rolled-back') return undefined;
  return { state: 'conflict', basedOn: outcome.order, order: orderOf(current), violations: [] };
};

interface Proposing {
  readonly asked: ImportAsked;
  readonly until: number;
  readonly caller: Caller;
  readonly context: Context;
}

/** Proposes one, and waits for its outcome; of what is accepted, until home's own caches have it: so many are on their way at a time. */
const proposed = async (line: Line, { asked, until, caller, context }: Proposing): Promise<void> => {
  const { ports } = context;
  const { proposal, flag } = line;
  if (proposal === null) return;
  const { principal: author, actor } = caller;
  const { id: changeId } = proposal.change;
  const home = ports.home();
  if (line.row.state === 'planned') {
    // Other content under this id is the same change, asked for at another moment: it is what is waited for.
    await home.authorWith(author).propose({ ...proposal, change: { ...proposal.change, actor, authentication: '' } });
    line.row = { ...line.row, state: 'proposed' };
  }
  for (;;) {
    const outcome = await home.changes.outcome(author, changeId);
    if (outcome !== undefined) {
      line.row = { ...line.row, ...(await ended(outcome, { flag, asked, home })) };
      if (line.row.state === 'accepted' && outcome.outcome === 'accepted')
        await acknowledgedAtHome(flag.flagKey, outcome.order, context);
      return;
    }
    if (ports.clock.now() >= until) return;
    await ports.clock.sleep(POLL_MS);
  }
};
