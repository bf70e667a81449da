import { type EventOf, eventOf } from '@flaghoist/core/events';
import type { AppliedRemediation } from './apply-remediation.ts';
import type { PlannedRemediation } from './plan-remediation.ts';
import { digestOf, isOf, type RemediationRecord, type RemediationSubject } from './record.ts';

interface Told extends RemediationSubject {
  /** The home region of the trail. */
  readonly region: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** As AWS names who asked for it. */
  readonly actor: string;
}

type RemediationEvent = EventOf<'DriftDetected'> | EventOf<'RemediationRefused'> | EventOf<'DriftRemediated'>;

const about = ({ environment, stack, actor }: Told) => ({ environment, stack, actor });

/** What a look says to the trail: the plan that it saved, what a machine may not mend, and what it was given up on. */
export const plannedEvents = (planned: PlannedRemediation, told: Told): readonly RemediationEvent[] => {
  const { region, at } = told;
  const { record, digest, mends, leaves } = planned;
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

/** What an apply says to the trail that was asked for by somebody whose word is not good, or by nobody's. */
export const unapprovedEvents = (record: RemediationRecord | undefined, told: Told): readonly RemediationEvent[] => {
  if (record === undefined || !isOf(record, told)) return [];
  const digest = digestOf(record);
  const { region, at } = told;
  const resources = record.mends.map(({ address }) => ({ address, reasons: ['approval'] }));
  const identity = [told.environment, told.stack, digest, String(at)];
  const detail = { ...about(told), resources, digest };
  return [eventOf({ type: 'RemediationRefused', identity, region, at, detail })];
};

/** What an apply says to the trail. */
export const appliedEvents = (applied: AppliedRemediation, told: Told): readonly RemediationEvent[] => {
  const { outcome, record, digest, approver, remaining } = applied;
  const { region, at } = told;
  const identity = [told.environment, told.stack, digest];
  if (outcome !== 'mended') {
    const resources = (remaining.length > 0 ? remaining : record.mends.map(({ address }) => address)).map(
      (address) => ({ address, reasons: [outcome] }),
    );
    return [
      eventOf({ type: 'RemediationRefused', identity, region, at, detail: { ...about(told), resources, digest } }),
    ];
  }
  const detail = {
    ...about(told),
    resources: record.mends.map(({ address }) => address),
    digest,
    ...(approver === null ? {} : { approver }),
  };
  return [eventOf({ type: 'DriftRemediated', identity, region, at, detail })];
};
