import { heldOf, isDue, isTombstoneFor } from '../lib/held.ts';
import { revisionOf } from './support.ts';

const live = revisionOf({ kind: 'created', audience: ['billing'] });
const narrowed = revisionOf(
  { audience: ['billing'] },
  { current: revisionOf({ kind: 'created', audience: ['billing', 'search'] }) },
);
const archived = revisionOf({ kind: 'archived' }, { current: live });

describe('what a cache is to hold', () => {
  it('names the revision by its order and both digests', () => {
    expect(heldOf('billing', live)).toEqual({
      order: { epoch: 1, revision: 1 },
      digest: live.envelopeDigest,
      documentDigest: live.documentDigest,
      tombstone: false,
    });
  });

  it('is a tombstone for whoever left, and for all when the flag is archived', () => {
    expect(isTombstoneFor('billing', narrowed)).toBe(false);
    expect(isTombstoneFor('search', narrowed)).toBe(true);
    expect(isTombstoneFor('billing', archived)).toBe(true);
  });
});

describe('a full load and the reconciler', () => {
  const served = heldOf('search', revisionOf({ kind: 'created' }));

  it.each([
    { name: 'a member that holds nothing', service: 'billing', envelope: live, held: null, due: true },
    { name: 'a departed service that holds nothing', service: 'search', envelope: narrowed, held: null, due: true },
    { name: 'a departed service that still serves', service: 'search', envelope: narrowed, held: served, due: true },
    { name: 'a stranger that serves from an old message', service: 'search', envelope: live, held: served, due: true },
    { name: 'a stranger that holds nothing', service: 'search', envelope: live, held: null, due: false },
    {
      name: 'a stranger that was told goodbye',
      service: 'search',
      envelope: live,
      held: { ...served, tombstone: true },
      due: false,
    },
  ])('owe CURRENT to $name: $due', ({ service, envelope, held, due }) => {
    expect(isDue(service, envelope, held)).toBe(due);
  });
});
