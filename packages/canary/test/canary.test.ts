import { SHADOW_SERVICE } from '@flaghoist/core/canary';
import { ownChanges, statusOf } from '@flaghoist/operations/canary/history';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { createCanaryHandler } from '../lib/handler.ts';
import { FakeHome, HOME, REGIONS } from './support/home.ts';

const none = (count: number): null[] => Array.from({ length: count }, () => null);

const statusIn = async (home: FakeHome) => {
  const { flags, changes } = home.ports();
  const current = await flags.current('flaghoist.canary');
  return current === undefined ? null : statusOf(await ownChanges(current, changes, 400), home.now);
};

it('plants every tenth change wrong, in one region after the other, and says how fast each was found', async () => {
  const home = new FakeHome();
  const rounds = [...REGIONS, REGIONS[0]];
  expect(await home.runs(40)).toEqual(rounds.flatMap((region) => [...none(9), region]));
  await home.runs(1);
  expect(home.metrics.measured.map(({ took, about }) => [took, about['planted']])).toEqual(
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

it.each<[string, (home: FakeHome) => Promise<unknown>]>([
  [
    'the plant and the change',
    (home) => home.runs(1, { proposals: { propose: () => Promise.reject(new Error('gone')) } }),
  ],
  ['the look at the tables and the plant', (home) => home.runs(1, { send: () => Promise.reject(new Error('gone')) })],
])('plants again in the same region when a run ends between %s', async (_where, dies) => {
  const home = new FakeHome();
  await home.runs(9);
  await expect(dies(home)).rejects.toThrow('gone');
  expect(await home.runs(2)).toEqual(['eu-west-1', null]);
  expect(home.metrics.measured.map(({ took }) => took['canary-missed'])).toEqual([0]);
});

it('rings when what it planted is not found, until a later one is', async () => {
  const home = new FakeHome();
  home.finds = false;
  await home.runs(11);
  expect(home.metrics.measured.map(({ took }) => took)).toEqual([{ 'canary-missed': 1 }]);
  expect(home.log.messages('error')).toEqual(['planted fault was not found']);
  expect((await statusIn(home))?.undetected).toEqual([
    expect.objectContaining({ region: 'eu-west-1', why: 'verified' }),
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
  expect(home.metrics.measured).toEqual([]);
  expect(await home.runs(1)).toEqual([null]);
  expect(home.metrics.measured.map(({ took }) => took)).toEqual([{ 'canary-missed': 1 }]);
});

it('does not repeat an old proof when its proposals are refused, and nobody is woken by a conflict', async () => {
  const home = new FakeHome();
  await home.runs(10);
  home.refuses = true;
  await home.runs(60);
  expect(home.metrics.measured.length).toBeLessThan(4);
  expect(home.log.messages('error')).toEqual([]);
  expect((await statusIn(home))?.undetected).toEqual([expect.objectContaining({ region: '*' })]);
});

it('does nothing where another region is home, and keeps the alarm quiet that would take that for silence', async () => {
  const home = new FakeHome();
  home.region = 'us-east-1';
  expect(await createCanaryHandler(home.ports())()).toEqual({ did: 'none', planted: null });
  expect(home.records).toEqual([]);
  expect(home.metrics.measured.map(({ took }) => took)).toEqual([{ 'canary-detection': 0 }]);
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
