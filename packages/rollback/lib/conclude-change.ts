import type { ChangeKey, ChangeState } from '@flaghoist/core/change';
import { requiredProofs } from '@flaghoist/core/complaint';
import { orderSchema } from '@flaghoist/core/order';
import type { Proof } from '@flaghoist/core/proof';
import { lookSchema } from '@flaghoist/core/verdict';
import * as z from 'zod/mini';
import { askRegions, type Question } from './ask-regions.ts';
import { type Facts, gatherFacts, silentRegions } from './facts.ts';
import { followUp } from './follow-up.ts';
import type { RollbackPorts } from './ports.ts';
import { settleChange } from './settle-change.ts';

const keySchema = { changeId: z.string(), flagKey: z.string(), order: orderSchema };

/** What the workflow conclude-change hands to its steps. An execution of an older release says neither look nor `last`. */
export const concludeInputSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('ask'), ...keySchema, look: z._default(lookSchema, 2) }),
  z.object({ step: z.literal('conclude'), ...keySchema, last: z._default(z.boolean(), true) }),
]);

/** What a step hands to the workflow. */
export interface ConcludeResult {
  readonly state: ChangeState;
  /** Nothing is left to wait for. */
  readonly settled: boolean;
  /** The regions that were asked again. */
  readonly asked: readonly string[];
}

/**
 * Asks for a look: the second from every region that has not proven the change, the third from those that refused it when
 * they were last heard of, or found fault.
 *
 * @throws UnavailableError when the workflow should try again
 */
export const askAboutChange = async (
  key: ChangeKey,
  look: Proof['look'],
  ports: RollbackPorts,
): Promise<ConcludeResult> => {
  const facts = await gatherFacts(key, ports);
  const { state } = facts.judged;
  const unproven =
    look < 3
      ? silentRegions(facts)
      : requiredProofs(facts)
          .filter(isOpen)
          .map(({ region }) => region);
  const asked = state === 'accepted' ? unproven : [];
  await askRegions(
    key,
    asked.map((region): Question => ({ region, look })),
    ports,
  );
  return { state, settled: state !== 'accepted', asked };
};

/**
 * Ends the life of a change that nobody has decided yet: no change stays unjudged because regions are silent.
 *
 * @param last `false` after 60 s: what a region refused, or found wrong too long ago, is looked at once more
 * @throws UnavailableError when the workflow should try again
 */
export const concludeChange = async (
  key: ChangeKey,
  { last }: { readonly last: boolean },
  ports: RollbackPorts,
): Promise<ConcludeResult> => {
  const settled = await settleChange(key, { concluding: last ? 'last' : 'early' }, ports);
  const { record, facts } = settled;
  if (record.state === 'unverified') {
    const { changeId, flagKey, order } = key;
    // Not only by the attempt that wrote it: that one may have died before this line.
    ports.log.error('change unverified', {
      changeId,
      flagKey,
      order,
      silentRegions: silentRegions(facts),
      named: namedIn(facts),
    });
  }
  await followUp(settled, NO_ANSWERS, ports);
  return { state: record.state, settled: record.state !== 'accepted', asked: [] };
};

const NO_ANSWERS: readonly Proof[] = [];

/** A server refused the change, or a cache failed it and nobody acted on that. */
const isOpen = ({ verdict, refusing }: Proof): boolean => refusing.length > 0 || verdict === 'inconsistent';

/** The caches that keep a change from being verified, each with its server's error. */
const namedIn = (facts: Facts): readonly string[] =>
  requiredProofs(facts).flatMap(({ region, refusing }) =>
    refusing.map(({ service, redis, error }) => `${region}/${service}: ${error} of ${redis}`),
  );
