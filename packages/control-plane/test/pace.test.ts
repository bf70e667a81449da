import { acknowledgedAtHome } from '../lib/imports/pace.ts';

type Context = Parameters<typeof acknowledgedAtHome>[2];

const order = { epoch: 1, revision: 7 };

/** A server whose clock moves only while somebody waits, and which hears at a moment that home's caches have the change. */
const heardAt = (heard: { readonly region: string; readonly at: number }, { caches = {} as object | null } = {}) => {
  let now = 1_000;
  const context = {
    ports: {
      home: () => ({ region: 'us-east-1' }),
      region: () => ({ caches }),
      clock: {
        now: () => now,
        sleep: async (ms: number) => {
          now += ms;
        },
      },
    },
    follower: {
      seen: (flagKey: string, of: object) =>
        flagKey === 'paced.flag' && of === order
          ? [{ region: heard.region, seenAt: now - 1_000 >= heard.at ? now : null }]
          : [],
    },
  } as unknown as Context;
  return async (): Promise<number> => {
    await acknowledgedAtHome('paced.flag', order, context);
    return now - 1_000;
  };
};

it('lets an import go on as soon as all caches of home have the change', async () => {
  expect(await heardAt({ region: 'us-east-1', at: 0 })()).toBe(0);
  const waited = await heardAt({ region: 'us-east-1', at: 600 })();
  expect(waited).toBeGreaterThanOrEqual(600);
  expect(waited).toBeLessThan(700);
});

it.each([
  ['home is silent', { region: 'us-east-1', at: 60_000 }],
  ['only another region has it', { region: 'eu-west-1', at: 0 }],
])('slows an import down and does not stop it where %s', async (_what, heard) => {
  expect(await heardAt(heard)()).toBe(2_000);
});

it('waits for nothing where caches cannot be seen', async () => {
  expect(await heardAt({ region: 'us-east-1', at: 60_000 }, { caches: null })()).toBe(0);
});
