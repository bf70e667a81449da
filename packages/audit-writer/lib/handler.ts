import { parse } from '@flaghoist/core/parse';
import { isHome } from '@flaghoist/core/remember-home';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { type BootstrapPorts, type Bootstrapped, bootstrapTrail } from './bootstrap/bootstrap-trail.ts';
import type { SweepPorts, WritePorts } from './ports.ts';
import { NOTHING_TO_SWEEP, type SweepResult, sweepTrail } from './sweep-trail.ts';
import { createWhoTold } from './who-told.ts';
import { writeEvents } from './write-events.ts';

export type WriteHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;
export type SweepHandler = (input?: unknown) => Promise<SweepResult>;
export type BootstrapHandler = (input?: unknown) => Promise<Bootstrapped>;

const bootstrapInputSchema = z.strictObject({ dryRun: z.optional(z.boolean()), widen: z.optional(z.boolean()) });
const sweepInputSchema = z.object({ from: z.optional(z.iso.datetime({ offset: true })) });

/**
 * Events of all types, as EventBridge puts them into the audit queue. Messages that were not written are returned to it
 * one by one; those that never will be go to the dead letters, none is dropped.
 */
export const createWriteHandler = (ports: WritePorts): WriteHandler => {
  const whoTold = createWhoTold(ports);
  return async (event) => {
    const failed = await writeEvents(event.Records, whoTold, ports);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
};

/**
 * Scheduled. Holds the trail against what home has stored and mends it, from where the last run ended; `{"from": "…"}`, in
 * ISO 8601, makes it begin there.
 *
 * @throws InvalidInputError for another input; UnavailableError when something is out of reach, and the next run goes on
 */
export const createSweepHandler =
  (ports: SweepPorts): SweepHandler =>
  async (input = {}) => {
    const { from } = parse(sweepInputSchema, input, {
      what: 'input of the sweep',
      hint: 'The schedule passes {}; to go over a time again pass {"from": "2026-01-31T00:00:00Z"}.',
    });
    if (!(await isHome(ports.region, ports.home))) return NOTHING_TO_SWEEP;
    return sweepTrail(ports, from === undefined ? undefined : Date.parse(from));
  };

/**
 * Called by `hoist audit bootstrap`. Sets up the domain of the trail: its stream, and who may do what in it. It tells what
 * differed; `{"dryRun": true}` changes nothing.
 *
 * @throws InvalidInputError for another input, or a domain that is set up for something else; UnavailableError
 */
export const createBootstrapHandler =
  (ports: BootstrapPorts): BootstrapHandler =>
  async (input = {}) => {
    const options = parse(bootstrapInputSchema, input, {
      what: 'input of the bootstrap',
      hint: 'Pass {}, or {"dryRun": true} to see what would change.',
    });
    return bootstrapTrail(options, ports);
  };
