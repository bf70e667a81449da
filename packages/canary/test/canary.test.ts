import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { SHADOW_SERVICE } from '@flaghoist/core/canary';
import { servingRegions } from '@flaghoist/core/topology';
import { ownChanges, statusOf } from '@flaghoist/operations/canary/history';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { createCanaryHandler } from '../lib/handler.ts';
import { FakeHome, HOME, REGIONS } from './support/home.ts';

const none = (count: number): null[] => Array.from({ length: count }, () => null);

const statusIn = async (home: FakeHome) => {
  const { flags, changes } = home.ports();
  const current = await flags.current('flaghoist.canary');
  return current === undefined
    ? null
    : statusOf(await ownChanges(current, changes, 400), { now: home.now, regions: servingRegions(home.topology) });
};

/** What the runs said of mistakes; those that found nothing left out. */
const told = (home: FakeHome) =>
  home.metrics.measured.map(({ took }) => took).filter((took) => took['canary-missed'] !== undefined);

it('plants every tenth change wrong, in one region after the other, and says how fast each was found', async () => {
  const home = new FakeHome();
  const rounds = [...REGIONS, REGIONS[0]];
  expect(await home.runs(40)).toEqual(rounds.flatMap((region) => [...none(9), region]));
  await home.runs(1);
  const finds = home.metrics.measured.filter(({ took }) => took['canary-missed'] !== undefined);
  expect(finds.map(({ took, about }) => [took, about['planted']])).toEqual(
    rounds.map((region) => [{ 'canary-detection': 18_000, 'canary-missed': 0 }, region]),
  );
  expect(home.log.messages('error')).toEqual([]);
  expect(home.log.messages('warn')).toEqual([]);
  const { detections, undetected } = (await statusIn(home)) ?? {};
  expect(detections?.map(({ region, tookMs }) => [region, tookMs])).toEqual([
    ['eu-west-1', 18_000],
    ['us-east-1', 18_000],
    ['mars-1', 18_000],
  ]);
  expect(undetected).toEqual([]);
});

it('puts what nobody accepted under the order of the next change, before it', async () => {
  const home = new FakeHome();
  const there: number[] = [];
  await home.runs(10, {
    proposals: {
      propose: async (proposal) => {
        there.push(home.planted.length);
        return home.ports().proposals.propose(proposal);
      },
    },
  });
  expect(there).toEqual([...Array.from({ length: 9 }, () => 0), 1]);
  const [planted] = home.planted;
  const record = home.records.find(({ changeId }) => changeId.endsWith('-in-eu-west-1'));
  expect(planted).toMatchObject({ region: 'eu-west-1', envelope: { ...record?.order, kind: 'updated' } });
  expect(planted?.envelope.envelopeDigest).not.toBe(record?.envelopeDigest);
});

it('plants again in the same region when a run ends between the plant and the change', async () => {
  const home = new FakeHome();
  await home.runs(9);
  await expect(home.runs(1, { proposals: { propose: () => Promise.reject(new Error('gone')) } })).rejects.toThrow(
    'gone',
  );
  expect(await home.runs(2)).toEqual(['eu-west-1', null]);
  expect(told(home)).toEqual([{ 'canary-detection': 18_000, 'canary-missed': 0 }]);
});

describe('a region whose queue takes nothing', () => {
  it('is named and left out, the next one is proven, and nothing counts as proven there', async () => {
    const home = new FakeHome();
    await home.runs(9);
    home.broken = ['eu-west-1'];
    expect(await home.runs(3)).toEqual([null, 'mars-1', null]);
    expect(home.log.lines.filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({
        message: 'canary could not plant, another region is next',
        fields: expect.objectContaining({ to: 'eu-west-1' }),
      }),
    ]);
    expect(home.records.filter(({ changeId }) => changeId.endsWith('-not-in-eu-west-1'))).toEqual([
      expect.objectContaining({ state: 'verified' }),
    ]);
    expect(told(home)).toEqual([{ 'canary-detection': 18_000, 'canary-missed': 0 }]);
    const { detections, undetected } = (await statusIn(home)) ?? {};
    expect(detections?.map(({ region }) => region)).toEqual(['mars-1']);
    expect(undetected).toEqual([
      expect.objectContaining({ region: 'eu-west-1', why: expect.stringContaining('nothing could be planted') }),
    ]);
  });

  it('has its turn again in the next round', async () => {
    const home = new FakeHome();
    await home.runs(9);
    home.broken = ['eu-west-1'];
    await home.runs(1);
    home.broken = [];
    expect((await home.runs(30)).filter((region) => region !== null)).toEqual(['mars-1', 'us-east-1', 'eu-west-1']);
    expect((await statusIn(home))?.undetected).toEqual([]);
  });

  it('does not keep the others waiting when there are several, and the canary not from changing its flag', async () => {
    const home = new FakeHome();
    await home.runs(9);
    home.broken = ['eu-west-1', 'mars-1'];
    expect(await home.runs(3)).toEqual([null, null, 'us-east-1']);
    home.broken = REGIONS;
    await home.runs(30);
    expect(home.records.at(-1)?.state).toBe('verified');
    expect((await statusIn(home))?.undetected.map(({ region }) => region).sort()).toEqual(REGIONS);
  });
});

it('takes for planted what a queue took without answering, once that is named and taken back', async () => {
  const home = new FakeHome();
  await home.runs(9);
  home.silent = ['eu-west-1'];
  expect(await home.runs(11)).toEqual([null, ...none(9), 'mars-1']);
  expect(home.records.find(({ changeId }) => changeId.endsWith('-not-in-eu-west-1'))).toMatchObject({
    state: 'rolled-back',
  });
  expect(told(home)).toEqual([{ 'canary-detection': 18_000, 'canary-missed': 0 }]);
  expect(home.log.messages('warn')).toEqual(['canary could not plant, another region is next']);
  const { detections, undetected, last } = (await statusIn(home)) ?? {};
  expect(detections?.map(({ region }) => region)).toEqual(['mars-1', 'eu-west-1']);
  expect({ undetected, last: last?.state }).toEqual({ undetected: [], last: 'verified' });
});

it('waits for ten seconds until a plant has come to its cache', async () => {
  const home = new FakeHome();
  await home.runs(9);
  const begun = home.now;
  await home.runs(1);
  expect(home.records.find(({ changeId }) => changeId.endsWith('-in-eu-west-1'))?.acceptedAt).toBe(begun + 10_000);
});

it('names in each line the region that is meant, beside the one that it runs in', async () => {
  const home = new FakeHome();
  const lines: Record<string, unknown>[] = [];
  const log = new JsonLogger({
    clock: { now: () => home.now, sleep: async () => {} },
    // As every function's: what a line says of itself does not replace it.
    fields: { function: 'canary.run', region: 'its-own' },
    write: (line) => lines.push(JSON.parse(line)),
  });
  await home.runs(11, { log });
  home.broken = ['mars-1'];
  home.finds = false;
  await home.runs(11, { log });
  const said = lines.filter(({ message }) => message !== 'canary proposed');
  expect(said.map(({ message, planted, to, region }) => [message, planted ?? to, region])).toEqual([
    ['canary found and taken back', 'eu-west-1', 'its-own'],
    ['canary could not plant, another region is next', 'mars-1', 'its-own'],
    ['planted fault was not found', 'us-east-1', 'its-own'],
  ]);
});

it('rings when what it planted is not found, until a later one is', async () => {
  const home = new FakeHome();
  home.finds = false;
  await home.runs(11);
  expect(told(home)).toEqual([{ 'canary-detection': 0, 'canary-missed': 1 }]);
  expect(home.log.messages('error')).toEqual(['planted fault was not found']);
  expect((await statusIn(home))?.undetected).toEqual([
    expect.objectContaining({ region: 'eu-west-1', why: 'what was planted was not found (verified)' }),
  ]);
  home.finds = true;
  await home.runs(30);
  expect((await statusIn(home))?.undetected).toEqual([]);
});

it('rings when home decides nothing any more, and goes on', async () => {
  const home = new FakeHome();
  await home.runs(9);
  home.decides = false;
  expect(await home.runs(3)).toEqual(['eu-west-1', null, null]);
  expect(told(home)).toEqual([]);
  expect(await home.runs(1)).toEqual([null]);
  expect(told(home)).toEqual([{ 'canary-detection': 0, 'canary-missed': 1 }]);
});

it('does not repeat an old proof when its proposals are refused, and nobody is woken by a conflict', async () => {
  const home = new FakeHome();
  await home.runs(10);
  home.refuses = true;
  await home.runs(60);
  expect(told(home).length).toBeLessThan(4);
  expect(home.metrics.measured.at(-1)?.took).toEqual({ 'canary-detection': 0 });
  expect(home.log.messages('error')).toEqual([]);
  expect((await statusIn(home))?.undetected).toEqual([expect.objectContaining({ region: '*' })]);
});

it('does nothing where another region is home, and says nothing that the alarm there would take for silence', async () => {
  const home = new FakeHome();
  home.region = 'us-east-1';
  expect(await createCanaryHandler(home.ports())()).toEqual({ did: 'none', planted: null });
  expect(home.records).toEqual([]);
  expect(home.metrics.measured).toEqual([]);
});

it('says from its first run in home on that it has found nothing, also where home accepts nothing of it', async () => {
  const home = new FakeHome();
  home.refuses = true;
  await home.runs(3);
  expect(home.metrics.measured.map(({ took }) => took)).toEqual(
    Array.from({ length: 3 }, () => ({ 'canary-detection': 0 })),
  );
});

describe('a region that was drained', () => {
  const without = topologyOf({
    home: HOME,
    regions: [HOME, { name: 'mars-1', state: 'draining' }, 'us-east-1'],
    services: ['cards', SHADOW_SERVICE],
  });

  it('is not asked any more for what was missed in it, nor shown as proven', async () => {
    const home = new FakeHome();
    await home.runs(10);
    home.finds = false;
    await home.runs(11);
    home.finds = true;
    expect((await statusIn(home))?.undetected).toEqual([expect.objectContaining({ region: 'mars-1' })]);
    home.topology = without;
    const { detections, undetected } = (await statusIn(home)) ?? {};
    expect([detections?.map(({ region }) => region), undetected]).toEqual([['eu-west-1'], []]);
  });

  it('rings nobody when that happened while its mistake was looked for', async () => {
    const home = new FakeHome();
    await home.runs(19);
    home.finds = false;
    expect(await home.runs(1)).toEqual(['mars-1']);
    home.topology = without;
    await home.runs(1);
    expect(home.log.messages('error')).toEqual([]);
    expect(told(home)).toHaveLength(1);
  });
});

it('plants nothing before the first change of a new epoch, under whose order the mistake would be an old one', async () => {
  const home = new FakeHome();
  await home.runs(9);
  home.epoch = 2;
  expect(await home.runs(2)).toEqual([null, 'eu-west-1']);
  const record = home.records.find(({ changeId }) => changeId.endsWith('-in-eu-west-1'));
  expect(home.planted.map(({ envelope }) => envelope)).toEqual([expect.objectContaining(record?.order ?? {})]);
  expect(record?.order.epoch).toBe(2);
});

it('plants nothing over what was not verified, and nothing where its service does not serve', async () => {
  const home = new FakeHome();
  await home.runs(9);
  const services = [{ name: SHADOW_SERVICE, state: 'draining' as const }];
  home.topology = topologyOf({ home: HOME, regions: REGIONS, services });
  expect(await home.runs(2)).toEqual([null, null]);
  expect(home.log.messages('warn')).toEqual(['canary has no service that serves', 'canary has no service that serves']);
  expect(home.planted).toEqual([]);
});

it('goes on in the first region when the one after the last has left', async () => {
  const home = new FakeHome();
  await home.runs(20);
  home.topology = topologyOf({ home: HOME, regions: ['eu-west-1', 'mars-1'], services: ['cards', SHADOW_SERVICE] });
  expect((await home.runs(10)).at(-1)).toBe('eu-west-1');
});
