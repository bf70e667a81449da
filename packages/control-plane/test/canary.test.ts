import { Feed } from '../lib/feed.ts';
import type { Follower } from '../lib/follower.ts';
import type { HomePorts } from '../lib/ports.ts';
import { creation, startApi, type Tested } from './api.ts';

let api: Tested;
beforeAll(async () => {
  api = await startApi({ canary: true });
});
afterAll(() => api.close());

const figures = async () => {
  const { services, caches, undecided, waiting, canary } = (await api.ask('GET', '/v1/status')).body as Record<
    string,
    unknown
  >;
  const { flags } = (await api.ask('GET', '/v1/flags')).body as { flags: { flagKey: string }[] };
  return { services, caches, undecided, waiting, canary, flags: flags.map(({ flagKey }) => flagKey) };
};
const untouched = { services: 4, caches: 12, undecided: [], waiting: 0, flags: [] };

it('says when detection was last proven and how fast, and touches no figure of anybody', async () => {
  expect(await figures()).toEqual({ ...untouched, canary: { detections: [], undetected: [], last: null } });
  const home = (): HomePorts => ({ region: api.world.home.region }) as HomePorts;
  const alone = { listen: () => () => {} } as unknown as Follower;
  const feed = new Feed({ watch: (watcher) => api.world.watch(watcher), home, clock: api.scheduler }, alone);
  const told: string[] = [];
  feed.subscribe(() => told.push(...(feed.after(feed.end - 1, 1) ?? []).map(({ event }) => event.type)));
  const running = api.during(
    (async () => {
      for (let step = 0; step < 10; step += 1) {
        await api.canary.step();
        await api.scheduler.sleep(30_000);
      }
    })(),
  );
  await api.pass(1_000);
  // While one of its changes is on its way.
  expect(await figures()).toMatchObject(untouched);
  expect(await api.ask('GET', '/v1/changes?state=accepted')).toMatchObject({ body: { changes: [] } });
  expect(await api.ask('GET', '/v1/changes')).toMatchObject({ body: { changes: [] } });
  expect(JSON.stringify((await api.ask('GET', '/v1/export')).body)).not.toContain('flaghoist.canary');
  await running;
  feed.stop();
  expect(told.filter((type) => type.startsWith('Change'))).toEqual([]);
  expect(await figures()).toEqual({
    ...untouched,
    canary: {
      detections: [{ region: 'ap-south-1', at: expect.any(Number), tookMs: expect.any(Number) }],
      undetected: [],
      last: { at: expect.any(Number), state: 'verified' },
    },
  });
});

it('has no receipt, and nobody else may write under its key', async () => {
  expect(await api.ask('GET', '/v1/flags/flaghoist.canary/changes/1.1/receipt')).toMatchObject({
    status: 409,
    body: { code: 'FH_REFUSED', detail: expect.stringContaining('it is the canary') },
  });
  const spoofed = { 'x-hoist-user': 'flaghoist-canary' };
  expect(await api.ask('POST', '/v1/proposals?wait=10', creation('checkout.spoofed'), spoofed)).toMatchObject({
    body: { author: 'local:somebody' },
  });
});
