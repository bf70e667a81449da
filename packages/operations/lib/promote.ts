import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { isRetryable, UnavailableError } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { KnownGoodRepair } from '@flaghoist/core/ports/flag-store';
import type { HomeMove, HomeStore } from '@flaghoist/core/ports/home-source';
import { namesRevision, putKnownGoodRight } from '@flaghoist/core/put-known-good-right';
import { HOME_REMEMBERED_MS } from '@flaghoist/core/remember-home';
import { HOME_AS_IT_WAS } from '@flaghoist/core/storage/flag-items';
import { outcomesOf, takenOver } from '@flaghoist/core/taken-over';
import type { Directory } from '@flaghoist/rules/directory';
import { type AdoptPorts, adoptRevision, rejoinAlike, revertsAfter } from './adopt-revision.ts';
import { authorise, type Caller } from './authorise.ts';
import { RefusedError } from './errors.ts';
import { type MoveReport, moveReport } from './move-report.ts';

export interface PromotePorts extends AdoptPorts {
  readonly directory: Directory;
  /** The region that is made home. All stores are its own. */
  readonly region: string;
  readonly home: HomeStore;
  readonly flags: AdoptPorts['flags'] & KnownGoodRepair;
  readonly clock: Clock;
  readonly progress?: ((progress: Progress) => void) | undefined;
}

/** `rebuilding`: before it is home. `settling`: once more, for what arrived meanwhile. */
export interface Progress {
  readonly phase: 'rebuilding' | 'settling';
  readonly revisions: number;
}

/** How often somebody is told how far it is. */
const REVISIONS_PER_NOTE = 500;
const ATTEMPTS = 5;
const PAUSE_MS = 200;

/**
 * Makes a region home by data-plane calls to that region alone (rule 17): states and outcomes are rebuilt from the revisions
 * that it has, the item HOME says from then on that it decides, in the next epoch, and what arrived meanwhile is settled. Every
 * step may be repeated: after a crash anywhere, the same call goes on. The former home need not be reached, and need not know.
 * Where there has been no home yet, the home that the published topology names becomes that of epoch 1.
 *
 * @throws NotAllowedError, RefusedError; UnavailableError when a port is out of reach: call it again
 */
export const promote = async (caller: Caller, ports: PromotePorts): Promise<MoveReport> => {
  const actor = authorise(caller, 'promote', ports);
  const { home, region, topology, clock, log } = ports;
  const { home: first, standby } = await topology.latest();
  if (region !== first && region !== standby) {
    throw new RefusedError(
      `making ${region} home`,
      [
        `the topology names ${first}${standby === undefined ? '' : ` and ${standby}`}: only there is what only home has`,
      ],
      'Publish a topology that names it as standby, once it has what a home needs.',
    );
  }
  const before = await home.lastMove();
  if (before === undefined) {
    await beginHome(first, actor, ports);
    return moveReport(ports);
  }
  let { epoch } = before;
  if (before.region !== region) {
    await rebuild(ports);
    ({ epoch } = await moveHome(before, actor, ports));
    log.error('home was moved', { from: before.region, region, epoch, actor });
    // Its functions know by then, and take what arrives from now on.
    await clock.sleep(2 * HOME_REMEMBERED_MS);
  }
  await settle(epoch, ports);
  return moveReport(ports);
};

/**
 * Writes the first item HOME, of epoch 1. Nobody may while there is a revision: then some region has been home, and an epoch that
 * begins anew would undo what was accepted in it.
 */
const beginHome = async (first: string, actor: string, ports: PromotePorts): Promise<void> => {
  const { home, region, flags, clock, log } = ports;
  const refused = (place: string, hint: string): RefusedError =>
    new RefusedError(`making ${region} the first home`, [place], hint);
  if (region !== first) {
    throw refused(`the topology names ${first} as home`, `Begin with it: hoist promote ${first}.`);
  }
  for await (const { flagKey } of flags.revisions()) {
    throw refused(
      `there are changes already, of ${flagKey} for one: the item HOME was removed, or has not come to this region`,
      `Wait a minute and try again. If it does not come, put back ${HOME_AS_IT_WAS}.`,
    );
  }
  if ((await home.move({ region, epoch: 1, actor, at: clock.now() }, null)) === 'written') {
    log.info('the first home', { region, epoch: 1, actor });
    return;
  }
  const now = await lastMove(home);
  if (now.region !== region) throw movedTo(now);
};

const lastMove = async (home: HomeStore): Promise<HomeMove> => {
  const move = await home.lastMove();
  if (move !== undefined) return move;
  throw new UnavailableError('the item HOME', 'Somebody has removed it meanwhile: find out who.');
};

const movedTo = ({ region, epoch }: HomeMove): UnavailableError =>
  new UnavailableError(
    'the item HOME',
    `It has moved to ${region}, epoch ${epoch}, meanwhile: look why, then call it again.`,
  );

/** Of all regions only home and standby are ever made home, and each only while it knows the other to be: no epoch comes twice. */
const moveHome = async (from: HomeMove, actor: string, { home, region, clock }: PromotePorts): Promise<HomeMove> => {
  const to = { region, epoch: from.epoch + 1, actor, at: clock.now() };
  if ((await home.move(to, from)) === 'written') return to;
  const now = await lastMove(home);
  if (now.region === region) return now;
  throw movedTo(now);
};

/** Outcome and record of every revision that is here. */
const rebuild = (ports: PromotePorts): Promise<void> =>
  eachRevision('rebuilding', ports, async (envelope) => {
    const { flags, changes, clock } = ports;
    const { flagKey } = envelope;
    const known = await flags.knownGood(flagKey);
    const isSound = known !== undefined && (await namesRevision(known, flags));
    const record = takenOver(envelope, {
      knownGood: isSound ? known.order : null,
      reverts: await revertsAfter(envelope, ports),
    });
    for (const outcome of outcomesOf(envelope)) await changes.takeOverOutcome(outcome, envelope.at.accepted);
    if ((await changes.takeOverRecord(record)) === 'written') return;
    // This region was home before: what it had not decided then is decided by what came of it.
    const before = await changes.record(flagKey, envelope);
    const isOpen = before?.state === 'accepted' || (record.state === 'rolled-back' && before?.state !== 'rolled-back');
    if (before !== undefined && isOpen) await changes.resettle(before, { ...before, ...record, foundAt: clock.now() });
  });

const settle = async (epoch: number, ports: PromotePorts): Promise<void> => {
  const flagKeys = new Set<string>();
  await eachRevision('settling', ports, async (envelope) => {
    flagKeys.add(envelope.flagKey);
    if (envelope.epoch < epoch) await adoptRevision(envelope, epoch, ports);
  });
  for (const flagKey of flagKeys) {
    await putKnownGoodRight(flagKey, { epoch }, ports);
    await persistently(() => rejoinAlike(flagKey, epoch, ports), ports);
  }
};

const eachRevision = async (
  phase: Progress['phase'],
  ports: PromotePorts,
  handle: (envelope: Envelope) => Promise<void>,
): Promise<void> => {
  let revisions = 0;
  for await (const { flagKey, order, body } of ports.flags.revisions()) {
    revisions += 1;
    try {
      const envelope = parseEnvelope(body);
      await persistently(() => handle(envelope), ports);
    } catch (error) {
      // One altered revision, or one whose successor was, keeps no region from being made home.
      if (isRetryable(error)) throw error;
      ports.log.error('revision cannot be taken over', { flagKey, order, error });
    }
    if (revisions % REVISIONS_PER_NOTE === 0) ports.progress?.({ phase, revisions });
  }
  ports.progress?.({ phase, revisions });
};

/** What others are in the way of is tried again a few times. */
const persistently = async (run: () => Promise<void>, { clock }: Pick<PromotePorts, 'clock'>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof UnavailableError)) throw error;
      await clock.sleep(PAUSE_MS * attempt);
    }
  }
};
