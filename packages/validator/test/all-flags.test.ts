import { CURRENT_SK, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { createAcceptHandler, createResumeHandler } from '../lib/handler.ts';
import type { AcceptHandlerPorts, ResumePorts } from '../lib/ports.ts';
import { createHome, HOME, type Home } from './support/home.ts';
import { overriding } from './support/overriding.ts';
import { eventOf } from './support/stream-tail.ts';

/** As long as a large table takes. */
const WALK_MS = 8_000;

/** A home of the second epoch: what was accepted in the first is known of only by looking through all flags. */
const secondEpoch = async () => {
  const home = createHome();
  await home.decide('created', { flagKey: 'base' });
  await home.decide('created', { flagKey: 'other' });
  await home.decide('created', { flagKey: 'child', prerequisites: ['other'] });
  let walks = 0;
  const flags = overriding(home.flags, {
    async *revisions(after) {
      walks += 1;
      await home.clock.sleep(WALK_MS);
      yield* home.flags.revisions(after);
    },
  });
  const ports: AcceptHandlerPorts & ResumePorts = {
    ...home.ports,
    flags,
    home: { home: async () => ({ region: HOME, epoch: 2 }) },
  };
  const accept = () => home.clock.run(createAcceptHandler(ports)(eventOf(...home.tail.take())));
  const resume = createResumeHandler(ports);
  return { home, accept, resume: () => home.clock.run(resume({})), walked: () => walks };
};

const proposed = async (home: Home, ...proposing: Parameters<Home['propose']>): Promise<string> =>
  (await home.propose(...proposing)).change.id;

it('a kill behind an archive waits for no look through all flags, and the archive is not forgotten', async () => {
  const { home, accept, resume, walked } = await secondEpoch();
  const archive = await proposed(home, 'archived', { flagKey: 'base' });
  const kill = await proposed(home, 'killed', { flagKey: 'child' });
  const startedAt = home.clock.now();
  expect(await accept()).toEqual({ batchItemFailures: [] });
  expect(home.clock.now() - startedAt).toBeLessThan(300);
  expect(await home.outcome(kill)).toMatchObject({ outcome: 'accepted' });
  expect(await home.outcome(archive)).toBeUndefined();
  await home.clock.advance(30_000);
  expect(await resume()).toMatchObject({ found: 1, ended: 1 });
  expect(await home.outcome(archive)).toMatchObject({ outcome: 'accepted', order: { epoch: 2 } });
  expect(walked()).toBeGreaterThan(0);
});

it('an archive that is refused without such a look is refused at once', async () => {
  const { home, accept, walked } = await secondEpoch();
  const archive = await proposed(home, 'archived', { flagKey: 'other' });
  await accept();
  const outcome = await home.outcome(archive);
  expect(outcome?.outcome === 'rejected' && outcome.violations[0]).toMatchObject({ ruleId: 'FH-LIFE-12' });
  expect(walked()).toBe(0);
});

describe('something of a flag that nobody accepted, which names a flag', () => {
  const first = { epoch: 1, revision: 1 };
  const garbage = { envelopeDigest: 'd'.repeat(64), envelope: '{"prerequisites":["base"]}' };
  const archived = async (...written: readonly string[]) => {
    const { home, accept, resume } = await secondEpoch();
    for (const sk of written) home.tables.flags.put({ pk: flagPk('ghost'), sk, ...first, ...garbage });
    home.tail.take();
    const archive = await proposed(home, 'archived', { flagKey: 'base' });
    await accept();
    await home.clock.advance(30_000);
    await resume();
    return { outcome: await home.outcome(archive), errors: home.log.messages('error') };
  };

  it('keeps it from no archive after a move of home', async () => {
    const { outcome, errors } = await archived(revisionSk(first));
    expect(outcome).toMatchObject({ outcome: 'accepted', order: { epoch: 2 } });
    expect(errors).toEqual([]);
  });

  it('keeps it from none where CURRENT is no better, and is named', async () => {
    const { outcome, errors } = await archived(revisionSk(first), CURRENT_SK);
    expect(outcome).toMatchObject({ outcome: 'accepted', order: { epoch: 2 } });
    expect(errors).toContain('other flag cannot be read and is passed by: find out who wrote it');
  });
});

it('ten archives share the looks through all flags', async () => {
  const { home, accept, resume, walked } = await secondEpoch();
  const keys = Array.from({ length: 10 }, (_, place) => `base-${'abcdefghij'[place]}`);
  for (const flagKey of keys) await home.decide('created', { flagKey });
  const archives: string[] = [];
  for (const flagKey of keys) archives.push(await proposed(home, 'archived', { flagKey }));
  await accept();
  await home.clock.advance(30_000);
  expect(await resume()).toMatchObject({ found: 10, ended: 10 });
  for (const archive of archives) expect(await home.outcome(archive)).toMatchObject({ outcome: 'accepted' });
  // One that was under way may have passed what the others ask for; and each run walks over the revisions once by itself.
  expect(walked()).toBeLessThanOrEqual(3);
});

it('what there was no time to look through is tried again, and keeps nobody else from being judged', async () => {
  const { home, accept } = await secondEpoch();
  const archive = await proposed(home, 'archived', { flagKey: 'base' });
  await accept();
  const update = await proposed(home, 'updated', { flagKey: 'child' });
  home.tail.take();
  await home.clock.advance(30_000);
  const flags = overriding(home.flags, {
    async *revisions(after) {
      for await (const revision of home.flags.revisions(after)) {
        await home.clock.sleep(30_000);
        yield revision;
      }
    },
  });
  const ports = { ...home.ports, flags, home: { home: async () => ({ region: HOME, epoch: 2 }) } };
  expect(await home.clock.run(createResumeHandler(ports)({}), { limitMs: 3_600_000 })).toMatchObject({
    found: 2,
    ended: 1,
    failed: 1,
  });
  expect(await home.outcome(update)).toMatchObject({ outcome: 'accepted' });
  expect(await home.outcome(archive)).toBeUndefined();
  expect(home.log.messages('error')).toContain('proposal without outcome not judged, it is found again');
});
