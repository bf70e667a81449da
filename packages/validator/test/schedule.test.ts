import { type Proposal, proposedDigestOf } from '@flaghoist/core/proposal';
import { authorPk, leftSk } from '@flaghoist/core/storage/keys';
import { keyOfProposal } from '@flaghoist/core/storage/proposal-items';
import { AUTHOR } from '@flaghoist/test-kit/author';
import { createResumeHandler } from '../lib/handler.ts';
import { createHome, document, FLAG, type Home } from './support/home.ts';
import { overriding } from './support/overriding.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const resume = (home: Home) => home.clock.run(createResumeHandler(home.ports)({}));

/** A flag, and a proposal about it whose time comes later. */
const scheduled = async (inMs: number, over: Partial<Proposal> = {}) => {
  const home = createHome();
  await home.decide('created');
  const notBefore = home.clock.now() + inMs;
  const { change } = await home.propose('updated', { notBefore, ...over });
  expect(await home.settle()).toEqual([]);
  return { home, notBefore, outcome: () => home.outcome(change.id) };
};

describe('a scheduled proposal', () => {
  it('waits for its time, in the list and without a word, and is judged as of then', async () => {
    const { home, notBefore, outcome } = await scheduled(30 * DAY_MS);
    await home.clock.advance(30 * DAY_MS - 1);
    expect(await resume(home)).toMatchObject({ found: 0, failed: 0 });
    expect(await outcome()).toBeUndefined();
    expect(home.log.messages('warn')).not.toContain('proposals were without outcome');
    await home.clock.advance(1);
    expect(await resume(home)).toMatchObject({ found: 1, ended: 1 });
    expect(await outcome()).toMatchObject({ outcome: 'accepted' });
    expect((await home.current())?.at).toEqual({ proposed: notBefore, accepted: notBefore });
    expect(await resume(home)).toMatchObject({ found: 0 });
  });

  it('meets the facts of its time, not those of the day it was written', async () => {
    const home = createHome();
    const child = { flagKey: 'child', prerequisites: ['base'], notBefore: home.clock.now() + DAY_MS };
    const { change } = await home.propose('created', child);
    await home.settle();
    await home.decide('created', { flagKey: 'base' });
    await home.clock.advance(DAY_MS);
    await resume(home);
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
  });

  describe('that its author writes over while it waits', () => {
    const waiting = async (home: Home) => {
      for await (const key of home.ports.proposals.pending()) {
        const found = 'stray' in key ? undefined : await home.ports.proposals.proposal(key);
        if (found === undefined) continue;
        const { text, pending } = found;
        const writeOver = (proposal: string) =>
          home.tables.proposals.put({ ...keyOfProposal(found), proposal, pending: pending ?? '' });
        return { text: text ?? '', writeOver };
      }
      throw new Error('one proposal waits');
    };

    it.each([
      ['a copy with another document', (text: string) => text.replaceAll('"off"', '"on"')],
      ['one that is due at once', (text: string) => text.replace(/"notBefore":\d+,?/, '')],
      ['what is not a proposal', () => 'null'],
    ])('by %s ends as rejected, and names what was written first', async (_, over) => {
      const { home, outcome } = await scheduled(DAY_MS);
      const { text, writeOver } = await waiting(home);
      writeOver(over(text));
      expect(await home.settle()).toEqual([]);
      await home.clock.advance(DAY_MS);
      await resume(home);
      expect(await outcome()).toMatchObject({
        outcome: 'rejected',
        proposedDigest: proposedDigestOf(text),
        violations: [expect.objectContaining({ ruleId: 'FH-PROPOSAL-03' })],
      });
      expect(await home.current()).toMatchObject({ revision: 1 });
      expect(home.log.messages('error')).toContain(
        'proposal was written over while it waited, nothing is accepted: ask its author',
      );
      expect(await resume(home)).toMatchObject({ found: 0 });
    });

    it('and back again is judged as it was', async () => {
      const { home, outcome } = await scheduled(DAY_MS);
      const { text, writeOver } = await waiting(home);
      writeOver('null');
      writeOver(text);
      await home.settle();
      await home.clock.advance(DAY_MS);
      await resume(home);
      expect(await outcome()).toMatchObject({ outcome: 'accepted' });
    });
  });

  it('conflicts when its flag has moved on meanwhile', async () => {
    const { home, outcome } = await scheduled(DAY_MS);
    await home.decide('updated');
    await home.clock.advance(DAY_MS);
    await resume(home);
    expect(await outcome()).toMatchObject({ outcome: 'conflict', current: { revision: 2 } });
  });

  it.each([
    [14, { outcome: 'accepted' }],
    [16, { outcome: 'expired', maxAgeSeconds: 900 }],
  ])('that is found %d minutes after its time', async (minutes, expected) => {
    const { home, notBefore, outcome } = await scheduled(DAY_MS);
    await home.clock.advance(DAY_MS + minutes * MINUTE_MS);
    await resume(home);
    expect(await outcome()).toMatchObject({
      ...expected,
      ...(expected.outcome === 'expired' ? { writtenAt: notBefore } : {}),
    });
  });

  it('that is told again before its time goes on waiting', async () => {
    const { home, outcome } = await scheduled(DAY_MS);
    const key = keyOfProposal({ author: AUTHOR, changeId: 'change-0002' });
    const item = home.tables.proposals.get(key.pk, key.sk);
    if (item === undefined) throw new Error('it waits in the table');
    home.tables.proposals.put({ ...item, pending: '1' });
    expect(await home.settle()).toEqual([]);
    expect(await outcome()).toBeUndefined();
  });
});

it('a kill ignores when it is to be judged, whatever it says', async () => {
  for (const inMs of [DAY_MS, 1_000 * DAY_MS, -1_000 * DAY_MS]) {
    const { home, outcome } = await scheduled(inMs, { kind: 'killed' });
    expect(await outcome()).toMatchObject({ outcome: 'accepted' });
    expect((await home.current())?.flagState).toBe('killed');
  }
});

describe('an item that says what home had left, written around the validator,', () => {
  const writeLeft = (home: Home, changeId: string, attributes: object) =>
    home.tables.changes.put({ pk: authorPk(AUTHOR), sk: leftSk(changeId), ...attributes });

  it.each([
    ['of another text', { proposedDigest: 'd'.repeat(64) }],
    ['without its attribute', {}],
  ])('%s, stops no kill that the sweep finds: no kill is ever left', async (_, attributes) => {
    const home = createHome();
    await home.decide('created');
    const { change } = await home.propose('killed');
    home.tail.take();
    writeLeft(home, change.id, attributes);
    expect(await resume(home)).toMatchObject({ found: 1, ended: 1, failed: 0 });
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
    expect((await home.current())?.flagState).toBe('killed');
    expect(home.log.messages('error')).toEqual([]);
  });

  it('that cannot be read counts as none, and is named', async () => {
    const { home, outcome } = await scheduled(DAY_MS);
    writeLeft(home, 'change-0002', { proposedDigest: 7 });
    await home.clock.advance(DAY_MS);
    expect(await resume(home)).toMatchObject({ found: 1, ended: 1, failed: 0 });
    expect(await outcome()).toMatchObject({ outcome: 'accepted' });
    expect(home.log.messages('error')).toContain(
      'item of what waits cannot be read and counts as none: find out who wrote it, and remove it',
    );
  });
});

it('a proposal that is taken back too late keeps its outcome, and no line says that it was withdrawn', async () => {
  const home = createHome();
  const { change } = await home.propose('created');
  const written = home.tail.take();
  expect(await home.author.withdraw(change.id)).toBe('asked');
  const takenBack = home.tail.take();
  expect(await home.deliver(written)).toEqual([]);
  expect(await home.deliver(takenBack)).toEqual([]);
  expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
  expect(home.log.messages('info')).not.toContain('proposal withdrawn');
  expect(home.log.messages('info')).toContain('proposal was taken back too late, it has its outcome');
});

it('a proposal that is taken back in time is settled once, and one line says so', async () => {
  const { home, outcome } = await scheduled(DAY_MS);
  let settled = 0;
  const proposals = overriding(home.ports.proposals, {
    settle: async (written) => {
      settled += 1;
      await home.ports.proposals.settle(written);
    },
  });
  await home.author.withdraw('change-0002');
  expect(await home.deliver(home.tail.take(), { ...home.ports, proposals })).toEqual([]);
  expect(await outcome()).toMatchObject({ outcome: 'withdrawn' });
  expect(settled).toBe(1);
  expect(home.log.messages('info').filter((line) => line === 'proposal withdrawn')).toHaveLength(1);
});

describe('a time that nobody can have meant', () => {
  const refusalOf = async (notBefore: unknown) => {
    const home = createHome();
    const proposal = { ...(await home.proposalOf('created')), notBefore };
    const key = keyOfProposal({ author: AUTHOR, changeId: proposal.change.id });
    home.tables.proposals.put({ ...key, proposal: JSON.stringify(proposal), pending: '1' });
    await home.settle();
    const outcome = await home.outcome(proposal.change.id);
    return outcome?.outcome === 'rejected'
      ? outcome.violations.map(({ ruleId, pointer }) => `${ruleId} ${pointer}`)
      : outcome?.outcome;
  };
  const now = createHome().clock.now();

  it.each<[string, unknown, unknown]>([
    ['text', '2026-12-24T03:00:00Z', ['FH-PROPOSAL-01 /notBefore']],
    ['a number as text', String(now + DAY_MS), ['FH-PROPOSAL-01 /notBefore']],
    ['negative', -1, ['FH-PROPOSAL-01 /notBefore']],
    ['a fraction', now + 0.5, ['FH-PROPOSAL-01 /notBefore']],
    ['null', null, ['FH-PROPOSAL-01 /notBefore']],
    ['seconds instead of milliseconds', Math.floor((now + DAY_MS) / 1_000), ['FH-PROPOSAL-02 /notBefore']],
    ['the beginning of time', 0, ['FH-PROPOSAL-02 /notBefore']],
    ['more than a quarter of an hour ago', now - 15 * MINUTE_MS - 1, ['FH-PROPOSAL-02 /notBefore']],
    ['more than 90 days ahead', now + 90 * DAY_MS + 1, ['FH-PROPOSAL-02 /notBefore']],
    ['the end of time', Number.MAX_SAFE_INTEGER, ['FH-PROPOSAL-02 /notBefore']],
    ['beyond the end of time', 1e308, ['FH-PROPOSAL-01 /notBefore']],
    ['90 days ahead', now + 90 * DAY_MS, undefined],
    ['just passed', now - 15 * MINUTE_MS, 'accepted'],
  ])('%s', async (_, notBefore, expected) => {
    expect(await refusalOf(notBefore)).toEqual(expected);
  });

  it('is refused too when only the sweep finds it', async () => {
    const home = createHome();
    const { change } = await home.propose('created', { notBefore: now + 91 * DAY_MS });
    home.tail.take();
    await home.clock.advance(MINUTE_MS);
    await resume(home);
    expect(await home.outcome(change.id)).toMatchObject({ outcome: 'rejected' });
  });
});

it('a document that speaks of notBefore schedules nothing', async () => {
  const home = createHome();
  const later = home.clock.now() + DAY_MS;
  const variants = { on: { notBefore: later }, off: { notBefore: 0 } };
  const { change } = await home.propose('created', { flagKey: FLAG, document: { ...document, variants } });
  home.tail.take();
  await home.clock.advance(MINUTE_MS);
  expect(await resume(home)).toMatchObject({ found: 1, ended: 1 });
  expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
});
