import { isHome } from '@flaghoist/core/remember-home';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { SweepPorts, WritePorts } from './ports.ts';
import { NOTHING_TO_SWEEP, type SweepResult, sweepTrail } from './sweep-trail.ts';
import { writeEvents } from './write-events.ts';

export type WriteHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;
export type SweepHandler = () => Promise<SweepResult>;

/**
 * Events of all types, as EventBridge puts them into the audit queue. Messages that were not written are returned to it
 * one by one: those that never will be end in the dead-letter queue, none is dropped.
 */
export const createWriteHandler =
  (ports: WritePorts): WriteHandler =>
  async (event) => {
    const failed = await writeEvents(event.Records, ports);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };

/**
 * Scheduled. Compares the revisions with the trail and mends it.
 *
 * @throws UnavailableError when the index or the table cannot be read; the next run begins again
 */
export const createSweepHandler =
  (ports: SweepPorts): SweepHandler =>
  async () =>
    (await isHome(ports.region, ports.home)) ? sweepTrail(ports) : NOTHING_TO_SWEEP;
