import type { EventOf, EventType, FlaghoistEvent } from '@flaghoist/core/events';
import type { World } from '@flaghoist/simulator/world';
import { ChangeTracker } from './change-tracker.ts';
import { demonstrationFlag } from './proposal.ts';
import type { Acknowledgements } from './stage.ts';

const finalTypes: readonly EventType[] = [
  'ChangeVerified',
  'ChangeRolledBack',
  'ChangeHeld',
  'ChangeSuperseded',
  'ChangeUnverified',
  'ChangeRejected',
  'ChangeConflicted',
];

export const isFinal = (event: FlaghoistEvent): boolean => finalTypes.includes(event.type);

const verdictNames: Partial<Record<EventType, string>> = {
  ChangeVerified: 'verified',
  ChangeRolledBack: 'rolled-back',
  ChangeHeld: 'held',
  ChangeSuperseded: 'superseded',
  ChangeUnverified: 'unverified',
  ChangeRejected: 'rejected',
  ChangeConflicted: 'conflict',
};

/** What an event says became of its change. */
export const verdictOf = (type: EventType): string => verdictNames[type] ?? type;

/** A change as the demonstration sees it: its acknowledgements, and the events that tell its fate. */
export class Followed {
  readonly tracker: ChangeTracker;
  readonly events: FlaghoistEvent[] = [];
  readonly stop: () => void;
  readonly #waiters: { matches: (event: FlaghoistEvent) => boolean; resolve: (event: FlaghoistEvent) => void }[] = [];

  constructor(world: World, changeId: string, regions: readonly string[]) {
    this.tracker = new ChangeTracker(changeId, regions);
    this.stop = world.watch({
      acknowledged: (line) => this.tracker.add(line),
      happened: (event) => {
        if (!('changeId' in event.detail) || event.detail.changeId !== changeId) return;
        this.events.push(event);
        for (const { matches, resolve } of this.#waiters) if (matches(event)) resolve(event);
      },
    });
  }

  /** The first event of one of these types, past or to come. */
  async first(matches: (event: FlaghoistEvent) => boolean): Promise<FlaghoistEvent> {
    const past = this.events.find(matches);
    return past ?? new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }
}

export const acknowledgements = (
  world: World,
  { tracker, events }: Followed,
  proposedAt: number,
  expected: number,
): Acknowledgements => {
  const accepted = events.find(({ type }) => type === 'ChangeAccepted') as EventOf<'ChangeAccepted'> | undefined;
  return {
    flagKey: demonstrationFlag,
    order: accepted?.detail.order ?? { epoch: 0, revision: 0 },
    expected,
    acknowledged: tracker.acknowledged,
    msToAcknowledge: tracker.percentiles(proposedAt),
    modelled: world.modelled,
  };
};
