import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { DataFolder } from '@flaghoist/sqlite-store/folder';
import { systemClock } from '@flaghoist/system/clock';
import { startedServers } from '../lib/client/servers.ts';
import { run } from './run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-cli-data-'));
  new DataFolder(join(folder, 'world'), { scheduler: new VirtualScheduler(), log: new RecordingLogger() }).close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

it('checks, backs up and restores a data folder', async () => {
  const checked = await run(['data', 'check', '--data', at('world'), '--json']);
  expect(JSON.parse(checked.stdout)).toMatchObject({ flags: 0, schemaVersion: 3, problems: [] });
  const written = await run(['data', 'backup', at('monday'), '--data', at('world')]);
  expect(written.exitCode).toBe(0);
  expect(written.stdout).toContain('It was read again and is whole.');
  const restored = await run(['data', 'restore', at('monday'), '--data', at('other')]);
  expect(restored.exitCode).toBe(0);
  expect((await run(['data', 'check', '--data', at('other')])).stdout).toContain('It is whole.');
});

it.each([
  ['check', []],
  ['backup', ['monday']],
  ['restore', ['tuesday']],
])('hoist data %s lets no warning of Node reach who typed it', async (command, names) => {
  await run(['data', 'backup', at('tuesday'), '--data', at('world')]);
  const main = join(__dirname, '..', 'lib', 'main.ts');
  const to = command === 'restore' ? 'other' : 'world';
  const args = [main, 'data', command, ...names.map(at), '--data', at(to)];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('names a folder that is not there, and ends with 66', async () => {
  const { exitCode, stderr } = await run(['data', 'check', '--data', at('nowhere')]);
  expect(exitCode).toBe(66);
  expect(stderr).toContain('FH_NO_DATA');
});

it('hoist up refuses a folder that another world has', async () => {
  const other = new DataFolder(at('world'), { scheduler: new VirtualScheduler(), log: new RecordingLogger() });
  const { exitCode, stderr } = await run(['up', '--data', at('world')]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('FH_DATA_IN_USE');
  other.close();
});

it('hoist up says that a port is taken, and lets go of its folder', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const options = { variables: { XDG_STATE_HOME: at('state') } };
  const args = ['up', '--data', at('world'), '--no-latency', '--no-canary', '--port', String(port)];
  try {
    expect(await run(args, options)).toMatchObject({
      exitCode: 69,
      stderr: expect.stringMatching(/FH_UNAVAILABLE: port \d+ .*\n.*Something else listens there.*--port/),
    });
  } finally {
    other.close();
  }
  const again = new DataFolder(at('world'), { scheduler: new VirtualScheduler(), log: new RecordingLogger() });
  again.close();
});

it('hoist up ends where it cannot leave its address for other commands, and lets go of its port', async () => {
  writeFileSync(at('a-file'), '');
  const listens = async (port: number): Promise<number> => {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    const { port: taken } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return taken;
  };
  const port = await listens(0);
  const args = ['up', '--data', at('unnamed'), '--no-latency', '--no-canary', '--port', String(port)];
  expect(await run(args, { variables: { XDG_STATE_HOME: at('a-file') } })).toMatchObject({
    exitCode: 69,
    stderr: expect.stringMatching(/FH_UNAVAILABLE: the folder .*a-file.*\n.*XDG_STATE_HOME/),
  });
  await listens(port);
});

it('hoist up either keeps data or keeps nothing', async () => {
  const { exitCode, stderr } = await run(['up', '--ephemeral', '--data', at('world')]);
  expect(exitCode).toBe(64);
  expect(stderr).toContain('--data');
});

const topology = {
  version: 1,
  home: 'us-east-1',
  regions: [{ name: 'us-east-1', state: 'serving' }],
  services: [{ name: 'login', cell: 'cell-1', owner: 'team-identity', state: 'serving' }],
};

/** Starts a world, and waits until commands find it. @returns what ends it */
const started = async (data: string) => {
  writeFileSync(at('topology.json'), JSON.stringify(topology));
  const variables = { XDG_STATE_HOME: at('state') };
  const before = startedServers(variables).length;
  const end = new AbortController();
  const args = ['up', '--data', at(data), '--topology', at('topology.json'), '--port', '0', '--no-latency'];
  const running = run(args, { signal: end.signal, variables });
  while (startedServers(variables).length === before) await systemClock.sleep(20);
  return async () => {
    end.abort();
    return running;
  };
};

it('hoist up leaves another world that runs the address under which commands find it', async () => {
  const variables = { XDG_STATE_HOME: at('state') };
  const endFirst = await started('one');
  const [first] = startedServers(variables);
  const endSecond = await started('two');
  const [still, second] = startedServers(variables);
  expect(still).toEqual(first);
  // As their owner, at each of them.
  const tokensOf = async (...server: string[]) => run(['token', 'list', ...server], { variables });
  expect(await tokensOf()).toMatchObject({ exitCode: 0 });
  expect(await tokensOf('--server', second?.url ?? '')).toMatchObject({ exitCode: 0 });
  const { stdout } = await endSecond();
  expect(stdout).toContain(
    `Another world runs here, and commands ask that one: try hoist status --server ${second?.url}`,
  );
  expect(startedServers(variables)).toEqual([first]);
  expect(await tokensOf()).toMatchObject({ exitCode: 0 });
  expect((await endFirst()).stdout).toContain('try hoist status in another terminal');
  expect(startedServers(variables)).toEqual([]);
});

it('hoist up knows its tokens again when it is started anew', async () => {
  const variables = { XDG_STATE_HOME: at('state') };
  const endFirst = await started('lasting');
  const { stdout } = await run(['token', 'issue', 'ada.abel@bank.example'], { variables });
  expect(await endFirst()).toMatchObject({ exitCode: 0 });
  const endSecond = await started('lasting');
  const asAda = { variables: { ...variables, HOIST_TOKEN: stdout.trim() } };
  expect(await run(['list'], asAda)).toMatchObject({ exitCode: 0 });
  const listed = await run(['token', 'list', '--json'], { variables });
  // That of who started it first has ended with it.
  expect(JSON.parse(listed.stdout).tokens.map(({ actor }: { actor: string }) => actor)).toEqual([
    'ada.abel@bank.example',
    'whoever started this server',
  ]);
  await endSecond();
});
