import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { creation, startApi, type Tested } from './api.ts';

let api: Tested;
let port: number;
beforeAll(async () => {
  api = await startApi({ server: () => ({ limits: { streams: 2, streamBytes: 20_000 } }) });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
});
afterAll(() => api.close());

interface Stream {
  readonly response: IncomingMessage;
  readonly events: () => { id: string | undefined; event: string; data: { type?: string; detail?: object } }[];
  close(): void;
}

const open = (query: string, headers: Record<string, string> = {}): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: `/v1/events?${query}`, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      resolve({
        response,
        events: () =>
          text
            .split('\n\n')
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
