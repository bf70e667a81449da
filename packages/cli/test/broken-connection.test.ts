import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '../lib/client/client.ts';
import { followChange } from '../lib/client/follow-change.ts';
import { exitCodes } from '../lib/exit-codes.ts';
import { Output } from '../lib/output.ts';
import { type ServedWorld, serveWorld } from './served.ts';
import { Sink } from './streams.ts';

describe('a connection that breaks while a command follows a change', () => {
  let served: ServedWorld;
  beforeAll(async () => {
    served = await serveWorld();
  });
  afterAll(() => served.close());

  const setting = (flag: string, variant: string, ...more: string[]) =>
    served.hoist(['set', flag, variant, '--owner', 'team-identity', '--reason', 'Go live', ...more]);
  const accepted = (flag: string): Promise<void> =>
    served.during(
      (async () => {
        const { store } = served.world.region(served.world.home.region);
        while ((await store.current(flag)) === undefined) await served.scheduler.sleep(20);
      })(),
    );

  it('is made again by hoist set, which tells what became of the change', async () => {
    const running = setting('broken.set', 'off');
    await accepted('broken.set');
    served.breakConnections();
    expect(await running).toMatchObject({
      exitCode: exitCodes.ok,
      stdout: expect.stringContaining('broken.set 1.1 is in all 9 caches'),
    });
  });

  it('is made again by hoist import', async () => {
    const flags = { 'broken.import': { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' } };
    const stdin = [Buffer.from(JSON.stringify({ flags }))];
    const args = ['import', '-', '--owner', 'team-identity', '--reason', 'From the old system', '--json'];
    const running = served.hoist(args, { stdin });
    await accepted('broken.import');
    served.breakConnections();
    const { exitCode, stdout } = await running;
    expect({ exitCode, stdout }).toMatchObject({ exitCode: exitCodes.ok });
    expect(JSON.parse(stdout)).toMatchObject({ flags: [{ flagKey: 'broken.import', change: 'verified' }] });
  });

  it('is made again by hoist watch, which shows what happened meanwhile, once', async () => {
    const watching = served.hoist(['watch', 'broken.watch', '--types', 'ChangeAccepted', '--count', '2', '--json']);
    await setting('broken.watch', 'off');
    served.breakConnections();
    await served.pass(100);
    await setting('broken.watch', 'on');
    const { exitCode, stdout } = await watching;
    const revisions = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).detail.order.revision);
    expect({ exitCode, revisions }).toEqual({ exitCode: exitCodes.ok, revisions: [1, 2] });
  });

  it('is given up after Ctrl-C', async () => {
    const interrupted = new AbortController();
    await setting('broken.waited', 'off', '--no-wait');
    const waiting = served.hoist(['wait', 'broken.waited'], { signal: interrupted.signal });
    interrupted.abort();
    expect(await waiting).toMatchObject({ exitCode: exitCodes.interrupted });
  });
});

describe('a server that ends while a change is followed', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  const change = (state: string) => ({ flagKey: 'a.flag', state, acceptedAt: 0, progress: [], conditions: [] });

  /** A server that has accepted the change, and whose stream breaks at once. */
  const serve = async (state: () => string, port = 0): Promise<number> => {
    const answer = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
      if (!url.startsWith('/v1/events')) response.end(JSON.stringify(change(state())));
      else {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(': open\n\n', () => server?.closeAllConnections());
      }
    };
    const started = createServer(answer);
    server = started;
    await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve));
    return (started.address() as AddressInfo).port;
  };

  const clientFor = (port: number, sleep: (ms: number) => Promise<void>): Client => {
    const url = new URL(`http://127.0.0.1:${port}`);
    const endpoint = { url, token: undefined, ownerToken: undefined, user: 'ada' };
    return new Client(endpoint, new AbortController().signal, { sleep });
  };

  const follow = (port: number, sleep: (ms: number) => Promise<void>) => {
    const client = clientFor(port, sleep);
    const output = new Output({ stdout: new Sink(), stderr: new Sink(), json: false, noColour: true });
    const followed = { flagKey: 'a.flag', order: { epoch: 1, revision: 4 }, goal: 'verified' as const };
    return followChange(client, followed, output);
  };

  it('is waited for, and asked again when it is back', async () => {
    let pauses = 0;
    let state = 'accepted';
    const port = await serve(() => state);
    const followed = follow(port, async () => {
      pauses += 1;
      if (pauses === 1) await new Promise((resolve) => server?.close(resolve));
      if (pauses < 5) return;
      state = 'verified';
      if (pauses === 5) await serve(() => state, port);
    });
    expect(await followed).toMatchObject({ state: 'verified' });
    expect(pauses).toBeGreaterThanOrEqual(5);
  });

  it('is out of reach after a minute, and it is said where the change can be looked for', async () => {
    let waited = 0;
    const port = await serve(() => 'accepted');
    const followed = follow(port, async (ms) => {
      if (waited === 0) await new Promise((resolve) => server?.close(resolve));
      waited += ms;
    });
    await expect(followed).rejects.toMatchObject({
      code: 'FH_UNAVAILABLE',
      hint: expect.stringContaining('hoist wait a.flag --order 1.4'),
    });
    expect(waited).toBeGreaterThanOrEqual(60_000);
    expect(waited).toBeLessThan(70_000);
  });

  it('is out of reach at once where it never answered', async () => {
    const port = await serve(() => 'accepted');
    await new Promise((resolve) => server?.close(resolve));
    let waited = 0;
    const followed = follow(port, async (ms) => {
      waited += ms;
    });
    await expect(followed).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
    expect(waited).toBe(0);
  });

  it('is out of reach, and no defect of ours, when it breaks off in the middle of an answer', async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"flagKey":', () => server?.closeAllConnections());
    });
    const started = server;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    const client = clientFor((started.address() as AddressInfo).port, async () => {});
    await expect(client.get('/v1/flags/a.flag')).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  });
});
