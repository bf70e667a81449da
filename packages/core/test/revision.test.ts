import * as fc from 'fast-check';
import { proposableKinds } from '../lib/change.ts';
import { type Envelope, parseEnvelope, serialiseEnvelope } from '../lib/envelope.ts';
import { buildRevert, killedDocument, revertIdOf } from '../lib/revision.ts';
import { proposalOf, revisionOf, topologyOf } from './support.ts';

const created = revisionOf({ kind: 'created' });
const after = (
  current: Envelope | null,
  changed: Parameters<typeof revisionOf>[0],
  currentVerified = false,
): Envelope => revisionOf(changed, { current, currentVerified });
const revert = (judged: Envelope, target: Envelope | null): Envelope =>
  buildRevert({
    judged,
    target,
    epoch: 1,
    rulesVersion: 2,
    topology: topologyOf({ version: 3 }),
    now: 9,
    reason: 'billing',
  });

describe('a killed document', () => {
  it('gives everybody the off variant, whoever asks', () => {
    const document = {
      state: 'DISABLED',
      variants: { a: 1 },
      defaultVariant: 'a',
      targeting: { if: [] },
      metadata: { x: 1 },
    };
    expect(killedDocument(document, 'off')).toEqual({
      state: 'ENABLED',
      variants: { a: 1 },
      defaultVariant: 'off',
      metadata: { x: 1 },
    });
    expect(document.targeting).toEqual({ if: [] });
  });
});

describe('a revision', () => {
  it('is what its proposal asks for, numbered on, sealed, and chained to the one before', () => {
    const next = after(created, { owner: 'somebody-else', audience: ['search', 'billing', 'search'] });
    expect(next).toMatchObject({
      epoch: 1,
      revision: 2,
      kind: 'updated',
      flagState: 'live',
      document: proposalOf().document,
      audience: ['billing', 'search'],
      departed: ['ledger'],
      owner: 'somebody-else',
      regions: ['eu-west-1', 'us-east-1'],
      at: { proposed: 1_700_000_000_000, accepted: 1_700_000_001_000 },
      previousEnvelopeDigest: created.envelopeDigest,
    });
    expect(created.previousEnvelopeDigest).toBeNull();
  });

  it('keeps the shared evaluators that the flag has, until a proposal brings others or none', () => {
    const source = { $evaluators: { german: { '==': [{ var: 'country' }, 'DE'] } } };
    const first = revisionOf({ kind: 'created', source });
    expect(first.source).toEqual(source);
    expect(after(first, { kind: 'updated' }).source).toEqual(source);
    expect(after(first, { kind: 'killed' }).source).toEqual(source);
    expect(after(first, { kind: 'killed', source: { $evaluators: { german: true } } }).source).toEqual(source);
    expect(after(first, { source: { metadata: { version: '2' } } }).source).toEqual({ metadata: { version: '2' } });
    expect(after(first, { source: {} })).not.toHaveProperty('source');
    expect(after(first, { kind: 'archived' })).not.toHaveProperty('source');
    expect(revert(first, null)).not.toHaveProperty('source');
    expect(revert(after(first, { source: {} }), first).source).toEqual(source);
  });

  it('keeps what its proposal does not mention', () => {
    const first = revisionOf({ kind: 'created', audience: ['billing'], prerequisites: ['base'] });
    const { owner: _owner, offVariant: _off, ...rest } = proposalOf();
    const next = revisionOf(rest, { current: first });
    expect(next).toMatchObject({ audience: ['billing'], prerequisites: ['base'] });
    expect(revisionOf({ kind: 'killed' }, { current: first })).toMatchObject({
      owner: 'team-checkout',
      offVariant: 'off',
    });
  });

  it('names the serving regions of its moment as those that must prove it', () => {
    const topology = topologyOf({
      version: 5,
      regions: { 'eu-west-1': 'serving', 'us-east-1': 'joining', 'eu-north-1': 'draining' },
    });
    expect(revisionOf({}, { topology })).toMatchObject({ regions: ['eu-west-1'], topologyVersion: 5 });
  });

  it.each([
    { story: 'created', kinds: ['created'], state: 'live', serves: 'on' },
    { story: 'killed', kinds: ['created', 'killed'], state: 'killed', serves: 'off' },
    {
      story: 'killed and updated: it stays killed',
      kinds: ['created', 'killed', 'updated'],
      state: 'killed',
      serves: 'off',
    },
    { story: 'killed twice', kinds: ['created', 'killed', 'killed'], state: 'killed', serves: 'off' },
    {
      story: 'killed, updated and restored',
      kinds: ['created', 'killed', 'updated', 'restored'],
      state: 'live',
      serves: 'on',
    },
    { story: 'archived', kinds: ['created', 'archived'], state: 'archived', serves: undefined },
    { story: 'archived when killed', kinds: ['created', 'killed', 'archived'], state: 'archived', serves: undefined },
    { story: 'created again', kinds: ['created', 'archived', 'created'], state: 'live', serves: 'on' },
  ] as const)('of a flag that is $story is $state', ({ kinds, state, serves }) => {
    const last = kinds.reduce<Envelope | null>((current, kind) => after(current, { kind }), null);
    expect(last).toMatchObject({ flagState: state, revision: kinds.length });
    expect(last?.document?.['defaultVariant']).toBe(serves);
    if (state === 'killed') expect(last?.document).not.toHaveProperty('targeting');
  });

  it('says goodbye again to those who left with an unverified one', () => {
    const narrowed = after(created, { audience: ['billing'] });
    expect(after(narrowed, {}).departed).toEqual(['ledger', 'search']);
    expect(after(narrowed, {}, true).departed).toEqual([]);
  });

  it('is total: whatever is wrong with the proposal is for the rules to say', () => {
    // Written and read once, because JSON writes -0 as 0.
    const anyDocument = fc.dictionary(fc.string(), fc.jsonValue()).map((data) => JSON.parse(JSON.stringify(data)));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...proposableKinds), fc.option(anyDocument)), { minLength: 1, maxLength: 5 }),
        (story) => {
          let current: Envelope | null = null;
          for (const [kind, document] of story) {
            const { document: _document, ...rest } = proposalOf({ kind });
            current = revisionOf(document === null ? rest : { ...rest, document }, { current });
            expect(parseEnvelope(serialiseEnvelope(current))).toEqual(current);
          }
          expect(current?.revision).toBe(story.length);
        },
      ),
    );
  });
});

describe('a revert', () => {
  const judged = after(created, {
    audience: ['billing', 'search'],
    document: { variants: {} },
    change: { ...proposalOf().change, id: 'change-0002' },
  });

  it('is a new revision after the judged one that carries its target', () => {
    const back = revert(judged, created);
    expect(back).toMatchObject({
      revision: 3,
      kind: 'rolled-back',
      flagState: 'live',
      document: created.document,
      documentDigest: created.documentDigest,
      audience: '*',
      departed: [],
      owner: created.owner,
      topologyVersion: 3,
      rulesVersion: 2,
      previousEnvelopeDigest: judged.envelopeDigest,
      at: { proposed: 9, accepted: 9 },
    });
    expect(parseEnvelope(serialiseEnvelope(back))).toEqual(back);
  });

  it('has an id that follows from the judged change, so that a repeated attempt meets its own work', () => {
    expect(revert(judged, created).change).toMatchObject({
      id: 'revert-change-0002',
      causeId: 'change-0002',
      reason: 'billing',
    });
    expect(revertIdOf('change-0002')).toBe('revert-change-0002');
    expect(revert(judged, created)).toEqual(revert(judged, created));
  });

  it('says goodbye to whom the judged change had added, and to those who were leaving with it', () => {
    const narrow = revisionOf({ kind: 'created', audience: ['billing'] });
    const wider = after(narrow, { audience: ['ledger', 'search'] });
    expect(wider.departed).toEqual(['billing']);
    expect(revert(wider, narrow).departed).toEqual(['ledger', 'search']);
    const other = after(wider, { audience: ['ledger'] });
    expect(revert(other, narrow).departed).toEqual(['ledger', 'search']);
  });

  it('of a flag that has nothing to go back to is a tombstone for all who had it', () => {
    const gone = revert(judged, null);
    expect(gone).toMatchObject({
      flagState: 'archived',
      document: null,
      audience: ['billing', 'search'],
      departed: ['ledger'],
    });
    expect(parseEnvelope(serialiseEnvelope(gone))).toEqual(gone);
  });

  it('that carries a kill stays killed, also for the update after it', () => {
    const killed = after(created, { kind: 'killed' });
    const restored = after(killed, { kind: 'restored' });
    const back = revert(restored, killed);
    expect(back).toMatchObject({ flagState: 'killed', documentDigest: killed.documentDigest });
    expect(after(back, {}).flagState).toBe('killed');
  });
});
