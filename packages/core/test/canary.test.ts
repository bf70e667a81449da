import { CANARY_AUTHOR, CANARY_FLAG, isCanary, isCanaryAuthor } from '../lib/canary.ts';
import { type Envelope, recordOf } from '../lib/envelope.ts';
import type { ProposalOutcome } from '../lib/proposal.ts';
import { buildRevert } from '../lib/revision.ts';
import { proofItem } from '../lib/storage/change-items.ts';
import { acceptance, outcomeWrite, takenOverOutcome } from '../lib/storage/change-writes.ts';
import { outcomesOf } from '../lib/taken-over.ts';
import { proofWith, revisionOf, topologyOf } from './support.ts';

const FORTNIGHT_SECONDS = 14 * 86_400;
const ACCEPTED_AT = 1_700_000_001_000;
const EXPIRES_AT = Math.floor(ACCEPTED_AT / 1000) + FORTNIGHT_SECONDS;
const proposedDigest = '0'.repeat(64);

const changedBy = (author: string, flagKey = CANARY_FLAG): Envelope =>
  revisionOf({ flagKey }, { written: { author, proposedDigest }, now: ACCEPTED_AT });

const revertOf = (judged: Envelope): Envelope =>
  buildRevert({
    judged,
    target: null,
    epoch: 1,
    rulesVersion: 1,
    topology: topologyOf(),
    now: ACCEPTED_AT,
    reason: 'a test',
  });

/** What an acceptance writes, without CURRENT, which stays. */
const expiries = (envelope: Envelope): readonly unknown[] =>
  acceptance(envelope, null)
    .flatMap((write) => ('put' in write ? [write.put] : []))
    .filter(({ sk }) => /^(REVISION|CHANGE|OUTCOME)#/.test(sk))
    .map(({ expiresAt }) => expiresAt);

it('of the canary revision, record and outcome expire, and those of its reverts', () => {
  const change = changedBy(CANARY_AUTHOR);
  expect(expiries(change)).toEqual([EXPIRES_AT, EXPIRES_AT, EXPIRES_AT]);
  expect(expiries(revertOf(change))).toEqual([EXPIRES_AT, EXPIRES_AT]);
});

it.each([
  ['local:flaghoist-canary', true],
  ['AROAPRDCANARYEXAMPLE3:flaghoist-canary', true],
  ['AROAPRDCANARYEXAMPLE3:flaghoist-canary2', false],
  ['AROAPRDCANARYEXAMPLE3:ada', false],
  ['AIDAUSEREXAMPLE000003', false],
  ['someone:flaghoist-canary', false],
  [undefined, false],
])('the key %s is the canary’s by its session: %s', (author, isIts) => {
  expect(isCanaryAuthor(author)).toBe(isIts);
  expect(isCanary({ flagKey: CANARY_FLAG, author })).toBe(isIts);
  expect(isCanary({ flagKey: 'checkout', author })).toBe(false);
});

it('of nobody else anything expires, whatever the flag is called, reverts neither', () => {
  for (const change of [changedBy('local:ada'), changedBy(CANARY_AUTHOR, 'checkout')]) {
    expect(expiries(change)).toEqual([undefined, undefined, undefined]);
    expect(expiries(revertOf(change))).toEqual([undefined, undefined]);
  }
});

it('an outcome that another home has accepted expires as it does there', () => {
  const change = changedBy(CANARY_AUTHOR);
  for (const outcome of outcomesOf(revertOf(change)).concat(outcomesOf(change)))
    expect(takenOverOutcome(outcome, ACCEPTED_AT)).toMatchObject({ put: { expiresAt: EXPIRES_AT } });
  for (const outcome of outcomesOf(changedBy('local:ada')))
    expect(takenOverOutcome(outcome, ACCEPTED_AT)).not.toHaveProperty('put.expiresAt');
});

it('a refused proposal of the canary expires, and what regions say of it', () => {
  const refused = {
    outcome: 'rejected',
    author: CANARY_AUTHOR,
    changeId: 'canary-1',
    proposedDigest,
    flagKey: CANARY_FLAG,
    actor: 'canary',
    at: ACCEPTED_AT,
    violations: [],
  } satisfies ProposalOutcome;
  expect(outcomeWrite(refused)).toMatchObject({ put: { expiresAt: EXPIRES_AT } });
  const others = outcomeWrite({ ...refused, author: 'local:ada' });
  expect('put' in others && others.put['expiresAt']).toBeUndefined();
  const key = { changeId: 'canary-1', flagKey: CANARY_FLAG, order: { epoch: 1, revision: 1 } };
  const proof = proofWith('eu-west-1', 'consistent', { seenAt: ACCEPTED_AT });
  expect(proofItem(key, proof)['expiresAt']).toBe(EXPIRES_AT);
  expect(proofItem({ ...key, flagKey: 'checkout' }, proof)['expiresAt']).toBeUndefined();
});

it('a revert is whose change it takes back', () => {
  expect(isCanary(recordOf(revertOf(changedBy(CANARY_AUTHOR))))).toBe(true);
  expect(isCanary(recordOf(revertOf(changedBy('local:ada'))))).toBe(false);
});
