import { isMember } from '@flaghoist/core/audience';
import type { ChangeRecord } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import { formatOrder, isNewer, orderOf, sameOrder } from '@flaghoist/core/order';
import type { Follower } from '../follower.ts';
import type { ControlPlanePorts, RegionPorts } from '../ports.ts';
import { cachesOf } from './cache-view.ts';
import { recordOf } from './change-view.ts';
import { currentOf } from './flag-view.ts';
import { instancesOf } from './instances.ts';
import type { CacheView } from './schemas.ts';
import type { hopNames, Why } from './why-schema.ts';

type HopName = (typeof hopNames)[number];

type Hop = Why['hops'][number];

interface Asked {
  readonly service: string;
  readonly region: string;
  readonly flagKey: string;
}

/** The way of a flag's newest change to one cache, hop by hop. @throws NotFoundError for a flag that there is not */
export const whyOf = async (
  { service, region, flagKey }: Asked,
  ports: ControlPlanePorts,
  follower: Follower,
): Promise<Why> => {
  const home = ports.home();
  const envelope = await currentOf(flagKey, home);
  const order = orderOf(envelope);
  const record = await recordOf(flagKey, order, home);
  const there = ports.region(region);
  const now = ports.clock.now();
  const [cache] = await cachesOf(there, { region, envelope, services: [service], now });
  const deadLetters = await there.queues.givenUp(service);
  const seen = follower.seen(flagKey, order).find((each) => each.region === region);
  const replica = await there.flags.current(flagKey);
  const row = await there.verification.row(record);
  const proof = (await home.changes.proofs(record)).find((each) => each.region === region);
  const concerns = isMember(envelope.audience, service) || envelope.departed.includes(service);
  const isThere = replica !== undefined && !isNewer(order, replica.order);
  const applied = appliedHop(cache, record);
  const hops: readonly Hop[] = [
    {
      hop: 'proposed',
      state: 'done',
      at: envelope.at.proposed,
      message: `${envelope.change.actor}: ${envelope.change.reason}`,
    },
    { hop: 'accepted', state: 'done', at: envelope.at.accepted, message: `as ${formatOrder(order)}, ${envelope.kind}` },
    {
      hop: 'published',
      state: isThere || seen?.publishedAt != null ? 'done' : 'waiting',
      at: seen?.publishedAt ?? null,
      message: isThere
        ? `${region} has the revision`
        : `${region} does not have the revision yet: it is cut off, or late`,
    },
    await queuedHop({ service, deadLetters, applied: applied.state === 'done', concerns }, there),
    concerns ? applied : { ...applied, state: 'none', message: 'the flag is not for this service' },
    {
      hop: 'scanned',
      state:
        row === undefined
          ? 'waiting'
          : row.answer === 'open'
            ? 'waiting'
            : row.answer === 'consistent'
              ? 'done'
              : 'failed',
      at: proof?.seenAt ?? null,
      message:
        row === undefined
          ? `${region} expects nothing of this change yet`
          : row.answer === 'open'
            ? `${region} looks as soon as the log shows every cache, at the latest 15 s after ${new Date(row.expectedAt).toISOString()}`
            : `${region} found it ${row.answer}${proof && proof.services.length > 0 ? `: ${proof.services.join(', ')}` : ''}`,
    },
    {
      hop: 'judged',
      state: record.state === 'accepted' ? 'waiting' : record.state === 'verified' ? 'done' : 'failed',
      at: record.decidedAt ?? null,
      message: record.state === 'accepted' ? 'home has not decided yet' : record.state,
    },
  ];
  const missing = hops.find(({ state }) => state !== 'done' && state !== 'none');
  return {
    flagKey,
    region,
    service,
    order,
    changeId: record.changeId,
    hops: [...hops],
    missing: missing?.hop ?? null,
    instances: await instancesOf({ regions: [region], services: [service], now }, () => there),
    deadLetters,
    answer: answerOf({ service, region, flagKey }, { missing, cache, envelope, concerns }),
  };
};

const appliedHop = (cache: CacheView | undefined, record: ChangeRecord): Hop => {
  const hop = 'applied' satisfies HopName;
  if (cache === undefined) return { hop, state: 'unknown', at: null, message: 'its cache was not looked at' };
  const held = cache.heldOrder === null ? 'nothing of this flag' : formatOrder(cache.heldOrder);
  if (cache.verdict === 'consistent') return { hop, state: 'done', at: null, message: `its cache holds ${held}` };
  const isOlder = cache.heldOrder !== null && !sameOrder(cache.heldOrder, record.order);
  return {
    hop,
    state: cache.verdict === 'inconsistent' ? 'failed' : 'waiting',
    at: null,
    message: `its cache holds ${held}${isOlder ? `, not ${formatOrder(record.order)}` : ''} (${cache.reason})`,
  };
};

const queuedHop = async (
  {
    service,
    deadLetters,
    applied,
    concerns,
  }: { service: string; deadLetters: number; applied: boolean; concerns: boolean },
  { queues }: RegionPorts,
): Promise<Hop> => {
  const hop = 'queued' satisfies HopName;
  if (!concerns) return { hop, state: 'none', at: null, message: 'no message is sent to it' };
  const waiting = await queues.waiting(service);
  if (deadLetters > 0 && !applied)
    return {
      hop,
      state: 'failed',
      at: null,
      message: `${deadLetters} messages were given up: mend the cause, then hoist redrive service-flags-dead`,
    };
  return {
    hop,
    state: applied ? 'done' : waiting > 0 ? 'waiting' : 'done',
    at: null,
    message: waiting > 0 ? `${waiting} messages wait in its queue` : 'its queue is empty',
  };
};

const answerOf = (
  { service, region, flagKey }: Asked,
  {
    missing,
    cache,
    envelope,
    concerns,
  }: { missing: Hop | undefined; cache: CacheView | undefined; envelope: Envelope; concerns: boolean },
): string => {
  const who = `${service} in ${region}`;
  if (!concerns) return `${flagKey} is not for ${service}.`;
  if (missing === undefined)
    return `${who} holds ${flagKey} as ${formatOrder(orderOf(envelope))}, and that is verified.`;
  if (cache?.verdict === 'consistent')
    return `${who} holds ${flagKey} as ${formatOrder(orderOf(envelope))}; ${missing.hop} is not done: ${missing.message}.`;
  return `${who} does not hold ${flagKey} as ${formatOrder(orderOf(envelope))}: ${missing.hop}, ${missing.message}.`;
};
