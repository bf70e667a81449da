import type { ChangeRecord } from '@flaghoist/core/change';
import { type Envelope, recordOf, seal, serialiseEnvelope } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { putKnownGoodRight } from '@flaghoist/core/put-known-good-right';
import { recordItem } from '@flaghoist/core/storage/change-items';
import { homeWrite, revisionItem, storedOf, topologyWrite } from '@flaghoist/core/storage/flag-items';
import {
  authorPk,
  CURRENT_SK,
  changeSk,
  flagPk,
  HOME as HOME_KEY,
  KNOWN_GOOD_SK,
  outcomeSk,
  REVISION_PREFIX,
  revisionSk,
  TOPOLOGY_PK,
  topologySk,
} from '@flaghoist/core/storage/keys';
import type { Item } from '@flaghoist/core/storage/write';
import { InMemoryHomeStore } from '@flaghoist/in-memory/home-store';
import { AUTHOR } from '@flaghoist/test-kit/author';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { checkRemoval } from '../lib/check-removal.ts';
import { createAcceptHandler, type StreamHandler } from '../lib/handler.ts';
import { createHome, document, FLAG, HOME, type Home } from './support/home.ts';
import { accepted, createRegion, REGION } from './support/region.ts';
import { eventOf } from './support/stream-tail.ts';

/* Items that somebody with too many rights wrote around the validator: what they stop, and who is told. */

const pk = flagPk(FLAG);
const next = { epoch: 1, revision: 3 };
const above = { epoch: 1, revision: 4 };
const far = { epoch: 999_999, revision: 10 ** 12 - 1 };

const attributes = (order: { epoch: number; revision: number }) => ({ ...order, envelopeDigest: 'd'.repeat(64) });

/** A flag of two revisions. */
const twoRevisions = async (): Promise<Home> => {
  const home = createHome();
  await home.decide('created');
  await home.decide('updated');
  return home;
};

/** What somebody with a keyboard can seal: the newest revision with another document, at the next order. */
const sealedNext = async (home: Home, over: Partial<Envelope> = {}): Promise<Envelope> => {
  const newest = (await home.revisions()).at(-1);
  if (newest === undefined) throw new Error('there is a newest revision');
  const { envelopeDigest, documentDigest: _digest, ...content } = newest;
  const change = { ...newest.change, id: 'change-of-nobody' };
  return seal({ ...content, ...next, change, previousEnvelopeDigest: envelopeDigest, ...over });
};

type Foreign = readonly [what: string, write: (home: Home) => Promise<void> | void];

const foreign: readonly Foreign[] = [
  [
    'a REVISION at the next order that is no envelope',
    ({ tables: { flags } }) => {
      flags.put({ pk, sk: revisionSk(next), ...attributes(next), envelope: '{}' });
    },
  ],
  [
    'a REVISION at the next order without attributes',
    ({ tables: { flags } }) => {
      flags.put({ pk, sk: revisionSk(next) });
    },
  ],
  [
    'a REVISION at the next order that claims the digest of CURRENT',
    async (home) => {
      const { envelopeDigest = '' } = (await home.current()) ?? {};
      home.tables.flags.put({ pk, sk: revisionSk(next), ...next, envelopeDigest, envelope: 'no JSON' });
    },
  ],
  [
    'the bytes of an older revision at the next order',
    async (home) => {
      const [first] = await home.revisions();
      if (first === undefined) throw new Error('there is a first revision');
      const { envelopeDigest } = first;
      home.tables.flags.put({ pk, sk: revisionSk(next), ...next, envelopeDigest, envelope: serialiseEnvelope(first) });
    },
  ],
  [
    'an older revision, as it stands, at the next order',
    async ({ tables: { flags } }) => {
      const first = flags.get(pk, revisionSk({ epoch: 1, revision: 1 }));
      if (first === undefined) throw new Error('there is a first revision');
      flags.put({ ...first, sk: revisionSk(next) });
    },
  ],
  [
    'a sealed REVISION at the next order that nobody accepted',
    async (home) => home.tables.flags.put(revisionItem(storedOf(await sealedNext(home)))),
  ],
  [
    'a sealed kill at the next order that nobody accepted, and a record that names another one',
    async (home) => {
      const kill = await sealedNext(home, { kind: 'killed', flagState: 'killed' });
      home.tables.flags.put(revisionItem(storedOf(kill)));
      home.tables.changes.put({ pk, sk: changeSk(next), record: '{}' });
    },
  ],
  [
    'a sealed REVISION behind every order that nobody accepted',
    async (home) => home.tables.flags.put(revisionItem(storedOf(await sealedNext(home, far)))),
  ],
  [
    'a sealed REVISION of the next epoch that nobody accepted',
    async (home) => home.tables.flags.put(revisionItem(storedOf(await sealedNext(home, { ...next, epoch: 2 })))),
  ],
  [
    'a REVISION behind every order',
    ({ tables: { flags } }) => {
      flags.put({ pk, sk: revisionSk(far), ...attributes(far), envelope: '{}' });
    },
  ],
  [
    'a REVISION whose key is no order',
    ({ tables: { flags } }) => {
      flags.put({ pk, sk: `${REVISION_PREFIX}zzz`, envelope: '{}' });
    },
  ],
  [
    'a record at the next order',
    ({ tables: { changes } }) => {
      changes.put({ pk, sk: changeSk(next), record: '{}', state: 'accepted', changeId: 'foreign-1' });
    },
  ],
  [
    'a record without attributes at the next order',
    ({ tables: { changes } }) => {
      changes.put({ pk, sk: changeSk(next) });
    },
  ],
  [
    'a REVISION and a record at the next order',
    ({ tables: { changes, flags } }) => {
      flags.put({ pk, sk: revisionSk(next), ...attributes(next), envelope: '{}' });
      changes.put({ pk, sk: changeSk(next), record: '[]' });
    },
  ],
  [
    'the record of CURRENT, altered',
    ({ tables: { changes } }) => {
      changes.put({ pk, sk: changeSk({ epoch: 1, revision: 2 }), record: '{"state":7}' });
    },
  ],
  [
    'CURRENT with another order beside its envelope',
    ({ tables: { flags } }) => {
      const item = flags.get(pk, CURRENT_SK);
      if (item === undefined) throw new Error('there is CURRENT');
      flags.put({ ...item, epoch: 7, revision: 'x' });
    },
  ],
  [
    'the newest REVISION, altered with its digest',
    ({ tables: { flags } }) => {
      const order = { epoch: 1, revision: 2 };
      flags.put({ pk, sk: revisionSk(order), ...attributes(order), envelope: '{}' });
    },
  ],
];

describe.each(foreign)('%s', (what, write) => {
  it.each(['killed', 'updated'] as const)('does not stop a change of kind %s, nor the one after', async (kind) => {
    const home = await twoRevisions();
    await write(home);
    home.tail.take();
    const { basedOn } = await home.proposalOf('updated', { basedOn: { epoch: 1, revision: 2 } });
    expect(await home.decide(kind, { basedOn })).toMatchObject({ outcome: 'accepted', order: next });
    expect(home.deadLetters.given).toEqual([]);
    expect(await home.current()).toMatchObject({ revision: 3, kind });
    expect(home.tables.flags.get(pk, revisionSk(next))).toMatchObject({ revision: 3 });
    expect(await home.changes.record(FLAG, next)).toMatchObject({ kind });
    expect(await home.decide('killed')).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 4 } });
    if (!/CURRENT|altered/.test(what)) expect(home.log.messages('error').join()).toMatch(/find out who/);
  });
});

it('a revision that nobody accepted in the place of the first one does not keep a flag from being created', async () => {
  const home = createHome();
  const first = { epoch: 1, revision: 1 };
  home.tables.flags.put({ pk, sk: revisionSk(first), ...attributes(first), envelope: '{}' });
  home.tail.take();
  expect(await home.decide('created', { basedOn: null })).toMatchObject({ outcome: 'accepted', order: first });
});

it('a revision that was accepted is never written over, though something lies above it and CURRENT was set back', async () => {
  const home = await twoRevisions();
  const before = home.tables.flags.get(pk, CURRENT_SK);
  await home.decide('killed');
  const kill = home.tables.flags.get(pk, revisionSk(next));
  home.tables.flags.put({ pk, sk: revisionSk(far), ...attributes(far), envelope: '{}' });
  home.tables.flags.put({ ...(before ?? { pk, sk: CURRENT_SK }) });
  home.tail.take();
  expect(await home.decide('updated', { basedOn: { epoch: 1, revision: 2 } })).toMatchObject({ outcome: 'conflict' });
  expect(home.tables.flags.get(pk, revisionSk(next))).toEqual(kill);
  expect(await home.current()).toMatchObject({ revision: 3, kind: 'killed' });
  expect(await home.decide('killed')).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 4 } });
});

describe('with something foreign above all revisions, a kill is the newest one and a next one is accepted where', () => {
  const garbage = { pk, sk: revisionSk(far), ...attributes(far), envelope: '{}' };
  const cases: readonly (readonly [string, (home: Home, before: Item) => void])[] = [
    ['CURRENT was set back', ({ tables: { flags } }, before) => flags.put({ ...before })],
    ['CURRENT was removed', ({ tables: { flags } }) => flags.delete({ pk, sk: CURRENT_SK })],
    ['CURRENT is garbage', ({ tables: { flags } }) => flags.put({ pk, sk: CURRENT_SK, envelope: '{}' })],
    [
      'the REVISION of CURRENT was altered and its record cannot be read',
      ({ tables: { flags, changes } }) => {
        flags.put({ pk, sk: revisionSk(next), ...attributes(next), envelope: '{}' });
        changes.put({ pk, sk: changeSk(next), record: '{}' });
      },
    ],
  ];

  it.each(cases)('%s', async (_, write) => {
    const home = await twoRevisions();
    const before = home.tables.flags.get(pk, CURRENT_SK) ?? { pk, sk: CURRENT_SK };
    await home.decide('killed');
    home.tables.flags.put({ ...garbage });
    write(home, before);
    home.tail.take();
    const { basedOn } = await home.proposalOf('updated', { basedOn: { epoch: 1, revision: 2 } });
    expect(await home.decide('updated', { basedOn })).toMatchObject({ outcome: 'conflict', current: next });
    expect(await home.decide('killed', { basedOn })).toMatchObject({ outcome: 'accepted' });
    expect(await home.current()).toMatchObject({ revision: 4, kind: 'killed' });
  });

  it.each(cases.slice(0, 3))('%s, in the next epoch', async (_, write) => {
    const home = await twoRevisions();
    const before = home.tables.flags.get(pk, CURRENT_SK) ?? { pk, sk: CURRENT_SK };
    await home.decide('killed');
    home.tables.flags.put({ ...garbage });
    write(home, before);
    home.tail.take();
    const store = new InMemoryHomeStore(home.tables.flags);
    await store.move({ region: HOME, epoch: 2, actor: 'ada', at: 1 }, null);
    const accept = createAcceptHandler({ ...home.ports, home: store });
    const { change } = await home.propose('updated', { basedOn: { epoch: 1, revision: 2 } });
    const written = home.tail.take().filter(({ eventID }) => eventID?.includes('proposals'));
    await home.clock.run(accept(eventOf(...written)));
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'conflict', current: next });
    expect(await home.current()).toMatchObject({ epoch: 1, revision: 3, kind: 'killed' });
  });
});

it('nobody builds on an older revision where the newest one, which has its record, was altered and CURRENT set back', async () => {
  const home = await twoRevisions();
  const before = home.tables.flags.get(pk, CURRENT_SK) ?? { pk, sk: CURRENT_SK };
  await home.decide('killed');
  home.tables.flags.put({ pk, sk: revisionSk(next), ...attributes(next), envelope: '{}' });
  home.tables.flags.put({ ...before });
  home.tail.take();
  const revisions = [...home.tables.flags.allEntries()].map(({ sk }) => sk);
  expect(await home.decide('updated', { basedOn: { epoch: 1, revision: 2 } })).toBeUndefined();
  expect([...home.tables.flags.allEntries()].map(({ sk }) => sk)).toEqual(revisions);
  expect(home.log.messages('error').join()).toContain('cannot be handled');
  const hints = home.log.lines.map(({ fields: { error } }) => (error instanceof InvalidInputError ? error.hint : ''));
  expect(hints.join()).toContain('until its bytes are put back, as a backup of the table or the field of a cache');
});

it('a sealed revision that nobody accepted in the place of the first one keeps no flag from being created', async () => {
  const home = createHome();
  await home.decide('created', { flagKey: 'other' });
  const [other] = await home.revisions('other');
  if (other === undefined) throw new Error('it was accepted');
  const { envelopeDigest: _seal, documentDigest: _digest, ...content } = other;
  const change = { ...other.change, id: 'change-of-nobody' };
  home.tables.flags.put(revisionItem(storedOf(seal({ ...content, flagKey: FLAG, change }))));
  home.tail.take();
  const outcome = await home.decide('created', { basedOn: null });
  expect(outcome).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 1 } });
  expect((await home.current())?.change.id).not.toBe('change-of-nobody');
});

describe('a kill is not undone where', () => {
  const kill = { pk, sk: revisionSk(next) };
  const gone: readonly (readonly [string, (home: Home) => void])[] = [
    ['its REVISION is gone', ({ tables: { flags } }) => flags.delete(kill)],
    [
      'its REVISION and its record are gone',
      ({ tables: { flags, changes } }) => {
        flags.delete(kill);
        changes.delete({ pk, sk: changeSk(next) });
      },
    ],
    [
      'its REVISION is gone, and something of nobody stands above',
      ({ tables: { flags } }) => {
        flags.delete(kill);
        flags.put({ pk, sk: revisionSk(far), ...attributes(far), envelope: '{}' });
      },
    ],
  ];

  it.each(gone)('%s: REVISION is put back, and the next change builds on it', async (_, remove) => {
    const home = await twoRevisions();
    await home.decide('killed');
    const before = home.tables.flags.get(pk, revisionSk(next));
    remove(home);
    home.tail.take();
    expect(await home.decide('updated', { basedOn: { epoch: 1, revision: 2 } })).toMatchObject({ outcome: 'conflict' });
    expect(await home.current()).toMatchObject({ revision: 3, kind: 'killed' });
    expect(home.tables.flags.get(pk, revisionSk(next))).toEqual(before);
    expect(await home.decide('updated', { basedOn: next })).toMatchObject({ outcome: 'accepted' });
    expect(await home.current()).toMatchObject({ revision: 4, flagState: 'killed' });
  });

  it('its REVISION was sealed again under its id, with another document', async () => {
    const home = await twoRevisions();
    await home.decide('killed');
    const [, before, killed] = await home.revisions();
    if (before === undefined || killed === undefined) throw new Error('it was killed');
    const { change } = killed;
    const live = { kind: 'updated', flagState: 'live', document: before.document } as const;
    const forged = await sealedNext(home, { ...live, change, previousEnvelopeDigest: before.envelopeDigest });
    home.tables.flags.put(revisionItem(storedOf(forged)));
    home.tail.take();
    const basedOn = { epoch: 1, revision: 2 };
    expect(await home.decide('updated', { basedOn })).toMatchObject({ outcome: 'conflict' });
    expect(await home.current()).toEqual(killed);
  });

  it('its REVISION and CURRENT are gone: changes wait, and another kill goes above it', async () => {
    const home = await twoRevisions();
    await home.decide('killed');
    home.tables.flags.delete(kill);
    home.tables.flags.delete({ pk, sk: CURRENT_SK });
    home.tail.take();
    expect(await home.decide('updated', { basedOn: { epoch: 1, revision: 2 } })).toBeUndefined();
    expect(await home.current()).toBeNull();
    const { revision } = above;
    expect(await home.decide('killed', { basedOn: null })).toMatchObject({ outcome: 'accepted', order: above });
    expect(await home.current()).toMatchObject({ revision, kind: 'killed' });
  });

  it('its REVISION is gone and CURRENT was set back: no other change takes its place, a kill goes above it', async () => {
    const home = await twoRevisions();
    const before = home.tables.flags.get(pk, CURRENT_SK) ?? { pk, sk: CURRENT_SK };
    await home.decide('killed');
    home.tables.flags.delete(kill);
    home.tables.flags.put({ ...before });
    home.tail.take();
    const { basedOn } = await home.proposalOf('updated', { basedOn: { epoch: 1, revision: 2 } });
    expect(await home.decide('updated', { basedOn })).toBeUndefined();
    expect(home.deadLetters.given).toHaveLength(1);
    expect(await home.decide('killed', { basedOn })).toMatchObject({ outcome: 'accepted', order: above });
  });
});

/** As if the last change had left nothing but what stands in `changes`, and CURRENT were the one before. */
const lose = (home: Home, revision: number, before: Item): void => {
  home.tables.flags.delete({ pk, sk: revisionSk({ epoch: 1, revision }) });
  home.tables.flags.put({ ...before });
  home.tail.take();
};

const currentItem = (home: Home): Item => {
  const item = home.tables.flags.get(pk, CURRENT_SK);
  if (item === undefined) throw new Error('there is a CURRENT');
  return item;
};

it.each(['created', 'restored'] as const)(
  'a kill above a lost %s after an archive switches off what was before it',
  async (kind) => {
    const home = await twoRevisions();
    await home.decide('archived');
    const before = currentItem(home);
    expect(await home.decide(kind, { document, offVariant: 'off' })).toMatchObject({ outcome: 'accepted' });
    lose(home, 4, before);
    const kill = await home.decide('killed', { basedOn: { epoch: 1, revision: 4 } });
    expect(kill).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 5 } });
    expect(await home.current()).toMatchObject({ flagState: 'killed', document: { defaultVariant: 'off' } });
  },
);

it('a kill goes above two lost changes of which the first has lost its record too', async () => {
  const home = createHome();
  await home.decide('created');
  const before = currentItem(home);
  await home.decide('updated');
  await home.decide('updated');
  home.tables.changes.delete({ pk, sk: changeSk({ epoch: 1, revision: 2 }) });
  lose(home, 2, before);
  lose(home, 3, before);
  const kill = await home.decide('killed', { basedOn: null });
  expect(kill).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 4 } });
});

it.each([
  ['a flag of which all is gone', true],
  ['a sound flag', false],
])('a kill of %s beneath many records that nobody can read', async (_what, isGone) => {
  const home = createHome();
  await home.decide('created');
  if (isGone) {
    home.tables.flags.delete({ pk, sk: CURRENT_SK });
    home.tables.flags.delete({ pk, sk: revisionSk({ epoch: 1, revision: 1 }) });
  }
  for (let revision = 2; revision <= 22; revision += 1)
    home.tables.changes.put({ pk, sk: changeSk({ epoch: 1, revision }), record: '{}' });
  home.tail.take();
  // Where nothing is left it waits: caches may serve it. Garbage above a sound flag makes no kill wait.
  const kill = await home.decide('killed', { basedOn: null });
  expect(kill?.outcome).toBe(isGone ? undefined : 'accepted');
});

it('a kill goes above all changes that are lost, and names the newest as the one before: caches may hold it', async () => {
  const home = await twoRevisions();
  const before = home.tables.flags.get(pk, CURRENT_SK) ?? { pk, sk: CURRENT_SK };
  await home.decide('updated');
  await home.decide('updated');
  const lost = await home.current();
  for (const order of [next, above]) home.tables.flags.delete({ pk, sk: revisionSk(order) });
  home.tables.flags.put({ ...before });
  home.tail.take();
  const order = { epoch: 1, revision: 5 };
  expect(await home.decide('killed', { basedOn: null })).toMatchObject({ outcome: 'accepted', order });
  expect(await home.current()).toMatchObject({ kind: 'killed', previousEnvelopeDigest: lost?.envelopeDigest });
  // What is lost keeps its record: its bytes may still be put back.
  expect(await home.changes.record(FLAG, above)).toMatchObject({ envelopeDigest: lost?.envelopeDigest });
});

describe('a kill is accepted over what was altered where the newest revision belongs and a record of somebody', () => {
  const forgedRecord = async (home: Home): Promise<void> => {
    const kill = await sealedNext(home, { kind: 'updated' });
    home.tables.flags.put({ pk, sk: revisionSk(next), ...attributes(next), envelope: '{}' });
    home.tables.changes.put(recordItem(recordOf(kill)));
  };
  const currents: readonly (readonly [string, (home: Home) => void])[] = [
    ['is sound', () => {}],
    ['is garbage', ({ tables: { flags } }) => flags.put({ pk, sk: CURRENT_SK, envelope: '{}' })],
    [
      'is garbage that names an order',
      ({ tables: { flags } }) => flags.put({ pk, sk: CURRENT_SK, ...attributes(next) }),
    ],
    ['is gone', ({ tables: { flags } }) => flags.delete({ pk, sk: CURRENT_SK })],
  ];

  it.each(currents)('CURRENT %s', async (_, write) => {
    const home = await twoRevisions();
    await forgedRecord(home);
    write(home);
    home.tail.take();
    const startedAt = home.clock.now();
    const basedOn = { epoch: 1, revision: 2 };
    expect(await home.decide('updated', { basedOn })).toBeUndefined();
    expect(await home.decide('killed', { basedOn })).toMatchObject({ outcome: 'accepted', order: next });
    expect(home.clock.now() - startedAt).toBeLessThan(2_000);
    expect(await home.current()).toMatchObject({ revision: 3, kind: 'killed' });
    expect(home.sentTo(3)).toEqual(expect.arrayContaining([HOME, 'eu-west-1']));
    expect(await home.decide('restored', { basedOn: next })).toMatchObject({ outcome: 'accepted' });
  });
});

it('such a revision of a key that looks alike keeps no flag from being created', async () => {
  const home = createHome();
  const first = { epoch: 1, revision: 1 };
  home.tables.flags.put({ pk: flagPk('pay-now'), sk: revisionSk(first), ...attributes(first), envelope: '{}' });
  home.tail.take();
  expect(await home.decide('created', { flagKey: 'pay.now' })).toMatchObject({ outcome: 'accepted' });
  expect(await home.decide('created', { flagKey: 'pay_now' })).toMatchObject({ outcome: 'rejected' });
});

it('CURRENT of a key that looks alike with the sealed bytes of another flag keeps no flag from being created', async () => {
  const home = await twoRevisions();
  const current = home.tables.flags.get(pk, CURRENT_SK);
  const first = { epoch: 1, revision: 1 };
  home.tables.flags.put({ ...current, pk: flagPk('pay-now'), sk: CURRENT_SK });
  home.tables.flags.put({ pk: flagPk('pay-now'), sk: revisionSk(first), ...attributes(first), envelope: '{}' });
  home.tail.take();
  expect(await home.decide('created', { flagKey: 'pay.now' })).toMatchObject({ outcome: 'accepted' });
});

it('a flag above which somebody sealed an archive can still be needed by others', async () => {
  const home = await twoRevisions();
  const over = { kind: 'archived', flagState: 'archived', document: null } as const;
  home.tables.flags.put(revisionItem(storedOf(await sealedNext(home, over))));
  home.tail.take();
  expect(await home.decide('created', { flagKey: 'child', prerequisites: [FLAG] })).toMatchObject({
    outcome: 'accepted',
  });
});

it('a flag with such a revision can still be needed by others', async () => {
  const home = await twoRevisions();
  home.tables.flags.put({ pk, sk: revisionSk(far), ...attributes(far), envelope: '{}' });
  home.tail.take();
  expect(await home.decide('created', { flagKey: 'child', prerequisites: [FLAG] })).toMatchObject({
    outcome: 'accepted',
  });
});

it.each([
  ['a REVISION', {}],
  ['one without a digest', { envelopeDigest: 7 }],
])('%s in the place of its next change, after a move of home, keeps nobody from needing a flag', async (_, over) => {
  const home = await twoRevisions();
  const moved = new InMemoryHomeStore(home.tables.flags);
  await moved.move({ region: HOME, epoch: 2, actor: 'ada', at: 1 }, null);
  const first = { epoch: 2, revision: 3 };
  home.tables.flags.put({ pk, sk: revisionSk(first), ...attributes(first), envelope: '{}', ...over });
  home.tail.take();
  const accept = createAcceptHandler({ ...home.ports, home: moved });
  const { change } = await home.propose('created', { flagKey: 'child', prerequisites: [FLAG] });
  const written = home.tail.take().filter(({ eventID }) => eventID?.includes('proposals'));
  await home.clock.run(accept(eventOf(...written)));
  expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
});

describe('the item HOME, which names no home,', () => {
  const broken: readonly Item[] = [
    { ...HOME_KEY },
    { ...HOME_KEY, region: HOME, epoch: 'one' },
    { ...HOME_KEY, region: HOME, epoch: 0 },
    { ...HOME_KEY, region: 7, epoch: 1 },
  ];

  it.each(broken)(
    'stops no kill where a function knew home before, and loses none where it did not: %j',
    async (item) => {
      const home = createHome();
      const store = new InMemoryHomeStore(home.tables.flags);
      await store.move({ region: HOME, epoch: 1, actor: 'ada', at: 1 }, null);
      const ports = { ...home.ports, home: store };
      const warm = createAcceptHandler(ports);
      const through = (accept: StreamHandler) =>
        home.clock.run(accept(eventOf(...home.tail.take().filter(({ eventID }) => eventID?.includes('proposals')))));
      await home.propose('created');
      await through(warm);
      home.tables.flags.put(item);
      await home.clock.advance(2_000);
      const { change } = await home.propose('killed');
      await through(warm);
      expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
      await home.propose('killed');
      expect((await through(createAcceptHandler(ports))).batchItemFailures).toHaveLength(1);
      expect(home.deadLetters.given).toEqual([]);
    },
  );
});

describe('who is on call, and the trail, are told of', () => {
  const first = topologyOf({ home: REGION, services: ['cards'] });
  const toldOf = async (item: Item, home = true) => {
    const region = createRegion({ home });
    region.table.write(homeWrite({ region: REGION, epoch: 1, actor: 'ada', at: 1 }, null));
    region.table.write(topologyWrite(first, { actor: 'ada', at: 1, follows: 0 }));
    region.table.put(item);
    expect(await region.settle()).toEqual([]);
    expect(region.deadLetters.given).toEqual([]);
    expect(region.log.messages('error')).toHaveLength(home ? 1 : 0);
    return region.eventsOf('TamperingFound').map(({ detail }) => detail);
  };
  const cases: readonly Item[] = [
    { ...HOME_KEY, region: REGION, epoch: 'x' },
    { pk: TOPOLOGY_PK, sk: topologySk(2), topology: '{}' },
    { pk, sk: KNOWN_GOOD_SK, epoch: 'x', revision: 3, envelopeDigest: 'd' },
    { pk, sk: KNOWN_GOOD_SK, epoch: 1, revision: 9, envelopeDigest: 'd' },
  ];

  it.each(cases)('%j, by home alone', async (item) => {
    expect(await toldOf(item)).toEqual([
      expect.objectContaining({ what: 'item', place: `flags ${item.pk}/${item.sk}`, found: expect.any(String) }),
    ]);
    expect(await toldOf(item, false)).toEqual([]);
  });

  it('nothing where KNOWN_GOOD is of a later epoch, whose home and revision may be on the way', async () => {
    const region = createRegion({ home: true });
    const proven = accepted({ epoch: 1, revision: 1 });
    const { flagKey } = proven;
    await region.ports.changes.takeOverRecord({ ...recordOf(proven), state: 'verified' });
    region.table.put({ pk: flagPk(flagKey), sk: KNOWN_GOOD_SK, epoch: 2, revision: 9, envelopeDigest: 'd' });
    expect(await region.settle()).toEqual([]);
    expect(region.log.messages('error')).toEqual([]);
    expect(region.eventsOf('TamperingFound')).toEqual([]);
    expect(await region.flags.knownGood(flagKey)).toMatchObject({ order: { epoch: 2, revision: 9 } });
  });

  it('a record of a change that is none, and of what is accepted over it', async () => {
    const home = await twoRevisions();
    home.tables.changes.put({ pk, sk: changeSk(next), record: '{}' });
    await home.settle();
    expect(home.eventsOf('TamperingFound')).toEqual([
      expect.objectContaining({
        version: 2,
        detail: expect.objectContaining({ flagKey: FLAG, place: `changes ${pk}/${changeSk(next)}` }),
      }),
    ]);
    const before = home.eventsOf('ChangeAccepted').length;
    await home.decide('killed');
    expect(home.eventsOf('ChangeAccepted')).toHaveLength(before + 1);
    const copied = home.tables.changes.get(pk, changeSk(next));
    home.tables.changes.put({ ...(copied ?? { pk }), sk: changeSk({ ...next, revision: 4 }) });
    home.tail.take();
    await home.decide('killed');
    expect(home.eventsOf('ChangeAccepted')).toHaveLength(before + 2);
    expect(home.deadLetters.given).toEqual([]);
  });

  it.each([
    ['that of another revision, copied', (record: ChangeRecord) => record],
    ['of a revision that is not there', (record: ChangeRecord) => ({ ...record, order: next })],
    ['with another digest', (record: ChangeRecord) => ({ ...record, envelopeDigest: 'd'.repeat(64) })],
  ])('a record %s, which keeps nobody waiting', async (_, forge) => {
    const home = await twoRevisions();
    const record = await home.changes.record(FLAG, { epoch: 1, revision: 2 });
    if (record === undefined) throw new Error('the second revision has a record');
    const forged = forge(record);
    const isElsewhere = forged.envelopeDigest === record.envelopeDigest;
    const item = { ...recordItem(forged), sk: changeSk(isElsewhere ? next : record.order) };
    if (!isElsewhere) home.tables.changes.delete({ pk, sk: item.sk });
    home.tail.take();
    home.tables.changes.put(item);
    const before = home.eventsOf('ChangeAccepted').length;
    expect(await home.settle()).toEqual([]);
    expect(home.eventsOf('TamperingFound').map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ what: 'item', place: `changes ${pk}/${item.sk}` }),
    ]);
    expect(home.eventsOf('ChangeAccepted')).toHaveLength(before);
    expect(home.deadLetters.given).toEqual([]);
  });

  it('nothing once more where somebody touches an outcome, which was told of when it was written', async () => {
    const home = await twoRevisions();
    const { change } = await home.propose('updated', { basedOn: { epoch: 1, revision: 1 } });
    await home.settle();
    expect(home.eventsOf('ChangeConflicted')).toHaveLength(1);
    const outcome = home.tables.changes.get(authorPk(AUTHOR), outcomeSk(change.id));
    if (outcome === undefined) throw new Error('it has its outcome');
    home.tables.changes.put({ ...outcome, touched: 1 });
    expect(await home.settle()).toEqual([]);
    expect(home.eventsOf('ChangeConflicted')).toHaveLength(1);
  });

  it('whoever puts HOME back moves nothing', async () => {
    const region = createRegion({ home: true });
    region.table.put({ ...HOME_KEY, region: REGION });
    region.table.write({ put: { ...HOME_KEY, region: REGION, epoch: 2, actor: 'ada', at: 1 } });
    expect(await region.settle()).toEqual([]);
    expect(region.eventsOf('HomeMoved')).toEqual([]);
  });
});

it('KNOWN_GOOD that names no revision becomes the newest proven one', async () => {
  const home = await twoRevisions();
  const proven = { epoch: 1, revision: 1 };
  const record = await home.changes.record(FLAG, proven);
  if (record === undefined) throw new Error('the first revision has a record');
  home.tables.changes.put({ ...recordItem({ ...record, state: 'verified' }) });
  const foreign = [
    {},
    { epoch: 'x', revision: 1 },
    { epoch: 1, revision: 'x' },
    { epoch: 0, revision: 0 },
    { epoch: 2, revision: 9, envelopeDigest: 'd'.repeat(64) },
    { epoch: 1, revision: 2, envelopeDigest: 'd'.repeat(64) },
  ];
  for (const attributes of foreign) {
    home.tables.flags.put({ pk, sk: KNOWN_GOOD_SK, ...attributes });
    await putKnownGoodRight(FLAG, { epoch: 2 }, home);
    expect(await home.flags.knownGood(FLAG)).toEqual({
      flagKey: FLAG,
      order: proven,
      envelopeDigest: record.envelopeDigest,
    });
  }
});

it('a kill of a flag of which all is gone waits, and the removal is named', async () => {
  const home = await twoRevisions();
  for (let revision = 1; revision <= 2; revision += 1)
    home.tables.flags.delete({ pk, sk: revisionSk({ epoch: 1, revision }) });
  home.tables.flags.delete({ pk, sk: CURRENT_SK });
  home.tail.take();
  expect(await home.decide('killed', { basedOn: null })).toBeUndefined();
  expect(home.deadLetters.given).toHaveLength(1);
  expect(home.log.messages('error')).toContain('stream record cannot be handled, given to the dead letters');
  await checkRemoval({ pk, sk: CURRENT_SK }, { ...home.ports, region: HOME, repair: home.flags });
  expect(home.log.messages('error')).toContain('item of flags was removed around the validator');
});
