import type { ChangeKey } from '@flaghoist/core/change';
import type { Outage } from '@flaghoist/core/complaint';
import { InvalidInputError } from '@flaghoist/core/errors';
import { type EventDetail, type EventOf, parseBridgeMessage } from '@flaghoist/core/events';
import type { Proof } from '@flaghoist/core/proof';

/** A Redis that refuses writes. */
export interface Degraded {
  readonly outage: Outage;
  /** The services whose caches it serves; none while its region has not said. */
  readonly serves: readonly string[];
}

/** What a message of the queue of verdicts says. */
export type Heard =
  | { readonly says: 'answer'; readonly key: ChangeKey; readonly proof: Proof; readonly degraded: readonly Degraded[] }
  | ({ readonly says: 'degraded' } & Degraded)
  | { readonly says: 'ended'; readonly outage: Outage }
  | { readonly says: 'nothing' }
  /** One region spoke for another: not counted; the trail has it as what it is. */
  | { readonly says: 'foreign' };

/** @throws InvalidInputError for what is not an event of ours, or another one */
export const readMessage = (body: string): Heard => {
  const event = parseBridgeMessage(body);
  switch (event.type) {
    case 'RegionVerdict':
      return { says: 'answer', key: event.detail, proof: proofOf(event), degraded: degradedIn(event.detail) };
    case 'CacheDegraded':
    case 'CacheRepaired': {
      const { region, redis, outageSince } = event.detail;
      // Of a single cache: nothing that home decides by.
      if (redis === undefined || outageSince === undefined) return { says: 'nothing' };
      const outage = { region, redis, since: outageSince };
      if (event.type === 'CacheRepaired') return { says: 'ended', outage };
      return { says: 'degraded', outage, serves: event.detail.serves ?? [] };
    }
    case 'TamperingFound':
      return { says: 'foreign' };
    default:
      throw new InvalidInputError(
        'message of the queue of verdicts',
        [`/detail-type: is ${event.type}; expected RegionVerdict, CacheDegraded or CacheRepaired`],
        'Correct the rule of the bus that feeds the queue.',
      );
  }
};

/**
 * Which Redis refuse writes, and whom they serve: what acceptance may ask for. Not of an outage that its region has not named:
 * its end would be told under another name, and this one would never be over.
 */
const degradedIn = ({ region, redises = [] }: EventDetail<'RegionVerdict'>): readonly Degraded[] =>
  redises.flatMap(({ redis, outageSince, serves = [] }) =>
    outageSince === null ? [] : [{ outage: { region, redis, since: outageSince }, serves }],
  );

const UNNAMED = 'unnamed';

/** A region's answer, as far as it decides. What came before version 2 is a first look, of when it was sent. */
const proofOf = ({ at, detail }: EventOf<'RegionVerdict'>): Proof => {
  const { region, verdict, atFault, evidence, look = 1, seenAt = at, redises = [] } = detail;
  const blamed = atFault.filter((cache) => (cache.verdict ?? verdict) === verdict);
  const lying = new Set(redises.filter(({ lyingTogether }) => lyingTogether).map(({ redis }) => redis));
  const liars = blamed.filter(({ redis }) => redis !== undefined && lying.has(redis));
  const outageOf = (redis: string) => redises.find((each) => each.redis === redis)?.outageSince ?? null;
  return {
    region,
    verdict,
    services: blamed.map(({ service }) => service),
    degraded: [...new Set([...detail.degraded, ...liars.map(({ service }) => service)])],
    look,
    seenAt,
    holding: evidence.logAndCache + evidence.cacheOnly,
    refusing: atFault
      .filter((cache) => (cache.verdict ?? verdict) === 'refusing')
      .map(({ service, redis = UNNAMED, error = UNNAMED }) => ({
        service,
        redis,
        error,
        outageSince: outageOf(redis),
      })),
  };
};
