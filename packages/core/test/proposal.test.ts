import { parseJson } from '../lib/parse.ts';
import { parseProposal, proposalOutcomeSchema } from '../lib/proposal.ts';
import { proposalOf } from './support.ts';

const read = (changed: object) => parseProposal(JSON.stringify({ ...proposalOf(), ...changed }));

describe('a proposal', () => {
  it('may leave out what the flag has already', () => {
    const { flagKey, change, proposedAt } = proposalOf();
    const kill = { flagKey, kind: 'killed' as const, basedOn: { epoch: 1, revision: 4 }, change, proposedAt };
    expect(parseProposal(JSON.stringify(kill))).toEqual(kill);
  });

  it.each<{ wrong: string; changed: object; says: string }>([
    { wrong: 'the kind that only rollback writes', changed: { kind: 'rolled-back' }, says: '/kind' },
    { wrong: 'a field nobody knows', changed: { revision: 7 }, says: 'revision' },
    {
      wrong: 'a cause, which only a revert has',
      changed: { change: { ...proposalOf().change, causeId: 'change-0000' } },
      says: '/change',
    },
    {
      wrong: 'an id that leaves no room for its revert',
      changed: { change: { ...proposalOf().change, id: 'c'.repeat(91) } },
      says: '/change/id',
    },
    { wrong: 'an order that is none', changed: { basedOn: { epoch: 0, revision: 1 } }, says: '/basedOn/epoch' },
    { wrong: 'no basis at all', changed: { basedOn: undefined }, says: '/basedOn' },
    { wrong: 'a document that is a list', changed: { document: [] }, says: '/document' },
    { wrong: 'shared evaluators that are a list', changed: { source: [] }, says: '/source' },
    {
      wrong: 'an approval of what is no digest',
      changed: { change: { ...proposalOf().change, approvals: [{ actor: 'noor', at: 1, proposalDigest: 'D' }] } },
      says: '/change/approvals/0/proposalDigest',
    },
    { wrong: 'an empty audience', changed: { audience: [] }, says: '/audience' },
  ])('with $wrong is refused, naming the place', ({ changed, says }) => {
    expect(() => read(changed)).toThrow(says);
  });

  const { change } = proposalOf();
  const text = (length: number) => 'x'.repeat(length);
  it.each<{ field: string; longest: object; tooLong: object; at: string }>([
    {
      field: 'an actor',
      longest: { change: { ...change, actor: text(256) } },
      tooLong: { change: { ...change, actor: text(257) } },
      at: '/change/actor',
    },
    {
      field: 'an authentication',
      longest: { change: { ...change, authentication: text(2_048) } },
      tooLong: { change: { ...change, authentication: text(2_049) } },
      at: '/change/authentication',
    },
    {
      field: 'a reason',
      longest: { change: { ...change, reason: text(10_000) } },
      tooLong: { change: { ...change, reason: text(10_001) } },
      at: '/change/reason',
    },
    {
      field: 'a ticket',
      longest: { change: { ...change, ticket: text(256) } },
      tooLong: { change: { ...change, ticket: text(257) } },
      at: '/change/ticket',
    },
    {
      field: 'an approver',
      longest: { change: { ...change, approvals: [{ actor: text(256), at: 1 }] } },
      tooLong: { change: { ...change, approvals: [{ actor: text(257), at: 1 }] } },
      at: '/change/approvals/0/actor',
    },
    {
      field: 'a list of approvals',
      longest: { change: { ...change, approvals: Array(20).fill({ actor: 'noor', at: 1 }) } },
      tooLong: { change: { ...change, approvals: Array(21).fill({ actor: 'noor', at: 1 }) } },
      at: '/change/approvals',
    },
    { field: 'an owner', longest: { owner: text(256) }, tooLong: { owner: text(257) }, at: '/owner' },
    {
      field: 'an off variant',
      longest: { offVariant: text(256) },
      tooLong: { offVariant: text(257) },
      at: '/offVariant',
    },
    {
      field: 'an audience',
      longest: { audience: Array(1_000).fill(text(128)) },
      tooLong: { audience: Array(1_001).fill('login') },
      at: '/audience',
    },
    { field: 'a service', longest: { audience: [text(128)] }, tooLong: { audience: [text(129)] }, at: '/audience/0' },
    {
      field: 'a list of prerequisites',
      longest: { prerequisites: Array(1_000).fill('base') },
      tooLong: { prerequisites: Array(1_001).fill('base') },
      at: '/prerequisites',
    },
    {
      field: 'a prerequisite',
      longest: { prerequisites: [text(128)] },
      tooLong: { prerequisites: [text(129)] },
      at: '/prerequisites/0',
    },
  ])('has at most so much of $field', ({ longest, tooLong, at }) => {
    expect(read(longest)).toMatchObject(longest);
    expect(() => read(tooLong)).toThrow(`${at}: `);
  });

  it('need not say who makes and approved it, when and how: home finds that by the keys', () => {
    const { actor: _who, authentication: _how, ...change } = proposalOf().change;
    const silent = { ...proposalOf(), change: { ...change, approvals: [{ actor: 'noor' }] } };
    expect(parseProposal(JSON.stringify(silent)).change).toEqual({
      ...change,
      actor: '',
      authentication: '',
      approvals: [{ actor: 'noor', at: 0 }],
    });
  });

  it('leaves room for its outcome and its events, whatever an author writes into it', () => {
    // Everything that an outcome or an event repeats. EventBridge and SQS take 256 KiB, an item has 400 KB.
    const { flagKey, owner = '' } = proposalOf();
    const repeated = { flagKey, owner, ...change, actor: text(256), authentication: text(2_048), reason: text(10_000) };
    expect(JSON.stringify(repeated).length).toBeLessThan(16 * 1024);
  });

  it('keeps a document untouched', () => {
    const text = JSON.stringify(proposalOf()).replace('"state"', '"__proto__":{"a":1},"state"');
    expect(JSON.stringify(parseProposal(text).document)).toContain('"__proto__":{"a":1}');
  });
});

const answered = { author: 'local:ada', changeId: 'c', proposedDigest: '0'.repeat(64), flagKey: 'f' };

it.each([
  { outcome: 'accepted', ...answered, order: { epoch: 1, revision: 1 } },
  {
    outcome: 'rejected',
    ...answered,
    actor: 'a',
    at: 1,
    violations: [{ ruleId: 'FH-X-01', severity: 'error', pointer: '/document', message: 'm', hint: 'h' }],
  },
  {
    outcome: 'conflict',
    ...answered,
    actor: 'a',
    at: 1,
    basedOn: null,
    current: { epoch: 1, revision: 2 },
    overtakenBy: { epoch: 1, revision: 2, kind: 'restored', actor: 'b' },
  },
  { outcome: 'expired', ...answered, actor: 'a', at: 2, writtenAt: 1, maxAgeSeconds: 900 },
])('an outcome ($outcome) is read as it stands', (outcome) => {
  expect(parseJson(proposalOutcomeSchema, JSON.stringify(outcome), { what: 'outcome', hint: '' })).toEqual(outcome);
});
