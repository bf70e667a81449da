import { type EventOf, eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { ApplyIntent, SettledApply } from './apply-intent.ts';
import type { Trail } from './ports.ts';
import { digestOf, type RemediationRecord, type RemediationSubject } from './record.ts';
import { type Decided, waitsForTurn } from './verdict.ts';

interface Told extends RemediationSubject, Trail {
  /** Epoch milliseconds. */
  readonly at: number;
  /** As AWS names who asked for it. */
  readonly actor: string;
}

/** What a look has decided, and the plan that it saved. */
interface Saved extends Decided {
  readonly record: RemediationRecord | undefined;
  readonly digest: string | undefined;
}

const UNREADABLE = 'unreadable';

type RemediationEvent = EventOf<'DriftDetected'> | EventOf<'RemediationRefused'> | EventOf<'DriftRemediated'>;

const about = ({ environment, stack, actor }: Told) => ({ environment, stack, actor });

/** What a look says to the trail: the plan that it saved, what a machine may not mend, and what it was given up on. */
export const plannedEvents = (planned: Saved, told: Told): readonly RemediationEvent[] => {
  const { region, at } = told;
  const { record, digest, mends } = planned;
  // What waits for its turn is refused by nobody.
  const leaves = planned.leaves.filter((each) => !waitsForTurn(each));
  const saved =
    record === undefined || digest === undefined
      ? []
      : [
          eventOf({
            type: 'DriftDetected',
            identity: [told.environment, told.stack, digest],
            region,
            at,
            detail: { ...about(told), resources: mends.map(({ address }) => address), digest, need: record.need },
          }),
        ];
  if (leaves.length === 0) return saved;
  const resources = leaves.map(({ address, refused }) => ({
    address,
    reasons: planned.givenUp.includes(address) ? [...refused, 'attempts'] : [...refused],
  }));
  const identity = [told.environment, told.stack, String(at)];
  return [
    ...saved,
    eventOf({ type: 'RemediationRefused', identity, region, at, detail: { ...about(told), resources } }),
  ];
};

/** What a look says to the trail of a plan that was kept and cannot be read: what was in it nobody knows, and nobody applies it. */
export const unreadableEvents = (told: Told): readonly RemediationEvent[] => {
  const { region, at } = told;
  const identity = [told.environment, told.stack, UNREADABLE, String(at)];
  const resources = [{ address: '(the plan that was kept)', reasons: [UNREADABLE] }];
  return [eventOf({ type: 'RemediationRefused', identity, region, at, detail: { ...about(told), resources } })];
};

/** What an apply says to the trail that was asked for by somebody whose word is not good, or by nobody's. */
export const unapprovedEvents = (record: RemediationRecord, told: Told): readonly RemediationEvent[] => {
  const digest = digestOf(record);
  const { region, at } = told;
  const resources = record.mends.map(({ address }) => ({ address, reasons: ['approval'] }));
  const identity = [told.environment, told.stack, digest, String(at)];
  const detail = { ...about(told), resources, digest };
  return [eventOf({ type: 'RemediationRefused', identity, region, at, detail })];
};

const identityOf = ({ environment, stack, digest }: ApplyIntent): readonly string[] => [environment, stack, digest];

/**
 * What an apply says to the trail: what is as configured again, and what drifts still. All of it follows from what was written down before
 * the apply, so whoever tells it, and however often, it is the same.
 */
export const appliedEvents = (
  { intent, outcome, remaining }: SettledApply,
  { region }: Trail,
): readonly RemediationEvent[] => {
  const { environment, stack, digest, appliedBy: actor, approver, at } = intent;
  const shared = { identity: identityOf(intent), region, at };
  const about = { environment, stack, actor };
  const resources = intent.resources.filter((address) => !remaining.includes(address));
  const byWord = approver === null ? {} : { approver };
  return [
    ...(resources.length === 0
      ? []
      : [eventOf({ type: 'DriftRemediated', ...shared, detail: { ...about, resources, digest, ...byWord } })]),
    ...(remaining.length === 0
      ? []
      : [
          eventOf({
            type: 'RemediationRefused',
            ...shared,
            detail: { ...about, resources: remaining.map((address) => ({ address, reasons: [outcome] })), digest },
          }),
        ]),
  ];
};

/** Whether an event is one of those that tell what became of an apply. */
export const isOfApply =
  (intent: ApplyIntent) =>
  ({ id }: FlaghoistEvent): boolean =>
    (['DriftRemediated', 'RemediationRefused'] as const).some((type) => id === [type, ...identityOf(intent)].join(':'));
