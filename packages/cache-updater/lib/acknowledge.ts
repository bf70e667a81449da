import type { ApplyOutcome, Held } from '@flaghoist/core/compare-and-set';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagMessage } from './message-reader.ts';

interface Acknowledger {
  region: string;
  acknowledgements: AcknowledgementLog;
  clock: Pick<Clock, 'now'>;
}

interface Met {
  service: string;
  message: FlagMessage;
  outcome: ApplyOutcome;
  /** As the cache answered after the write. */
  held: Held;
}

/** Writes the line of a message that met a cache. */
export const createAcknowledge =
  ({ region, acknowledgements, clock }: Acknowledger) =>
  ({ service, message, outcome, held }: Met): void => {
    const { envelope, live } = message;
    const at = clock.now();
    acknowledgements.write({
      event: 'flag.acknowledged',
      observer: 'updater',
      region,
      service,
      flagKey: envelope.flagKey,
      changeId: envelope.change.id,
      outcome,
      heldOrder: held.order,
      heldDigest: held.digest,
      messageOrder: live.order,
      ageMs: at - envelope.at.accepted,
      at,
    });
  };
