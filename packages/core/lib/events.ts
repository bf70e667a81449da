import * as z from 'zod/mini';
import { changeKinds, holdReasons, needSchema } from './change.ts';
import { digestSchema } from './envelope.ts';
import { orderSchema } from './order.ts';
import { parse, parseJson } from './parse.ts';
import { violationSchema } from './proposal.ts';
import { verdicts } from './verdict.ts';

/** The version of every event schema. Readers accept one version ahead: unknown fields are ignored. */
export const EVENT_VERSION = 1;
export const EVENT_SOURCE = 'flaghoist';

const aboutFlag = { flagKey: z.string() };
const aboutChange = { ...aboutFlag, changeId: z.string(), order: orderSchema };
const blame = z.object({ region: z.string(), services: z.array(z.string()) });

const serviceAtFaultSchema = z.object({ service: z.string(), reason: z.string(), evidence: z.string() });

const details = {
  ChangeProposed: z.object({ ...aboutFlag, changeId: z.string(), kind: z.enum(changeKinds), actor: z.string() }),
  ChangeAccepted: z.object({
    ...aboutChange,
    kind: z.enum(changeKinds),
    actor: z.string(),
    reason: z.string(),
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
  }),
  ChangePublished: z.object({ ...aboutChange, region: z.string() }),
  /** Asks one region to verify. Sent by its own validator, by the home conclusion, and to itself when work remains. */
  VerifyRequested: z.object({
    region: z.string(),
    changeIds: z.array(z.string()),
    /** What home says of the changes it asks for, so that a region without the row can answer `unknown`. */
    changes: z.optional(z.array(z.object(aboutChange))),
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
  }),
  ChangeVerified: z.object({ ...aboutChange, knownGood: z.boolean() }),
  ChangeRolledBack: z.object({ ...aboutChange, revertOrder: orderSchema, blame }),
  ChangeHeld: z.object({ ...aboutChange, reason: z.enum(holdReasons), blame, needs: z.optional(z.array(needSchema)) }),
  ChangeSuperseded: z.object({ ...aboutChange, blame: z.optional(blame) }),
  ChangeUnverified: z.object({ ...aboutChange, silentRegions: z.array(z.string()) }),
  CacheDegraded: z.object({ region: z.string(), service: z.string(), changeIds: z.array(z.string()) }),
  CacheRepaired: z.object({ region: z.string(), service: z.string(), flagKeys: z.array(z.string()) }),
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
  DriftDetected: z.object({ environment: z.string() }),
  DriftRemediated: z.object({ environment: z.string() }),
} as const;

export type EventType = keyof typeof details;
export const eventTypes = Object.keys(details) as EventType[];
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

const frameSchema = z.object({
  source: z.literal(EVENT_SOURCE),
  type: z.enum(eventTypes as [EventType, ...EventType[]]),
  version: z.int().check(z.gte(1), z.lte(EVENT_VERSION + 1)),
  id: z.string().check(z.minLength(1), z.maxLength(512)),
  region: z.string(),
  at: z.int(),
  detail: z.unknown(),
});

const hint = 'Events come from the handlers only; look for a writer that is more than one version ahead.';

const checkDetail = (frame: z.output<typeof frameSchema>): FlaghoistEvent => {
  parse(details[frame.type], frame.detail, { what: `detail of ${frame.type} ${frame.id}`, hint });
  return frame as FlaghoistEvent;
};

/** @throws InvalidInputError for what is not an event of this product, at most one version ahead */
export const parseEvent = (value: unknown): FlaghoistEvent =>
  checkDetail(parse(frameSchema, value, { what: 'event', hint }));

const bridgeSchema = z.object({ detail: z.unknown() });

/**
 * Reads an event as EventBridge delivers it to a queue: its JSON frame, with ours as `detail`.
 *
 * @throws InvalidInputError as `parseEvent`
 */
export const parseBridgeMessage = (body: string): FlaghoistEvent =>
  parseEvent(parseJson(bridgeSchema, body, { what: 'EventBridge message', hint }).detail);

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
    version: EVENT_VERSION,
    id: [type, ...identity].join(':'),
    region,
    at,
    detail,
  }) as unknown as EventOf<T>;
