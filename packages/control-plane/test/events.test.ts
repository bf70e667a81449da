import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventOf } from '@flaghoist/core/events';
import { creation, startApi, type Tested } from './api.ts';

let api: Tested;
let port: number;
beforeAll(async () => {
  api = await startApi({ server: () => ({ limits: { streams: 2 } }) });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
});
afterAll(() => api.close());

interface Stream {
  readonly response: IncomingMessage;
  readonly text: () => string;
  readonly ids: () => readonly string[];
  /** How many events have come. */
  readonly count: () => number;
  readonly events: () => { id: string | undefined; event: string; data: { type?: string; detail?: object } }[];
  close(): void;
}

/** Before the name of an event. */
const MARK = '\nevent: ';

const open = (query: string, headers: Record<string, string> = {}): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: `/v1/events?${query}`, headers }, (response) => {
      let text = '';
      let count = 0;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        // A mark may come in two pieces.
        const from = text.length - MARK.length + 1;
        text += chunk;
        count += text.slice(Math.max(0, from)).split(MARK).length - 1;
      });
      resolve({
        response,
        text: () => text,
        count: () => count,
        ids: () => [...text.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id),
        events: () =>
          text
            .split('\n\n')
            .slice(0, -1)
            .filter((block) => block.includes('event: '))
            .map((block) => ({
              id: /^id: (.*)$/m.exec(block)?.[1],
              event: /^event: (.*)$/m.exec(block)?.[1] ?? '',
              data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}'),
            })),
        close: () => request.destroy(),
      });
    });
    request.on('error', reject);
  });

/** Lets world and sockets go on until it is so. */
const until = (isSo: () => boolean): Promise<void> =>
  api.during(
    (async () => {
      while (!isSo()) await api.scheduler.sleep(50);
    })(),
  );

it('tells a change step by step, and how far it is; who comes back gets what came since', async () => {
  const stream = await open('changeId=create-stream.told&progress=true');
  await api.ask('POST', '/v1/proposals?wait=5', creation('stream.told'));
  await until(() => stream.events().some(({ event }) => event === 'ChangeVerified'));
  stream.close();
  const events = stream.events();
  const names = events.map(({ event }) => event);
  expect(names).toEqual(expect.arrayContaining(['ChangeAccepted', 'ChangeAcknowledged']));
  expect(names.indexOf('ChangeAcknowledged')).toBeLessThan(names.indexOf('ChangeVerified'));
  expect(names).toContain('progress');

  const acknowledged = events.find(({ event }) => event === 'ChangeAcknowledged');
  const again = await open('changeId=create-stream.told', { 'last-event-id': acknowledged?.id ?? '' });
  await until(() => again.events().length > 0);
  again.close();
  const since = names.slice(names.indexOf('ChangeAcknowledged') + 1).filter((name) => name !== 'progress');
  expect(again.events().map(({ event }) => event)).toEqual(since);
});

/** Far more than the kernel keeps for a reader, and a stream for a slow one. */
const MANY = 300;
const LONG = 'x'.repeat(12_000);

/** So many things happen to a flag, in any order. */
const happens = async (flagKey: string, times: number): Promise<void> => {
  const { bus, name: region } = api.world.region(api.world.home.region);
  const events = Array.from({ length: times }, (_, number) => {
    const changeId = `${times}-${number}`;
    const detail = { flagKey, changeId, kind: 'created' as const, actor: LONG };
    return eventOf({ type: 'ChangeProposed', identity: [changeId, flagKey], region, at: number, detail });
  });
  for (let from = 0; from < times; from += 10) await api.during(bus.publish(events.slice(from, from + 10)));
  await api.pass(5_000);
};

it('tells whoever reads all of a burst, however much it is', async () => {
  const stream = await open('flagKey=much.at.once');
  const { bus, name: region } = api.world.region(api.world.home.region);
  const events = Array.from({ length: 2 * MANY }, (_, number) => {
    const detail = { flagKey: 'much.at.once', changeId: `burst-${number}`, kind: 'created' as const, actor: LONG };
    return eventOf({ type: 'ChangeProposed', identity: [detail.changeId], region, at: number, detail });
  });
  await api.during(bus.publish(events));
  await until(() => stream.response.destroyed || stream.count() === 2 * MANY);
  expect(new Set(stream.ids()).size).toBe(2 * MANY);
  stream.close();
});

/** The id of the first thing that happens to a flag, before many more do. */
const beforeMany = async (flagKey: string): Promise<string> => {
  const stream = await open(`flagKey=${flagKey}`);
  await happens(flagKey, 1);
  await until(() => stream.count() === 1);
  stream.close();
  const [id = ''] = stream.ids();
  return id;
};

it('brings whoever comes back all that was missed, however much it is', async () => {
  const id = await beforeMany('much.missed');
  await happens('much.missed', MANY);
  const stream = await open('flagKey=much.missed', { 'last-event-id': id });
  await until(() => stream.response.destroyed || stream.count() === MANY);
  expect(new Set(stream.ids()).size).toBe(MANY);
  // And what happens from now on, once.
  await api.ask('POST', '/v1/proposals?wait=5', creation('much.missed'));
  await until(() => stream.text().includes('event: ChangeAccepted'));
  expect(stream.text().split('event: ChangeAccepted')).toHaveLength(2);
  stream.close();
});

it('drops a reader who does not read, of what was missed and of what happens, and keeps nothing for them', async () => {
  const slow = () => api.log.messages('warn').filter((text) => text.startsWith('slow reader')).length;
  const id = await beforeMany('never.read');
  const live = await open('flagKey=never.read');
  live.response.pause();
  // How much the kernel keeps is its own.
  while (slow() < 1) await happens('never.read', MANY);
  const behind = await open('flagKey=never.read', { 'last-event-id': id });
  behind.response.pause();
  while (slow() < 2) await happens('never.read', MANY);
  for (const stream of [live, behind]) stream.close();
});

it('answers a question for its head alone at once', async () => {
  expect((await api.app.inject({ method: 'HEAD', url: '/v1/events', headers: { host: '127.0.0.1' } })).statusCode).toBe(
    404,
  );
});

it('tells who comes back to another server, or too late, to read again', async () => {
  const stream = await open('flagKey=none', { 'last-event-id': 'another-7' });
  await until(() => stream.events().length > 0);
  expect(stream.events()).toEqual([{ id: undefined, event: 'reset', data: {} }]);
  stream.close();
});

it('refuses one stream more than there may be', async () => {
  const streams = [await open('types=none'), await open('types=none')];
  const third = await open('types=none');
  expect(third.response.statusCode).toBe(429);
  for (const stream of [...streams, third]) stream.close();
  await until(() => streams.every(({ response }) => response.destroyed));
});
