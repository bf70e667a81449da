import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpointOf } from '../lib/client/endpoint.ts';
import { announce, startedServers } from '../lib/client/servers.ts';

const state = mkdtempSync(join(tmpdir(), 'hoist-servers-'));
const variables = { XDG_STATE_HOME: state };
const folder = join(state, 'flaghoist', 'servers');
const listening: Server[] = [];
afterEach(async () => {
  for (const server of listening.splice(0)) await closed(server);
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => rmSync(state, { recursive: true }));

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

const listens = async (): Promise<{ readonly server: Server; readonly url: string }> => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  listening.push(server);
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

it('gives commands the first of the servers that run, and the owner of each the key to it', async () => {
  const [one, two] = [await listens(), await listens()];
  expect(await announce({ url: one.url, token: 'one', at: 1 }, variables)).toMatchObject({ isFirst: true });
  const second = await announce({ url: two.url, token: 'two', at: 2 }, variables);
  expect(second.isFirst).toBe(false);
  expect(await endpointOf(undefined, variables)).toMatchObject({ url: new URL(one.url), ownerToken: 'one' });
  expect(await endpointOf(two.url, variables)).toMatchObject({ url: new URL(two.url), ownerToken: 'two' });
  expect((await endpointOf('http://127.0.0.1:1', variables)).ownerToken).toBeUndefined();
  second.withdraw();
  expect(startedServers(variables).map(({ token }) => token)).toEqual(['one']);
});

it('takes away what a killed server has left when the next one starts', async () => {
  const [one, two] = [await listens(), await listens()];
  await announce({ url: one.url, token: 'one', at: 1 }, variables);
  await closed(one.server);
  listening.shift();
  expect(await announce({ url: two.url, token: 'two', at: 2 }, variables)).toMatchObject({ isFirst: true });
  expect(await endpointOf(undefined, variables)).toMatchObject({ url: new URL(two.url), ownerToken: 'two' });
});

it('passes over what a killed server has left, and names it where no other one runs', async () => {
  const [one, two] = [await listens(), await listens()];
  await announce({ url: one.url, token: 'one', at: 1 }, variables);
  await announce({ url: two.url, token: 'two', at: 2 }, variables);
  await closed(one.server);
  listening.shift();
  expect(await endpointOf(undefined, variables)).toMatchObject({ url: new URL(two.url), ownerToken: 'two' });
  expect((await endpointOf(undefined, { ...variables, HOIST_SERVER: one.url })).url).toEqual(new URL(one.url));
  await closed(two.server);
  listening.shift();
  expect(await endpointOf(undefined, variables)).toMatchObject({ url: new URL(one.url), ownerToken: 'one' });
});

it('lets nobody else read the key, and passes over what it did not write', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '1.json'), '{"url":');
  writeFileSync(join(folder, '2.json'), '{"url":"nowhere","token":"x","at":1}');
  const { url } = await listens();
  await announce({ url, token: 'own', at: 3 }, variables);
  expect(startedServers(variables)).toEqual([{ url, token: 'own', at: 3 }]);
  expect(statSync(join(folder, `${new URL(url).port}.json`)).mode & 0o777).toBe(0o600);
});

it('asks the usual port where none was started', async () => {
  expect(await endpointOf(undefined, variables)).toMatchObject({ url: new URL('http://127.0.0.1:3524') });
});
