import * as fc from 'fast-check';
import { canonicalJson, digestOf } from '../lib/canonical-json.ts';
import { type Envelope, parseEnvelope, recordOf, seal, serialiseEnvelope } from '../lib/envelope.ts';
import { revisionOf } from './support.ts';

const envelope = revisionOf({ kind: 'created' });

/** Any JSON that is no object of its own kind already: what a rule may still refuse, an envelope must carry. */
const documents = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 6 });

const resealed = (changed: object): string => {
  const { envelopeDigest: _digest, ...content } = { ...envelope, ...changed };
  return canonicalJson({ ...content, envelopeDigest: digestOf(content) });
};

describe('an envelope', () => {
  it('comes back from the wire as it was sealed', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const sealed = seal({ ...envelope, document });
        expect(serialiseEnvelope(parseEnvelope(serialiseEnvelope(sealed)))).toBe(serialiseEnvelope(sealed));
      }),
    );
  });

  it('has the same digests however it was written down', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const sealed = seal({ ...envelope, document });
        const backwards = Object.fromEntries(Object.entries(sealed).reverse());
        expect(parseEnvelope(JSON.stringify(backwards, null, 2)).envelopeDigest).toBe(sealed.envelopeDigest);
      }),
    );
  });

  it('keeps the digest of its document whatever else changes', () => {
    const other = revisionOf({ kind: 'created', owner: 'somebody-else' }, { environment: 'prod' });
    expect(other.documentDigest).toBe(envelope.documentDigest);
    expect(other.envelopeDigest).not.toBe(envelope.envelopeDigest);
  });

  it('is refused when any of its bytes was altered', () => {
    const body = serialiseEnvelope(envelope);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.constantFrom(...'a1"x{ '), (index, character) => {
        fc.pre(body[index] !== character);
        const altered = body.slice(0, index) + character + body.slice(index + 1);
        expect(() => parseEnvelope(altered)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^FH_/) }));
      }),
      { numRuns: 500 },
    );
  });

  it('with another document is refused by its digest', () => {
    const altered = { ...envelope, document: { ...envelope.document, defaultVariant: 'off' } };
    expect(() => parseEnvelope(JSON.stringify(altered))).toThrow(
      expect.objectContaining({ code: 'FH_DIGEST_MISMATCH' }),
    );
  });

  it('sealed around a document that it does not name is refused too', () => {
    expect(() => parseEnvelope(resealed({ documentDigest: digestOf({}) }))).toThrow(
      'document of checkout.new-basket claims',
    );
  });

  it('one schema version ahead is accepted, and what is new in it kept', () => {
    const body = resealed({ schema: 2, signature: 'new' });
    expect(parseEnvelope(body)).toMatchObject({ schema: 2, signature: 'new' });
    expect(serialiseEnvelope(parseEnvelope(body))).toBe(body);
  });

  it.each<{ wrong: string; changed: object; says: string }>([
    { wrong: 'two versions ahead', changed: { schema: 3 }, says: '/schema' },
    { wrong: 'a key with a space', changed: { flagKey: 'a b' }, says: '/flagKey' },
    { wrong: 'an unknown kind', changed: { kind: 'renamed' }, says: '/kind' },
    { wrong: 'no revision', changed: { revision: 0 }, says: '/revision' },
    { wrong: 'an empty audience', changed: { audience: [] }, says: '/audience' },
    { wrong: 'no regions', changed: { regions: [] }, says: '/regions' },
    {
      wrong: 'no document in a live flag',
      changed: { document: null },
      says: '/document: is null for an archived flag and for no other',
    },
    { wrong: 'a document in an archived flag', changed: { flagState: 'archived' }, says: '/document: is null for' },
    { wrong: 'a short change id', changed: { change: { ...envelope.change, id: 'short' } }, says: '/change/id' },
    { wrong: 'an anonymous actor', changed: { change: { ...envelope.change, actor: '' } }, says: '/change/actor' },
  ])('with $wrong is refused, naming the place', ({ changed, says }) => {
    expect(() => parseEnvelope(resealed(changed))).toThrow(says);
  });

  it('is refused for every place that does not fit, at once', () => {
    expect(() => parseEnvelope(resealed({ kind: 'renamed', owner: 7, topologyVersion: 0 }))).toThrow(
      expect.objectContaining({
        code: 'FH_INVALID_INPUT',
        places: expect.arrayContaining([
          expect.stringContaining('/kind'),
          expect.stringContaining('/owner'),
          expect.stringContaining('/topologyVersion'),
        ]),
      }),
    );
  });

  it('does not lose a key that objects treat specially', () => {
    const body = resealed({
      document: JSON.parse('{"__proto__":{"state":"ENABLED"}}'),
      documentDigest: digestOf(JSON.parse('{"__proto__":{"state":"ENABLED"}}')),
    });
    expect(Object.keys(parseEnvelope(body).document ?? {})).toEqual(['__proto__']);
  });
});

it('the envelopes of a flag form a chain', () => {
  const chain: Envelope[] = [envelope];
  for (let revision = 2; revision <= 4; revision += 1) {
    chain.push(
      revisionOf({ change: { ...envelope.change, id: `change-000${revision}` } }, { current: chain.at(-1) ?? null }),
    );
  }
  expect(chain.map(({ previousEnvelopeDigest }) => previousEnvelopeDigest)).toEqual([
    null,
    ...chain.slice(0, -1).map(({ envelopeDigest }) => envelopeDigest),
  ]);
  expect(new Set(chain.map(({ envelopeDigest }) => envelopeDigest)).size).toBe(chain.length);
});

it('the row of a change says what its envelope says', () => {
  expect(recordOf(envelope)).toEqual({
    changeId: 'change-0001',
    flagKey: 'checkout.new-basket',
    order: { epoch: 1, revision: 1 },
    kind: 'created',
    flagState: 'live',
    state: 'accepted',
    envelopeDigest: envelope.envelopeDigest,
    documentDigest: envelope.documentDigest,
    regions: ['eu-west-1', 'us-east-1'],
    topologyVersion: 1,
    acceptedAt: 1_700_000_001_000,
    author: 'local:ada',
  });
  expect(recordOf({ ...envelope, change: { ...envelope.change, causeId: 'change-0000' } }).causeId).toBe('change-0000');
});
