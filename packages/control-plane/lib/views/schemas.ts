import { audienceSchema } from '@flaghoist/core/audience';
import { changeKinds, changeRecordSchema, changeStates, flagStates } from '@flaghoist/core/change';
import { documentSchema } from '@flaghoist/core/envelope';
import { orderSchema } from '@flaghoist/core/order';
import { lookSchema, verdicts } from '@flaghoist/core/verdict';
import * as z from 'zod';
import { conditionTypes } from './conditions.ts';
import type { Immutable } from './immutable.ts';

/*
 * What the API answers, as it stands in /openapi.json. Answers are made by hand beside each schema and not filtered through it;
 * a test holds them to each other.
 */

const epochMs = z.int().describe('epoch milliseconds');

export const orderView = z.object(orderSchema.shape).meta({ id: 'Order' });

const conditionView = z
  .object({
    type: z.enum(conditionTypes),
    status: z.enum(['True', 'False', 'Unknown']),
    reason: z.string(),
    message: z.string(),
    since: epochMs,
    observedOrder: orderView,
  })
  .meta({ id: 'Condition' });

const madeBy = z.object({
  id: z.string(),
  actor: z.string(),
  authentication: z.string(),
  reason: z.string(),
  ticket: z.string().optional(),
  approvals: z.array(z.object({ actor: z.string(), at: epochMs, submitter: z.string().optional() })).optional(),
  causeId: z.string().optional(),
});

export const flagRow = z
  .object({
    flagKey: z.string(),
    order: orderView,
    state: z.enum(flagStates),
    kind: z.enum(changeKinds),
    defaultVariant: z.string().nullable(),
    targeted: z.boolean().describe('Whether its document decides by more than the default.'),
    audience: audienceSchema,
    owner: z.string(),
    acceptedAt: epochMs,
    change: z.enum(changeStates).describe('Where its newest change stands.'),
  })
  .meta({ id: 'FlagRow' });
export type FlagRow = Immutable<z.output<typeof flagRow>>;

export const flagView = z
  .object({
    ...flagRow.shape,
    document: z.nullable(documentSchema),
    offVariant: z.string().nullable(),
    departed: z.array(z.string()),
    prerequisites: z.array(z.string()).optional(),
    source: z.unknown().optional(),
    documentDigest: z.string(),
    envelopeDigest: z.string(),
    rulesVersion: z.int(),
    topologyVersion: z.int(),
    regions: z.array(z.string()),
    madeBy,
    at: z.object({ proposed: epochMs, accepted: epochMs }),
    knownGood: orderView.nullable().describe('What a rollback would go back to.'),
  })
  .meta({ id: 'Flag' });
export type FlagView = Immutable<z.output<typeof flagView>>;

const regionProgress = z
  .object({
    region: z.string(),
    expected: z.int(),
    acknowledged: z.int().describe('By the log lines that this server has seen.'),
    seenAt: epochMs.nullable().describe('When all of them were seen holding it.'),
    publishedAt: epochMs.nullable(),
    verdict: z.enum(verdicts).nullable().describe('What the region has answered home; null: nothing yet.'),
    look: z.nullable(lookSchema),
    services: z.array(z.string()).describe('To blame for the verdict.'),
  })
  .meta({ id: 'RegionProgress' });

export const changeView = z
  .object({
    ...changeRecordSchema.shape,
    conditions: z.array(conditionView),
    progress: z.array(regionProgress),
  })
  .meta({ id: 'Change' });
export type ChangeView = Immutable<z.output<typeof changeView>>;

const changeRow = z
  .object({ ...changeRecordSchema.shape, actor: z.string().optional(), reason: z.string().optional() })
  .meta({ id: 'ChangeRow' });
export const changeHistory = z.object({ changes: z.array(changeRow) });
export type ChangeHistory = Immutable<z.output<typeof changeHistory>>;

export const cacheView = z
  .object({
    region: z.string(),
    service: z.string(),
    redis: z.string().nullable(),
    verdict: z.enum(verdicts).describe('As a look before the 15 s are over judges it: what is older is unknown.'),
    reason: z.string(),
    heldOrder: orderView.nullable(),
    tombstone: z.boolean().nullable(),
  })
  .meta({ id: 'Cache' });
export type CacheView = Immutable<z.output<typeof cacheView>>;
