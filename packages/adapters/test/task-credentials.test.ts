import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cacheToken } from '../lib/cache-token.ts';
import { createTaskCredentials } from '../lib/task-credentials.ts';

const START = Date.UTC(2026, 10, 29);
const HOUR_MS = 3_600_000;

/** What a task's own address answers; keys are numbered, and last an hour. */
let place: Server;
let asked = 0;
let away = false;
let now = START;
const warnings: string[] = [];

beforeEach(async () => {
  [asked, away, now] = [0, false, START];
  warnings.length = 0;
  place = createServer((_request, response) => {
    asked += 1;
    if (away) response.writeHead(500).end('{}');
    else {
      const Expiration = new Date(now + HOUR_MS).toISOString();
      response.end(
        JSON.stringify({ AccessKeyId: `KEY${asked}`, SecretAccessKey: 'secret', Token: 'session', Expiration }),
      );
    }
  });
  await new Promise<void>((resolve) => place.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => place.close(resolve)));

const create = () => {
  const uri = `http://127.0.0.1:${(place.address() as AddressInfo).port}/role`;
  const log = { warn: (message: string) => void warnings.push(message) };
  return createTaskCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri }, { log, clock: { now: () => now } });
};

it('asks once, whoever asks, and again five minutes before the credentials end', async () => {
  const credentials = create();
  expect(credentials.current()).toBeUndefined();
  await Promise.all([credentials.renew(), credentials.renew()]);
  expect([credentials.current()?.accessKeyId, asked]).toEqual(['KEY1', 1]);
  now += HOUR_MS - 300_001;
  await credentials.renew();
  expect(asked).toBe(1);
  now += 1;
  await credentials.renew();
  expect([credentials.current()?.accessKeyId, asked]).toEqual(['KEY2', 2]);
});

it('keeps what it has while nobody answers, says so once, and has new ones afterwards', async () => {
  const credentials = create();
  await credentials.renew();
  now += HOUR_MS;
  away = true;
  await credentials.renew();
  await credentials.renew();
  expect(credentials.current()?.accessKeyId).toBe('KEY1');
  expect(warnings).toEqual(["credentials of the task's role were not renewed"]);
  away = false;
  await credentials.renew();
  expect(credentials.current()?.accessKeyId).toBe(`KEY${asked}`);
});

it('asks nobody where the environment names no place, as in Lambda', async () => {
  const credentials = createTaskCredentials({}, { log: { warn: () => {} }, clock: { now: () => now } });
  await credentials.renew();
  expect([credentials.current(), asked]).toEqual([undefined, 0]);
});

it('signs the login with them', async () => {
  const credentials = create();
  await credentials.renew();
  const of = { cacheName: 'flags', user: 'cell-1', region: 'eu-west-1', now };
  const token = new URLSearchParams(cacheToken({ ...of, credentials: credentials.current() }).split('?')[1]);
  expect(token.get('X-Amz-Credential')).toMatch(/^KEY1\/20261129\/eu-west-1\/elasticache\//);
  expect(token.get('X-Amz-Security-Token')).toBe('session');
});
