import { digestOf } from '@flaghoist/core/canonical-json';
import type { Held } from '@flaghoist/core/compare-and-set';
import { isIntact, recomputedDigest } from '@flaghoist/core/intact';

const content = { flagKey: 'checkout', document: { state: 'ENABLED' } };
const digest = digestOf(content);
const body = JSON.stringify({ ...content, envelopeDigest: digest });
const held = (tombstone: boolean): Held => ({
  order: { epoch: 1, revision: 1 },
  digest,
  documentDigest: digestOf(content.document),
  tombstone,
});

describe('isIntact', () => {
  it('holds for a body that hashes to what `held` names, and for nothing at all', () => {
    expect(isIntact({ held: held(false), stored: body })).toBe(true);
    expect(isIntact({ held: held(true), stored: null })).toBe(true);
    expect(isIntact({ held: null, stored: null })).toBe(true);
  });

  it.each([
    ['a body that was altered', held(false), body.replace('ENABLED', 'DISABLED')],
    ['a torn body', held(false), body.slice(0, -9)],
    ['a body that claims another digest than it has', held(false), body.replace(digest, digestOf('other'))],
    ['a body that is another revision', { ...held(false), digest: digestOf('other') }, body],
    ['a body that is no object', held(false), '"text"'],
    ['a live flag without a body', held(false), null],
    ['a tombstone with a body', held(true), body],
    ['a body that nothing names', null, body],
  ])('refuses %s', (_what, named, stored) => {
    expect(isIntact({ held: named, stored })).toBe(false);
  });

  it('takes the digest from a memo', () => {
    expect(isIntact({ held: held(false), stored: 'anything' }, () => digest)).toBe(true);
    expect(recomputedDigest(body)).toBe(digest);
  });
});
