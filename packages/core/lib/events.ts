import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { changeKinds, holdReasons, needSchema } from './change.ts';
import { digestSchema } from './envelope.ts';
import { orderSchema } from './order.ts';
import { parse, parseJson } from './parse.ts';
import { overtakingSchema, violationSchema } from './proposal.ts';
import { lookSchema, verdicts } from './verdict.ts';

/** The newest version of each event's schema; 1 where it stands not here. */
const versions = {
  VerifyRequested: 2,
  RegionVerdict: 2,
  CacheDegraded: 2,
  CacheRepaired: 2,
  TamperingFound: 2,
  DriftDetected: 2,
  DriftRemediated: 2,
} as const;

export const EVENT_SOURCE = 'flaghoist';

const aboutFlag = { flagKey: z.string() };
const aboutChange = { ...aboutFlag, changeId: z.string(), order: orderSchema };
const blame = z.object({ region: z.string(), services: z.array(z.string()) });

const serviceAtFaultSchema = z.object({
  service: z.string(),
  /** The finding of the look: `ServiceReason`. */
  reason: z.string(),
  evidence: z.string(),
  /** From version 2 on: its own; only those whose verdict is the region's are to blame for it. */
  verdict: z.optional(z.enum(verdicts)),
  /** The Redis that serves the service's slot. */
  redis: z.optional(z.string()),
  /** The code with which its server refused what was offered: READONLY, LOADING, OOM, … */
  error: z.optional(z.string()),
  /** The look offered it the flag's newest accepted revision. */
  offered: z.optional(z.boolean()),
});

/** A Redis of which an answer names a cache. */
const redisAtFaultSchema = z.object({
  redis: z.string(),
  /** How many of the caches that must hold the change it serves. */
  expected: z.int(),
  /** Two or more, and at least half of them, answered as taken and still hold older: it is the Redis, not a cache. */
  lyingTogether: z.boolean(),
  /**
   * When it first refused a write, epoch milliseconds, and no reconciler pass found it well since: the name of its outage
   * (rule 15). `null`: it has refused none.
   */
  outageSince: z.nullable(z.int()),
  /** While there is an outage: all services whose caches it serves, whether they must hold the change or not. */
  serves: z.optional(z.array(z.string())),
});

const details = {
  ChangeProposed: z.object({ ...aboutFlag, changeId: z.string(), kind: z.enum(changeKinds), actor: z.string() }),
  ChangeAccepted: z.object({
    ...aboutChange,
    kind: z.enum(changeKinds),
    actor: z.string(),
    reason: z.string(),
    /** A kill under a key that the directory does not list. */
    review: z.optional(z.literal('unknown-principal')),
    causeId: z.optional(z.string()),
    documentDigest: digestSchema,
    envelopeDigest: digestSchema,
    previousEnvelopeDigest: z.nullable(digestSchema),
  }),
  /** A proposal that the rules stopped (no `order`), or a CURRENT that accept never wrote (`region` says who refused). */
  ChangeRejected: z.object({
    ...aboutFlag,
    changeId: z.optional(z.string()),
    order: z.optional(orderSchema),
    actor: z.optional(z.string()),
    reason: z.enum(['rules', 'not-accepted', 'not-an-envelope', 'rules-version']),
    violations: z.array(violationSchema),
  }),
  ChangeConflicted: z.object({
    ...aboutFlag,
    changeId: z.string(),
    actor: z.string(),
    basedOn: z.nullable(orderSchema),
    current: z.nullable(orderSchema),
    /** A kill that came late: what was accepted after it was made, and lets the flag live on. */
    overtakenBy: z.optional(overtakingSchema),
  }),
  /** A proposal that home came to judge only when it was too old (rule 2). */
  ProposalExpired: z.object({
    ...aboutFlag,
    changeId: z.string(),
    actor: z.string(),
    writtenAt: z.int(),
    maxAgeSeconds: z.int(),
  }),
  /** Its author took a proposal back before home had judged it. */
  ProposalWithdrawn: z.object({ ...aboutFlag, changeId: z.string(), actor: z.string() }),
  /** Home has heard of an approval. What it is good for shows when a change is proposed with it. */
  ChangeApproved: z.object({
    ...aboutFlag,
    /** The principal under whose key it lies. */
    principal: z.string(),
    /** In whose name a trusted submitter brought it. */
    actor: z.optional(z.string()),
    proposalDigest: digestSchema,
    basedOn: z.nullable(orderSchema),
    rulesVersion: z.int(),
  }),
  /**
   * Somebody overwrote what home had heard of, or spoke for another region; from version 2 on also: wrote an item around the
   * functions that may. It has changed nothing.
   */
  TamperingFound: z.object({
    /** Empty where what was found names none. */
    ...aboutFlag,
    what: z.enum(['proposal', 'approval', 'event', 'item']),
    changeId: z.optional(z.string()),
    /** The principal under whose key it was found, or the region through whose bus it came; of an item nobody knows it. */
    by: z.string(),
    /** Of an item: its table and its key. */
    place: z.optional(z.string()),
    /** What stood there first and what was found, by their SHA-256; of an event the region that it speaks for, and its id. */
    was: z.string(),
    found: z.string(),
  }),
  ChangePublished: z.object({ ...aboutChange, region: z.string() }),
  /** Asks one region to verify. Sent by its own validator, by the home conclusion, and to itself when work remains. */
  VerifyRequested: z.object({
    region: z.string(),
    changeIds: z.array(z.string()),
    /** The changes that home asks for: what their rows are found by, and what a region without one answers for. */
    changes: z.optional(z.array(z.object(aboutChange))),
    /** Which look is meant: 2 after 30 s, 3 after 87 s. Left out: the one that is due. */
    look: z.optional(lookSchema),
  }),
  RegionVerdict: z.object({
    ...aboutChange,
    region: z.string(),
    verdict: z.enum(verdicts),
    expected: z.int(),
    atFault: z.array(serviceAtFaultSchema),
    degraded: z.array(z.string()),
    evidence: z.object({ logAndCache: z.int(), cacheOnly: z.int(), logOnly: z.int() }),
    observer: z.enum(['scan', 'reconciler']),
    /* The rest came with version 2. */
    look: z.optional(lookSchema),
    /** Before the first of its caches was read, epoch milliseconds: the answer counts as of then (rule 13). */
    seenAt: z.optional(z.int()),
    /** The caches that are named, from the second look on: refusing, unreachable, unloaded. */
    named: z.optional(z.array(z.string())),
    redises: z.optional(z.array(redisAtFaultSchema)),
    /** The revision that was offered, and its size: a Redis that is out of memory may take a smaller one. */
    offered: z.optional(z.object({ order: orderSchema, bytes: z.int() })),
    /** Caches that hold the change only because the look offered it: fan-out is slow. */
    mended: z.optional(z.int()),
    /** What the instances of the expected services claim: a figure beside the verdict, which is about caches alone. */
    instances: z.optional(
      z.object({
        alive: z.int(),
        holding: z.int(),
        /** A few of those that do not hold what their cache holds. */
        behind: z.array(z.object({ service: z.string(), instance: z.string(), behindMs: z.int() })),
      }),
    ),
  }),
  ChangeVerified: z.object({ ...aboutChange, knownGood: z.boolean() }),
  ChangeRolledBack: z.object({ ...aboutChange, revertOrder: orderSchema, blame }),
  ChangeHeld: z.object({ ...aboutChange, reason: z.enum(holdReasons), blame, needs: z.optional(z.array(needSchema)) }),
  ChangeSuperseded: z.object({ ...aboutChange, blame: z.optional(blame) }),
  ChangeUnverified: z.object({ ...aboutChange, silentRegions: z.array(z.string()) }),
  /** Somebody sent dead letters back to where they came from. `region` is where they lay. */
  DeadLettersRedriven: z.object({
    region: z.string(),
    /** The entry of `deadLetters` in the plan of the wiring. */
    deadLetters: z.string(),
    actor: z.string(),
    reason: z.string(),
    /** Sent back, and deleted because something else has made up for them. */
    sent: z.int(),
    deleted: z.int(),
  }),
  /** A cache that fails several changes; from version 2 on also a whole Redis, that lies or refuses writes. */
  CacheDegraded: z.object({
    region: z.string(),
    service: z.optional(z.string()),
    changeIds: z.array(z.string()),
    redis: z.optional(z.string()),
    /** The code with which it refused a write last. */
    error: z.optional(z.string()),
    /** Writes that it refused or left unanswered within ten minutes. */
    writesFailed: z.optional(z.int()),
    outageSince: z.optional(z.int()),
    /** Of a Redis: the services whose caches it serves. */
    serves: z.optional(z.array(z.string())),
  }),
  /** Fields that the reconciler wrote; from version 2 on also: the outage of a Redis is over. */
  CacheRepaired: z.object({
    region: z.string(),
    service: z.optional(z.string()),
    flagKeys: z.array(z.string()),
    redis: z.optional(z.string()),
    outageSince: z.optional(z.int()),
  }),
  /** A region decides from now on, in a new epoch; `from` is `absent` where it is the first one that does. */
  HomeMoved: z.object({ region: z.string(), epoch: z.int(), from: z.string(), actor: z.string() }),
  /** A version of the topology, and what it changed; `absent` before a member joins and after it is removed. */
  TopologyPublished: z.object({
    version: z.int(),
    actor: z.string(),
    transitions: z.array(
      z.object({ what: z.enum(['service', 'region']), name: z.string(), from: z.string(), to: z.string() }),
    ),
  }),
  /** Somebody may ask a server for more than before: whoever has the token, in the holder's name. Of the token itself there is nothing. */
  TokenIssued: z.object({
    tokenId: z.string(),
    /** Who made it. */
    actor: z.string(),
    holder: z.string(),
    scopes: z.array(z.string()),
    /** What the keys of the flags begin with that it may change; empty: all. */
    keyPrefix: z.string(),
    /** Epoch milliseconds. */
    expiresAt: z.int(),
  }),
  TokenRevoked: z.object({ tokenId: z.string(), actor: z.string(), holder: z.string() }),
  DriftDetected: z.object({
    environment: z.string(),
    /* The rest came with version 2. */
    stack: z.optional(z.string()),
    /** What a machine may put back; what it may not stands in `RemediationRefused`. */
    resources: z.optional(z.array(z.string())),
    /** Who looked, as AWS names who calls. */
    actor: z.optional(z.string()),
    /** Of the plan that was saved. */
    digest: z.optional(z.string()),
    /** Whether the policy asks for a second person's word. */
    need: z.optional(z.enum(['auto', 'ask'])),
  }),
  /** Resources whose drift is left to people, each with the reasons why. */
  RemediationRefused: z.object({
    environment: z.string(),
    stack: z.string(),
    actor: z.string(),
    resources: z.array(z.object({ address: z.string(), reasons: z.array(z.string()) })),
    /** Of the plan that was applied and did not mend them. */
    digest: z.optional(z.string()),
  }),
  DriftRemediated: z.object({
    environment: z.string(),
    /* The rest came with version 2. */
    stack: z.optional(z.string()),
    resources: z.optional(z.array(z.string())),
    /** Who asked for it, as AWS names who calls. */
    actor: z.optional(z.string()),
    /** Whose word the policy asked for. */
    approver: z.optional(z.string()),
    /** Of the plan that was applied. */
    digest: z.optional(z.string()),
  }),
} as const;

export type EventType = keyof typeof details;
export const eventTypes = Object.keys(details) as EventType[];

/** What is sent as this type; readers accept one version ahead, and ignore fields that they do not know. */
export const eventVersionOf = (type: EventType): number =>
  type in versions ? versions[type as keyof typeof versions] : 1;
export type EventDetail<T extends EventType> = z.output<(typeof details)[T]>;

export type FlaghoistEvent = {
  [T in EventType]: {
    readonly source: typeof EVENT_SOURCE;
    readonly type: T;
    readonly version: number;
    /** Deterministic: a repeated emission has the same id, and is one audit document. */
    readonly id: string;
    /** Where it happened. */
    readonly region: string;
    /** Epoch milliseconds. */
    readonly at: number;
    readonly detail: EventDetail<T>;
  };
}[EventType];

export type EventOf<T extends EventType> = Extract<FlaghoistEvent, { type: T }>;

const shapeOfFrame = z.object({
  source: z.literal(EVENT_SOURCE),
  type: z.enum(eventTypes as [EventType, ...EventType[]]),
  version: z.int().check(z.gte(1)),
  id: z.string().check(z.minLength(1), z.maxLength(512)),
  region: z.string(),
  at: z.int(),
  detail: z.unknown(),
});

const frameSchema = shapeOfFrame.check(({ value, issues }) => {
  const newest = eventVersionOf(value.type) + 1;
  if (value.version <= newest) return;
  issues.push({ code: 'too_big', origin: 'int', maximum: newest, input: value.version, path: ['version'] });
});

const hint = 'Events come from the handlers only; look for a writer that is more than one version ahead.';

const checkDetail = (frame: z.output<typeof frameSchema>): FlaghoistEvent => {
  parse(details[frame.type], frame.detail, { what: `detail of ${frame.type} ${frame.id}`, hint });
  return frame as FlaghoistEvent;
};

/** @throws InvalidInputError for what is not an event of this product, at most one version ahead */
export const parseEvent = (value: unknown): FlaghoistEvent =>
  checkDetail(parse(frameSchema, value, { what: 'event', hint }));

const bridgeSchema = z.object({ region: z.optional(z.string()), detail: z.unknown() });

/**
 * Reads an event as EventBridge delivers it to a queue: its JSON frame, with ours as `detail`. The frame's region is
 * EventBridge's own word for the bus on which the event was put. One that speaks for another region is a finding of its own,
 * whatever it says, so that no region's role can answer for another region.
 *
 * @throws InvalidInputError as `parseEvent`
 */
export const parseBridgeMessage = (body: string): FlaghoistEvent => readBridgeMessage(body).event;

/** What came through a bus. */
export interface Bridged {
  readonly event: FlaghoistEvent;
  /** The region of that bus, by EventBridge; `undefined` where nobody says it. */
  readonly through: string | undefined;
  /** It spoke for another region: `event` says so, and nothing else. */
  readonly foreign: boolean;
}

/** @throws InvalidInputError as `parseEvent` */
export const readBridgeMessage = (body: string): Bridged => {
  const { region: through, detail } = parseJson(bridgeSchema, body, { what: 'EventBridge message', hint });
  const event = parseEvent(detail);
  const spokenFor = [event.region, ...regionSpokenFor(event)].find((region) => region !== through);
  if (through === undefined || spokenFor === undefined) return { event, through, foreign: false };
  return { event: foreignEvent(event, { foreign: spokenFor, through }), through, foreign: true };
};

/** The region that an event is about, where only that region can know. */
const regionSpokenFor = (event: FlaghoistEvent): readonly string[] => {
  switch (event.type) {
    case 'RegionVerdict':
    case 'ChangePublished':
    case 'CacheDegraded':
    case 'CacheRepaired':
      return [event.detail.region];
    default:
      return [];
  }
};

/** In the place of an event that came through the bus of one region and speaks for another. */
export const foreignEvent = (
  { id, at, detail }: FlaghoistEvent,
  { foreign, through }: { readonly foreign: string; readonly through: string },
): FlaghoistEvent => {
  const flagKey = 'flagKey' in detail ? detail.flagKey : '';
  const changeId = 'changeId' in detail && detail.changeId !== undefined ? { changeId: detail.changeId } : {};
  return eventOf({
    type: 'TamperingFound',
    identity: ['event', through, hash('sha256', id)],
    region: through,
    at,
    detail: { flagKey, ...changeId, what: 'event', by: through, was: foreign, found: id },
  });
};

interface NewEvent<T extends EventType> {
  type: T;
  /** What makes this event one and the same when it is emitted again: change id, region, … */
  identity: readonly string[];
  region: string;
  at: number;
  detail: EventDetail<T>;
}

/** Builds an event with its deterministic id: the type and what identifies it. */
export const eventOf = <T extends EventType>({ type, identity, region, at, detail }: NewEvent<T>): EventOf<T> =>
  ({
    source: EVENT_SOURCE,
    type,
    version: eventVersionOf(type),
    id: [type, ...identity].join(':'),
    region,
    at,
    detail,
  }) as unknown as EventOf<T>;
