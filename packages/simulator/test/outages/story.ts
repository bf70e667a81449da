import type { ProposableKind } from '@flaghoist/core/change';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { booleanFlag } from '../support/flags.ts';
import { putCurrent } from '../support/intruder.ts';
import type { ProposalParts, TestWorld } from '../support/world.ts';
import { fromUpstream, type Stage } from './scenes.ts';

export interface Proposed {
  readonly changeId: string;
  readonly flagKey: string;
  readonly kind: ProposableKind;
}

export const flagKeys = [
  'instant-payments',
  'card-limits',
  'old-ledger',
  'new-ledger',
  'torn-cached',
  'written-around',
] as const;
const [UPDATED, KILLED, ARCHIVED, CREATED, TORN, FORGED] = flagKeys;

const S = 1_000;
/** Damage that calls for the functions which have nothing to do otherwise. */
const damage = async (t: TestWorld): Promise<void> => {
  const { caches, flags } = t.region(0);
  caches.lose(t.service(2));
  caches.corrupt(t.service(0), TORN);
  const accepted = await t.current(FORGED);
  if (accepted === null) throw new Error(`${FORGED} was not accepted`);
  putCurrent(flags, accepted, serialiseEnvelope({ ...accepted, document: booleanFlag(900) }));
};

interface Outside {
  readonly seconds: number;
  before(stage: Stage): Promise<void>;
  begin(stage: Stage): Promise<void>;
  end(): void;
}

/**
 * What authors and intruders do around an outage: changes of every kind, two that are refused, at its begin, in its middle
 * and after its end. Ends a moment after the outage.
 */
export const tellStory = async (
  t: TestWorld,
  { seconds, before, begin, end }: Outside,
): Promise<readonly Proposed[]> => {
  const proposed: Proposed[] = [];
  const propose = async (flagKey: string, kind: ProposableKind, more: ProposalParts = {}): Promise<void> => {
    const changeId = await t.propose({ flagKey, kind, ...more });
    proposed.push({ changeId, flagKey, kind });
  };
  for (const flagKey of [UPDATED, KILLED, ARCHIVED, TORN, FORGED]) await propose(flagKey, 'created');
  await t.advance(60 * S);

  const stage = { t, propose };
  await before(stage);
  await begin(stage);
  await damage(t);
  await propose(UPDATED, 'updated');
  await propose(KILLED, 'killed');
  await t.advance(S);
  await propose(ARCHIVED, 'archived');
  await propose(CREATED, 'created');
  // Made against a revision that never was; a flag that the environment before has not verified.
  await propose(UPDATED, 'updated', { basedOn: { epoch: 1, revision: 900 } });
  await propose(fromUpstream.flagKey, 'created', fromUpstream);
  await t.advance((seconds * S) / 2 - S);
  await propose(UPDATED, 'updated');
  await t.advance((seconds * S) / 2);
  end();
  await t.advance(S);
  await propose(UPDATED, 'updated');
  await propose(KILLED, 'restored');
  return proposed;
};
