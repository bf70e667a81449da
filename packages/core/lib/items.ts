import { type ChangeRecord, changeRecordSchema } from './change.ts';
import { UnavailableError } from './errors.ts';
import { type Order, orderKey } from './order.ts';
import { parseJson } from './parse.ts';
import { type Proposal, type ProposalOutcome, parseProposal, proposalOutcomeSchema } from './proposal.ts';

/*
 * How the tables are keyed, for every adapter and for the handlers that read their streams. Each item carries its content
 * as one string attribute, so that a stream record is read with the same schema as a message.
 *
 * | table   | pk             | sk                   | attributes                                            |
 * | ------- | -------------- | -------------------- | ----------------------------------------------------- |
 * | flags   | FLAG#<key>     | CURRENT              | epoch, revision, envelopeDigest, envelope              |
 * | flags   | FLAG#<key>     | REVISION#<order>     | epoch, revision, envelopeDigest, envelope; never changed |
 * | flags   | FLAG#<key>     | KNOWN_GOOD           | epoch, revision, envelopeDigest                        |
 * | changes | CHANGE#<id>    | PROPOSAL             | proposal                                               |
 * | changes | CHANGE#<id>    | OUTCOME              | outcome                                                |
 * | changes | FLAG#<key>     | CHANGE#<order>       | changeId, state, record                                |
 * | changes | CHANGE#<id>    | PROOF#<region>       | verdict, proof                                         |
 * | changes | REVERTS        | MINUTE#<epoch minute> | count                                                 |
 */

export const flagPk = (flagKey: string): string => `FLAG#${flagKey}`;
export const changePk = (changeId: string): string => `CHANGE#${changeId}`;
export const CURRENT_SK = 'CURRENT';
export const KNOWN_GOOD_SK = 'KNOWN_GOOD';
export const PROPOSAL_SK = 'PROPOSAL';
export const OUTCOME_SK = 'OUTCOME';
export const REVERTS_PK = 'REVERTS';
export const REVISION_PREFIX = 'REVISION#';
export const CHANGE_PREFIX = 'CHANGE#';
export const PROOF_PREFIX = 'PROOF#';
export const revisionSk = (order: Order): string => REVISION_PREFIX + orderKey(order);
export const changeSk = (order: Order): string => CHANGE_PREFIX + orderKey(order);
export const proofSk = (region: string): string => PROOF_PREFIX + region;
export const revertsSk = (now: number): string => `MINUTE#${Math.floor(now / 60_000)}`;

/** A stream record's new image, in DynamoDB's own JSON. */
export type StreamImage = Readonly<Record<string, { S?: string | undefined; N?: string | undefined } | undefined>>;

const text = (image: StreamImage, attribute: string): string => {
  const value = image[attribute]?.S;
  if (value === undefined) {
    throw new UnavailableError(
      `attribute ${attribute} of a stream image`,
      'The stream must carry NEW_IMAGE or NEW_AND_OLD_IMAGES.',
    );
  }
  return value;
};

export const imageKey = (image: StreamImage): { pk: string; sk: string } => ({
  pk: text(image, 'pk'),
  sk: text(image, 'sk'),
});

const hint = 'Items of `changes` are written by the stores of this product only.';

/** @throws InvalidInputError */
export const proposalOf = (image: StreamImage): Proposal => parseProposal(text(image, 'proposal'));

/** @throws InvalidInputError */
export const outcomeOf = (image: StreamImage): ProposalOutcome =>
  parseJson(proposalOutcomeSchema, text(image, 'outcome'), { what: 'outcome item', hint });

/** @throws InvalidInputError */
export const changeRecordOf = (image: StreamImage): ChangeRecord =>
  parseJson(changeRecordSchema, text(image, 'record'), { what: 'change item', hint });

/** The envelope's bytes in a CURRENT or REVISION item, unread; `undefined` when a foreign writer left them out. */
export const envelopeBodyOf = (image: StreamImage): string | undefined => image['envelope']?.S;
/** The digest attribute of a CURRENT or REVISION item, as found; what a repair conditions on. */
export const envelopeDigestOf = (image: StreamImage): string | null => image['envelopeDigest']?.S ?? null;
