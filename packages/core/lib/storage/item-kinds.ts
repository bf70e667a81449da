import {
  ALIKE_PREFIX,
  ALIKE_SK,
  ANSWERED_PK,
  APPROVAL_PREFIX,
  APPROVER_PREFIX,
  AUTHOR_PREFIX,
  CELL_PREFIX,
  CHANGE_PREFIX,
  CURRENT_SK,
  DRAFT_PREFIX,
  DRAWERS_PREFIX,
  DRAWN_PREFIX,
  DRAWN_SK,
  ENDED_SK,
  EXPECT_PREFIX,
  FACTS_SK,
  FAILURES_PREFIX,
  FLAG_PREFIX,
  GIVEN_PREFIX,
  HOME,
  KEY_PREFIX,
  KNOWN_GOOD_SK,
  LEFT_PREFIX,
  MINUTE_PREFIX,
  NEEDED_SK,
  NOTES_PREFIX,
  OPEN_PK,
  OUTAGE_PREFIX,
  OUTAGE_SK,
  OUTCOME_PREFIX,
  OVERWRITTEN_PREFIX,
  PROOF_PREFIX,
  PROPOSAL_PREFIX,
  REDIS_PREFIX,
  REFUSAL_PREFIX,
  REVERTS_PK,
  REVISION_PREFIX,
  ROW_PREFIX,
  ROWS_PREFIX,
  RULES_PREFIX,
  RULES_SK,
  SWEEP,
  TOLD_SK,
  TOPOLOGY_PK,
  USED_PREFIX,
  VERSION_PREFIX,
  WINDOW,
} from './keys.ts';
import type { Key, TableName } from './write.ts';

/** What may stand in the place of a `<word>` of a key, as a regular expression. */
export const keyWords: Readonly<Record<string, string>> = {
  '<flag key>': '[a-z0-9][a-z0-9._-]*',
  '<change id>': '[A-Za-z0-9][A-Za-z0-9._-]*',
  /** Epoch and revision, padded. */
  '<order>': '[0-9]{6}#[0-9]{12}',
  /** Epoch milliseconds, padded. */
  '<time>': '[0-9]{13}',
  '<minute>': '[0-9]+',
  '<version>': '[0-9]{12}',
  '<counter>': '[0-9]{2}',
  '<region>': '[a-z0-9-]+',
  '<service>': '[a-z0-9-]+',
  '<redis>': '[a-z0-9-]+',
  '<cell>': 'cell-[0-9]{1,2}',
  '<digest>': '[0-9a-f]{64}',
  /** A role's unique id and a session name, or a user's id. */
  '<aws:userid>': '[A-Za-z0-9:_+=,.@-]+',
  /** Somebody of the directory, by name. */
  '<actor>': '[!-~]+(?: [!-~]+)*',
  /** The key in lower case, without separators. */
  '<letters>': '[a-z0-9]+',
};

export interface ItemKind extends Key {
  readonly table: TableName;
  /** Beside the key. */
  readonly attributes: readonly string[];
  /** Who writes it: one writer per item (rule 1). */
  readonly writer: string;
}

const flag = `${FLAG_PREFIX}<flag key>`;
const change = `${CHANGE_PREFIX}<change id>`;
const author = `${AUTHOR_PREFIX}<aws:userid>`;
const revisionOfFlag = '<flag key>#<order>';
const listed = `<time>#<change id>#${revisionOfFlag}`;
const approver = `${APPROVER_PREFIX}<aws:userid>`;

const revision = ['epoch', 'revision', 'envelopeDigest', 'envelope'];
const decider = 'validator and rollback, home';
const noter = 'updater and checker, each region';
const expecter = 'validator, updater and checker, each region';

/**
 * Every kind of item, with its table, key, attributes and writer: the one table of keys. A new kind is one entry here, its
 * item beside those of its table, and a write; a test holds each write of the book to its entry, and the keys apart.
 *
 * `proposals` and `changes` exist in home, `flags` is a global table, each region has a `verification` of its own.
 */
export const itemKinds: readonly ItemKind[] = [
  { table: 'flags', pk: flag, sk: CURRENT_SK, attributes: revision, writer: decider },
  // Never changed. The canary's have a time to live.
  {
    table: 'flags',
    pk: flag,
    sk: `${REVISION_PREFIX}<order>`,
    attributes: [...revision, 'expiresAt'],
    writer: decider,
  },
  { table: 'flags', pk: flag, sk: KNOWN_GOOD_SK, attributes: revision.slice(0, 3), writer: 'rollback, home' },
  // How often the flag's facts have moved: whether it is there, what it needs, who has it.
  { table: 'flags', pk: flag, sk: FACTS_SK, attributes: ['version', 'epoch'], writer: decider },
  // The flags that need this one; `epoch`: the set is whole for changes accepted in that epoch.
  {
    table: 'flags',
    pk: flag,
    sk: NEEDED_SK,
    attributes: ['counter', 'epoch', `${KEY_PREFIX}<flag key>`],
    writer: decider,
  },
  {
    table: 'flags',
    pk: `${ALIKE_PREFIX}<letters>`,
    sk: ALIKE_SK,
    attributes: ['count', 'epoch', `${KEY_PREFIX}<flag key>`],
    writer: decider,
  },
  // How many changes of flags that draw were accepted, each under one of a few counters.
  { table: 'flags', pk: `${DRAWN_PREFIX}<counter>`, sk: DRAWN_SK, attributes: ['count'], writer: decider },
  // The newest version of the topology under which more services draw otherwise than the agents.
  { table: 'flags', pk: TOPOLOGY_PK, sk: `${DRAWERS_PREFIX}<counter>`, attributes: ['version'], writer: 'operator' },
  // Never changed.
  {
    table: 'flags',
    pk: TOPOLOGY_PK,
    sk: `${VERSION_PREFIX}<version>`,
    attributes: ['version', 'topology', 'actor', 'at', 'follows'],
    writer: 'operator',
  },
  {
    table: 'flags',
    ...HOME,
    attributes: ['region', 'epoch', 'actor', 'at', 'former'],
    writer: 'operator who promotes',
  },

  {
    table: 'flags',
    pk: `${RULES_PREFIX}<region>`,
    sk: RULES_SK,
    attributes: ['version', 'at'],
    writer: 'validator, each region',
  },

  // `pending` goes with the outcome; a sparse index lists the items that have it.
  {
    table: 'proposals',
    pk: author,
    sk: `${PROPOSAL_PREFIX}<change id>`,
    attributes: ['proposal', 'pending', 'withdrawn'],
    writer: 'author; validator, home, takes `pending` away',
  },

  { table: 'proposals', pk: author, sk: `${DRAFT_PREFIX}<digest>`, attributes: ['draft'], writer: 'author' },
  {
    table: 'proposals',
    pk: approver,
    sk: `${APPROVAL_PREFIX}<digest>`,
    attributes: ['approval', 'times'],
    writer: 'approver',
  },
  {
    table: 'proposals',
    pk: approver,
    sk: `${APPROVAL_PREFIX}<digest>#<actor>`,
    attributes: ['approval', 'times'],
    writer: 'trusted submitter',
  },

  // An approval as home first heard of it, or last, if it was given more than once; and, never changed, the one change that was
  // accepted with it.
  ...[GIVEN_PREFIX, USED_PREFIX].flatMap((prefix) =>
    ['<aws:userid>', '<aws:userid>#<actor>'].map((by) => ({
      table: 'changes' as const,
      pk: `${APPROVAL_PREFIX}<digest>`,
      sk: prefix + by,
      attributes: prefix === GIVEN_PREFIX ? ['given', 'period', 'moment'] : ['used'],
      writer: 'validator, home',
    })),
  ),
  // Never changed. A revert answers no proposal, and has none. The canary's expire, as do its records and proofs.
  {
    table: 'changes',
    pk: author,
    sk: `${OUTCOME_PREFIX}<change id>`,
    attributes: ['outcome', 'period', 'moment', 'expiresAt'],
    writer: 'validator, home',
  },
  // Never changed: what home has heard of first under an id that had no outcome yet.
  {
    table: 'changes',
    pk: author,
    sk: `${LEFT_PREFIX}<change id>`,
    attributes: ['proposedDigest'],
    writer: 'validator, home',
  },
  // Never changed: another text than home had heard of, found in `proposals`.
  ...[author, approver].map((pk) => ({
    table: 'changes' as const,
    pk,
    sk: `${OVERWRITTEN_PREFIX}<digest>#<digest>`,
    attributes: ['event', 'period', 'moment'],
    writer: 'validator, home',
  })),
  {
    table: 'changes',
    pk: change,
    sk: `${PROOF_PREFIX}${revisionOfFlag}#<region>`,
    attributes: ['verdict', 'seenAt', 'proof', 'expiresAt'],
    writer: 'rollback',
  },
  {
    table: 'changes',
    pk: flag,
    sk: `${CHANGE_PREFIX}<order>`,
    // `undecided` only while it is; a sparse index lists the items that have it.
    attributes: ['changeId', 'state', 'record', 'undecided', 'period', 'moment', 'awaited', 'expiresAt'],
    writer: decider,
  },
  // Of each Redis that has ever refused a write.
  {
    table: 'changes',
    pk: `${OUTAGE_PREFIX}<region>`,
    sk: `${REDIS_PREFIX}<redis>`,
    attributes: ['takenSince', 'degradedSince', 'endedSince', 'services'],
    writer: 'rollback',
  },
  { table: 'changes', ...SWEEP, attributes: ['progress'], writer: 'audit-writer, home' },
  { table: 'changes', pk: REVERTS_PK, sk: `${MINUTE_PREFIX}<minute>`, attributes: ['count'], writer: 'rollback' },

  {
    table: 'verification',
    pk: `${EXPECT_PREFIX}<change id>`,
    sk: `${ROW_PREFIX}${revisionOfFlag}`,
    attributes: ['answer', 'look', 'row', 'expiresAt'],
    writer: expecter,
  },
  // A copy of each row that waits for an answer.
  { table: 'verification', pk: OPEN_PK, sk: listed, attributes: ['row', 'expiresAt'], writer: expecter },
  // A copy of each row whose answer was not `consistent`.
  { table: 'verification', pk: ANSWERED_PK, sk: listed, attributes: ['row', 'expiresAt'], writer: expecter },
  // Never expires, as its revision may stay CURRENT.
  {
    table: 'verification',
    pk: flag,
    sk: `${REFUSAL_PREFIX}<order>`,
    attributes: ['refusal'],
    writer: 'validator, each region',
  },
  // `holder` and `leaseUntil` only while somebody has it.
  { table: 'verification', ...WINDOW, attributes: ['holder', 'leaseUntil'], writer: expecter },
  { table: 'verification', pk: WINDOW.pk, sk: `${ROWS_PREFIX}<counter>`, attributes: ['rowsAdded'], writer: expecter },
  {
    table: 'verification',
    pk: `${FAILURES_PREFIX}<service>`,
    sk: listed,
    attributes: ['change', 'expiresAt'],
    writer: noter,
  },
  // Writes that a Redis did not take, by minute; its outage, until it is over; when a cell last found it well.
  {
    table: 'verification',
    pk: `${NOTES_PREFIX}<redis>`,
    sk: `${MINUTE_PREFIX}<time>`,
    attributes: ['failed', 'expiresAt'],
    writer: noter,
  },
  {
    table: 'verification',
    pk: `${NOTES_PREFIX}<redis>`,
    sk: OUTAGE_SK,
    attributes: ['since', 'error', 'lastAt'],
    writer: noter,
  },
  // Its last outage that is over: home is told of it again for a day.
  {
    table: 'verification',
    pk: `${NOTES_PREFIX}<redis>`,
    sk: ENDED_SK,
    attributes: ['since', 'at', 'expiresAt'],
    writer: noter,
  },
  { table: 'verification', pk: `${NOTES_PREFIX}<redis>`, sk: TOLD_SK, attributes: ['at'], writer: noter },
  {
    table: 'verification',
    pk: `${NOTES_PREFIX}<redis>`,
    sk: `${CELL_PREFIX}<cell>`,
    attributes: ['at'],
    writer: noter,
  },
];
