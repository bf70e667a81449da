import { hash } from 'node:crypto';
import type { ChangeKey } from '@flaghoist/core/change';
import { NO_OFFERS, offersSchema } from '@flaghoist/core/offers';
import { orderKey, orderSchema } from '@flaghoist/core/order';
import { parse } from '@flaghoist/core/parse';
import { lookSchema } from '@flaghoist/core/verdict';
import { plannedLimits } from '@flaghoist/wiring/limits';
import * as z from 'zod/mini';

/*
 * What the workflow verify-window hands from one state to the next. All of it stays below Step Functions' 256 KiB: at
 * most MAX_RIPE changes a round, each with one bit per service, and ten characters for each of those that wait.
 */

/** The plan says how much one round looks at. */
export const MAX_RIPE = plannedLimits.look.changes;
/** Open changes looked at in one query: what 140 changes a second leave behind in the 15 s that a dead cache costs. */
export const MAX_OPEN = 2_000;

/** Stands for a change that was looked at too early. Two that share one both wait for their deadlines: no harm. */
export const fingerprintOf = ({ changeId, flagKey, order }: ChangeKey): string =>
  hash('sha256', [changeId, flagKey, orderKey(order)].join('#')).slice(0, 10);

const changeIds = z.array(z.string());
const fingerprints = z.array(z.string());

const keySchema = z.object({ changeId: z.string(), flagKey: z.string(), order: orderSchema });

const askedSchema = z.object({
  /** Changes for which a region is asked. Empty: look whether anything is open. */
  changeIds,
  /** What home says of them; without it a region that has no row yet cannot answer. */
  changes: z.optional(z.array(keySchema)),
  /** Which look home means. */
  look: z.optional(lookSchema),
});

const scanInputSchema = z.object({
  /** The execution's id: who holds the lease. */
  holder: z.string().check(z.minLength(1)),
  /** ISO 8601, as the context object of a workflow has it, or epoch milliseconds. */
  startedAt: z.union([z.int(), z.iso.datetime({ offset: true })]),
  asked: askedSchema,
  /** Fingerprints of those that were looked at too early: they wait for their deadline. */
  undecided: fingerprints,
});

const ripeSchema = z.object({
  key: keySchema,
  /** Base64, one bit per expected service in their order: its acknowledgement line was seen. */
  logged: z.string(),
});

const compareInputSchema = z.object({
  ripe: z.array(ripeSchema),
  /** The topology that `logged` was counted under, as the newest. */
  topologyVersion: z.int(),
  /** When the scan ended, epoch milliseconds. */
  scannedAt: z.int(),
  undecided: fingerprints,
  /**
   * What the caches were offered that did not hold the changes; `null` when no change of the round was due. An offer that
   * died left an error, and nothing that anybody could count on.
   */
  offers: z.nullable(
    z.union([
      offersSchema,
      z.pipe(
        z.object({ Error: z.string() }),
        z.transform(() => NO_OFFERS),
      ),
    ]),
  ),
});

export type Asked = z.output<typeof askedSchema>;
export type ScanInput = Omit<z.output<typeof scanInputSchema>, 'startedAt'> & { readonly startedAt: number };
export type Ripe = z.output<typeof ripeSchema>;
export type CompareInput = z.output<typeof compareInputSchema>;

/** `offer`: some of the changes are due, so nobody finds a cache behind that was not offered the change. */
export type ScanResult = { readonly next: 'done' } | (CompareInput & { readonly next: 'compare' | 'offer' });
/** What the next scan is asked: nothing new, and these not before their deadline. */
export interface CompareResult {
  readonly asked: Asked;
  readonly undecided: readonly string[];
}

const hint = 'The workflow verify-window.asl.json says what each state gets.';

/** @throws InvalidInputError */
export const parseScanInput = (input: unknown): ScanInput => {
  const { startedAt, ...rest } = parse(scanInputSchema, input, { what: 'scan input', hint });
  return { ...rest, startedAt: typeof startedAt === 'number' ? startedAt : Date.parse(startedAt) };
};

/** @throws InvalidInputError */
export const parseCompareInput = (input: unknown): CompareInput =>
  parse(compareInputSchema, input, { what: 'compare input', hint });
