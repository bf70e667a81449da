import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { addressOf, addressSchema, clearSocket } from '../lib/address.ts';
import { listen } from '../lib/http-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'agent-address-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it.each([
  ['127.0.0.1:8016', { host: '127.0.0.1', port: 8016 }],
  ['127.9.9.9:1', { host: '127.9.9.9', port: 1 }],
  ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['unix:/run/agent.sock', { path: '/run/agent.sock' }],
])('listens on this machine alone: %s', (text, address) => {
  expect(addressOf(z.parse(addressSchema, text))).toEqual(address);
});

it.each([
  ...['0.0.0.0:8016', '[::]:8016', ':8016', '10.0.0.7:8016', 'agent:8016', '127.0.0.1.example:8016', '*:8016'],
  ...['127.0.0.1:65536', '127.0.0.1', '127.0.0.1:', 'unix:', ''],
])('refuses what others could reach, or nobody: %j', (text) => {
  expect(z.safeParse(addressSchema, text).success).toBe(false);
});

/** Listens on a socket, and is killed. */
const leaveSocket = (path: string): void => {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', program]);
};

it('removes a socket that nobody hears', async () => {
  const path = join(directory, 'left.sock');
  leaveSocket(path);
  expect(existsSync(path)).toBe(true);
  await clearSocket(path);
  expect(existsSync(path)).toBe(false);
});

it('removes neither a socket that somebody hears, nor what is no socket', async () => {
  const path = join(directory, 'heard.sock');
  const server = createServer();
  await listen(server, { path });
  const another = createServer();
  await expect(listen(another, { path })).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  expect(existsSync(path)).toBe(true);
  server.close();

  const file = join(directory, 'file');
  writeFileSync(file, 'mine');
  await clearSocket(file);
  expect(existsSync(file)).toBe(true);
  await clearSocket(join(directory, 'nothing'));
});
