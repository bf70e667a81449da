import type { ChangeKey } from '../change.ts';
import { lettersOf } from '../facts.ts';
import { type Order, orderKey } from '../order.ts';
import type { Key } from './write.ts';

/* The words of which keys are made. Which item has which key, and who writes it, stands in `item-kinds.ts`. */

export const FLAG_PREFIX = 'FLAG#';
export const AUTHOR_PREFIX = 'AUTHOR#';
export const PROPOSAL_PREFIX = 'PROPOSAL#';
export const APPROVER_PREFIX = 'APPROVER#';
export const APPROVAL_PREFIX = 'APPROVAL#';
export const DRAFT_PREFIX = 'DRAFT#';
export const GIVEN_PREFIX = 'GIVEN#';
export const USED_PREFIX = 'USED#';
export const OVERWRITTEN_PREFIX = 'OVERWRITTEN#';
export const OUTCOME_PREFIX = 'OUTCOME#';
export const LEFT_PREFIX = 'LEFT#';
export const CHANGE_PREFIX = 'CHANGE#';
export const REVISION_PREFIX = 'REVISION#';
export const PROOF_PREFIX = 'PROOF#';
export const MINUTE_PREFIX = 'MINUTE#';
export const VERSION_PREFIX = 'VERSION#';
export const EXPECT_PREFIX = 'EXPECT#';
export const ROW_PREFIX = 'ROW#';
export const REFUSAL_PREFIX = 'REFUSAL#';
export const FAILURES_PREFIX = 'FAILURES#';
export const NOTES_PREFIX = 'NOTES#';
export const CELL_PREFIX = 'CELL#';
export const OUTAGE_SK = 'OUTAGE';
export const ENDED_SK = 'ENDED';
export const TOLD_SK = 'TOLD';
export const ALIKE_PREFIX = 'ALIKE#';
export const DRAWN_PREFIX = 'DRAWN#';
export const DRAWN_SK = 'COUNT';
export const DRAWERS_PREFIX = 'DRAWERS#';
export const RULES_PREFIX = 'RULES#';
export const RULES_SK = 'RULES';
/** Of an attribute that names a flag: no other attribute can have its name. */
export const KEY_PREFIX = 'key#';
export const OUTAGE_PREFIX = 'OUTAGE#';
export const REDIS_PREFIX = 'REDIS#';

export const CURRENT_SK = 'CURRENT';
export const KNOWN_GOOD_SK = 'KNOWN_GOOD';
export const FACTS_SK = 'FACTS';
export const NEEDED_SK = 'NEEDED';
export const ALIKE_SK = 'KEYS';
export const REVERTS_PK = 'REVERTS';
export const TOPOLOGY_PK = 'TOPOLOGY';
/** Which region is home, and in which epoch. */
export const HOME: Key = { pk: 'HOME', sk: 'HOME' };
/** Which version of the rules a region has. */
export const rulesKey = (region: string): Key => ({ pk: RULES_PREFIX + region, sk: RULES_SK });
/** How far the audit sweep has come. */
export const SWEEP: Key = { pk: 'SWEEP', sk: 'PROGRESS' };
export const OPEN_PK = 'OPEN';
export const ANSWERED_PK = 'ANSWERED';

/** The lease of a region's window. The counters of its rows stand beside it. */
export const WINDOW: Key = { pk: 'WINDOW', sk: 'LEASE' };
export const ROWS_PREFIX = 'ROWS#';
/**
 * Each row is counted in one of so many counters. A transaction that meets another one at an item is refused, not queued: an
 * import that counted all of its rows in one item would lose most of them. One transaction gives the lease back over all of
 * them, and has at most 100 items.
 */
export const ROW_COUNTERS = 32;
export const rowCounterSk = (counter: number): string => `${ROWS_PREFIX}${String(counter).padStart(2, '0')}`;

/** Flags that draw are counted in one of so many counters: transactions that meet at an item are refused, not queued. */
export const DRAWN_COUNTERS = 16;
const drawnCounter = (counter: number): string => String(counter).padStart(2, '0');
export const drawnKey = (counter: number): Key => ({ pk: DRAWN_PREFIX + drawnCounter(counter), sk: DRAWN_SK });
export const drawersKey = (counter: number): Key => ({ pk: TOPOLOGY_PK, sk: DRAWERS_PREFIX + drawnCounter(counter) });

/** Epoch milliseconds have 13 digits until the year 2286. */
const TIME_DIGITS = 13;
const VERSION_DIGITS = 12;

type RevisionKey = Pick<ChangeKey, 'flagKey' | 'order'>;

/** A revision within the partition of a change: an id alone does not name one. */
const revisionKey = (flagKey: string, order: Order): string => `${flagKey}#${orderKey(order)}`;

/** The row of a change. */
export const rowKey = ({ changeId, flagKey, order }: ChangeKey): Key => ({
  pk: EXPECT_PREFIX + changeId,
  sk: ROW_PREFIX + revisionKey(flagKey, order),
});

export const flagPk = (flagKey: string): string => FLAG_PREFIX + flagKey;
/** The partition of a writer's own items: his principal, as AWS knows him, never what he says of himself. */
export const authorPk = (principal: string): string => AUTHOR_PREFIX + principal;
export const changePk = (changeId: string): string => CHANGE_PREFIX + changeId;
export const alikeKey = (flagKey: string): Key => ({ pk: ALIKE_PREFIX + lettersOf(flagKey), sk: ALIKE_SK });
export const keyAttribute = (flagKey: string): string => KEY_PREFIX + flagKey;
export const notesPk = (redis: string): string => NOTES_PREFIX + redis;
export const minuteSk = (at: number): string => MINUTE_PREFIX + timeKey(Math.floor(at / 60_000) * 60_000);
export const wellSk = (cell: string): string => CELL_PREFIX + cell;
export const failuresPk = (service: string): string => FAILURES_PREFIX + service;

export const approverPk = (principal: string): string => APPROVER_PREFIX + principal;
export const approvalPk = (digest: string): string => APPROVAL_PREFIX + digest;
/** Under a submitter's key with the name of the approver: it brings approvals of many. */
export const approvalSk = (digest: string, actor?: string): string =>
  APPROVAL_PREFIX + digest + (actor === undefined ? '' : `#${actor}`);
export const draftSk = (digest: string): string => DRAFT_PREFIX + digest;

export const proposalSk = (changeId: string): string => PROPOSAL_PREFIX + changeId;
export const outcomeSk = (changeId: string): string => OUTCOME_PREFIX + changeId;
export const leftSk = (changeId: string): string => LEFT_PREFIX + changeId;
export const revisionSk = (order: Order): string => REVISION_PREFIX + orderKey(order);
export const changeSk = (order: Order): string => CHANGE_PREFIX + orderKey(order);
export const refusalSk = (order: Order): string => REFUSAL_PREFIX + orderKey(order);
export const proofsPrefix = ({ flagKey, order }: RevisionKey): string =>
  `${PROOF_PREFIX}${revisionKey(flagKey, order)}#`;
export const proofSk = (key: RevisionKey, region: string): string => proofsPrefix(key) + region;
/** What home keeps of the outages of a Redis: that it has taken a change back, and that it is degraded. */
export const outageKey = ({ region, redis }: { readonly region: string; readonly redis: string }): Key => ({
  pk: OUTAGE_PREFIX + region,
  sk: REDIS_PREFIX + redis,
});
export const revertsSk = (now: number): string => `${MINUTE_PREFIX}${Math.floor(now / 60_000)}`;
export const topologySk = (version: number): string => VERSION_PREFIX + String(version).padStart(VERSION_DIGITS, '0');

/** A sort key by time, in epoch milliseconds: text order is the order of the times. */
export const timeKey = (at: number): string => String(at).padStart(TIME_DIGITS, '0');

/** The place of a change among others, oldest first. */
export const agedSk = (at: number, { changeId, flagKey, order }: ChangeKey): string =>
  `${timeKey(at)}#${changeId}#${revisionKey(flagKey, order)}`;
