import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlagSet } from '../lib/flag-set.ts';
import { Freshness } from '../lib/freshness.ts';
import { contentParts, LastKnownGood } from '../lib/last-known-good.ts';
import { CACHE, createService, SERVICE, says, serveService, stopAgents } from './support/service.ts';

const directory = mkdtempSync(join(tmpdir(), 'agent-test-'));
afterEach(stopAgents);
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const OWNER = { service: SERVICE, region: 'eu-west-1', ...CACHE };
let path: string;
beforeEach(() => {
  path = join(directory, `${expect.getState().currentTestName?.length}.json`);
});

const filled = async () => {
  const service = createService({ path });
  await service.write(says('kept'));
  await service.write({ flagKey: 'gone', ...says(1) });
  await service.write({ flagKey: 'gone', revision: 2, document: null });
  await service.load();
  await service.agent.start();
  await service.agent.stop();
  service.cache.breakService(SERVICE, 'unreachable');
  return service;
};
const valueIn = ({ flags }: ReturnType<typeof createService>['agent']) =>
  flags.served('checkout')?.flag.variants.get('it');

it('serves what it knew before the cache can be reached, as old as it is', async () => {
  const service = await filled();
  await service.clock.advance(100_000);
  const agent = service.another({ path });
  const served = await serveService({ agent, log: service.log });
  await agent.start();
  expect((await served.evaluate('checkout')).json).toMatchObject({
    value: 'kept',
    metadata: { stale: true, ageMs: 100_000, killMayBeUnseen: true },
  });
  expect((await served.ask('GET', '/readyz')).status).toBe(200);

  // What was archived stays archived, also when the cache comes back as it was before.
  service.cache.heal(SERVICE);
  service.cache.lose(SERVICE);
  await service.write({ flagKey: 'gone', ...says(1) });
  await service.load();
  await agent.look();
  expect(agent.flags.served('gone')).toBeUndefined();
  expect((await served.evaluate('checkout')).text).not.toContain('stale');
  await served.stop();
  await agent.stop();
});

it('writes what has changed at the next look', async () => {
  const service = createService({ path });
  await service.load();
  await service.agent.start();
  await service.write(says('later'));
  await service.agent.look();
  // No stop: the process is killed.
  const agent = service.another({ path });
  service.cache.breakService(SERVICE, 'unreachable');
  await agent.start();
  expect(valueIn(agent)).toBe('later');
});

it.each([
  ['torn', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['changed', (text: string) => text.replace('kept', 'lies')],
  ['not text', () => '\0'],
  // Each flag in it is whole.
  ['made younger', (text: string) => text.replace(/"seenAt":\d+/, '"seenAt":1')],
  ['short of a flag', (text: string) => text.replace(/,\["gone",.*?\]/, '')],
])('starts without a file that is %s, says so, and writes a good one', async (_what, change) => {
  const service = await filled();
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  const agent = service.another({ path });
  await agent.start();
  expect([agent.freshness.loaded, valueIn(agent)]).toEqual([false, undefined]);
  expect(service.lines).toContainEqual({ level: 'warn', message: 'last known good flags cannot be used' });
  service.cache.heal(SERVICE);
  await agent.look();
  await agent.stop();
  service.cache.breakService(SERVICE, 'unreachable');
  const next = service.another({ path });
  await next.start();
  expect(valueIn(next)).toBe('kept');
});

it.each([
  ['service', { service: 'search' }],
  ['region', { region: 'eu-central-1' }],
  ['cell', { cell: 'cell-2' }],
  ['environment, whose cache has another name', { cache: 'flags-staging' }],
])('starts without the file of another %s, though it is whole', async (_what, other) => {
  const service = await filled();
  const log = service.log;
  const flags = new FlagSet();
  const freshness = new Freshness(service.clock);
  const kept = new LastKnownGood({
    ...{ ...OWNER, ...other, path },
    flags,
    freshness,
    clock: service.clock,
    steady: service.clock,
    log,
  });
  await kept.load();
  expect([flags.held.size, freshness.loaded]).toEqual([0, false]);
  expect(service.lines.at(-1)).toEqual({ level: 'warn', message: 'last known good flags cannot be used' });
});

it('waits for the file that is being written when it is asked again', async () => {
  const service = createService();
  await service.write(says('kept'));
  await service.load();
  await service.agent.look();
  const { flags, freshness } = service.agent;
  const kept = new LastKnownGood({
    ...{ ...OWNER, path },
    flags,
    freshness,
    clock: service.clock,
    steady: service.clock,
    log: service.log,
  });
  // The look that is under way when the process is asked to stop.
  void kept.save();
  await kept.save();
  expect(readFileSync(path, 'utf8')).toContain('kept');
});

it('leaves the file before as it was until the next one is whole', async () => {
  const service = await filled();
  const before = readFileSync(path, 'utf8');
  const { flags, freshness } = service.agent;
  const seen: string[] = [];
  /** Looks at the file before each flag is written, and after the last one. */
  const held = {
    *[Symbol.iterator]() {
      for (let place = 0; place < 45; place += 1) {
        seen.push(readFileSync(path, 'utf8'));
        for (const [, entry] of flags.held) yield [`flag-${place}`, entry];
      }
      seen.push(readFileSync(path, 'utf8'));
    },
  };
  const watched = { held, evaluator: flags.evaluator, listen: () => undefined } as never;
  const { clock, log } = service;
  await new LastKnownGood({ ...OWNER, path, flags: watched, freshness, clock, steady: clock, log }).save();
  expect([seen.length, new Set(seen)]).toEqual([46, new Set([before])]);
  expect(readFileSync(path, 'utf8')).toContain('flag-44');
});

it('has all of the file on the disk before its name leads there: no loss of power leaves a part of it', async () => {
  const handle = await open(directory);
  const { sync } = Object.getPrototypeOf(handle);
  await handle.close();
  const synced: [string, boolean][] = [];
  const watched = jest.spyOn(Object.getPrototypeOf(handle), 'sync').mockImplementation(async function (this: unknown) {
    synced.push([readFileSync(`${path}.new`, 'utf8'), existsSync(path)]);
    return sync.call(this);
  });
  try {
    await filled();
  } finally {
    watched.mockRestore();
  }
  expect(synced).toEqual([[readFileSync(path, 'utf8'), false]]);
});

it('writes ten seconds later what could not be written', async () => {
  const folder = join(directory, 'later');
  const service = createService({ path: join(folder, 'flags.json') });
  await service.write(says('kept'));
  await service.load();
  await service.agent.look();
  mkdirSync(folder);
  await service.clock.advance(10_000);
  await service.agent.look();
  expect(readFileSync(join(folder, 'flags.json'), 'utf8')).toContain('kept');
});

it('does without a file that cannot be written', async () => {
  const service = createService({ path: join(directory, 'nowhere', 'flags.json') });
  await service.write(says(1));
  await service.load();
  await service.agent.start();
  expect(valueIn(service.agent)).toBe(1);
  expect(service.lines).toContainEqual({ level: 'warn', message: 'last known good flags were not written' });
  await service.agent.stop();
});

it('makes the file piece by piece, so that callers are answered meanwhile', async () => {
  const service = createService();
  for (let place = 0; place < 45; place += 1) await service.write({ flagKey: `flag-${place}`, ...says(place) });
  await service.load();
  await service.agent.look();
  const pieces = [...contentParts({ format: 1 }, service.agent.flags.held)];
  const flagsIn = (piece: string): number => piece.split('\\"flagKey\\"').length - 1;
  expect(pieces.map(flagsIn)).toEqual([20, 20, 5]);
  expect(JSON.parse(pieces.join(''))).toMatchObject({ format: 1, flags: { length: 45 } });
});

it.each([0, 1, 20, 21, 40])('reads what it has written of %i flags', async (count) => {
  const service = createService({ path });
  for (let place = 0; place < count; place += 1) await service.write({ flagKey: `flag-${place}`, ...says(place) });
  await service.load();
  await service.agent.start();
  await service.agent.stop();
  service.cache.breakService(SERVICE, 'unreachable');
  const next = service.another({ path });
  await next.start();
  expect([next.freshness.loaded, next.flags.held.size, next.flags.digest]).toEqual([
    true,
    count,
    service.agent.flags.digest,
  ]);
});

/** A file with a checksum that is right, however wrong what it says may be. */
const rewrite = (
  change: (content: { of?: object; seenAt: number; flags: [string, string, string | null][] }) => void,
): void => {
  const content = JSON.parse(readFileSync(path, 'utf8').split('\n')[1] ?? '');
  change(content);
  const text = JSON.stringify(content);
  writeFileSync(path, `${hash('sha256', text)}\n${text}\n`);
};

it('starts without a file that does not name its cache: it may be of another environment', async () => {
  const service = await filled();
  rewrite((content) => {
    delete content.of;
  });
  const agent = service.another({ path });
  await agent.start();
  expect([valueIn(agent), agent.freshness.loaded]).toEqual([undefined, false]);
  expect(service.lines).toContainEqual({ level: 'warn', message: 'last known good flags cannot be used' });
  await agent.stop();
});

it('takes a file from the future for as old as can be, since the clock was set back', async () => {
  const service = await filled();
  rewrite((content) => {
    content.seenAt += 5_001;
  });
  const agent = service.another({ path });
  await agent.start();
  expect([valueIn(agent), agent.freshness.stale, agent.freshness.killMayBeUnseen]).toEqual(['kept', true, true]);
  await agent.stop();
});

it('takes a file that is a little ahead for one of now', async () => {
  const service = await filled();
  rewrite((content) => {
    content.seenAt += 5_000;
  });
  const agent = service.another({ path });
  await agent.start();
  expect(agent.freshness.ageMs).toBe(0);
  await agent.stop();
});

it('starts without a file of which it can serve no flag: an empty set would make every flag unknown', async () => {
  const service = await filled();
  rewrite((content) => {
    for (const flag of content.flags) if (flag[2] !== null) flag[2] = flag[2].replace('"schema":1', '"schema":3');
  });
  const agent = service.another({ path });
  await agent.start();
  expect(agent.freshness.loaded).toBe(false);
  expect(service.lines).toContainEqual({ level: 'warn', message: 'last known good flags cannot be used' });
  await agent.stop();
});

it('writes no flags into what a link beside the file leads to', async () => {
  const other = `${path}.other`;
  writeFileSync(other, 'mine');
  symlinkSync(other, `${path}.new`);
  await filled();
  expect(readFileSync(other, 'utf8')).toBe('mine');
  expect([lstatSync(path).isSymbolicLink(), readFileSync(path, 'utf8').includes('kept')]).toEqual([false, true]);
});

it('follows its cache although the disk hangs, at the start and later', async () => {
  const service = createService();
  await service.write(says('first'));
  await service.load();
  // Whoever opens it waits until somebody writes.
  execFileSync('sh', ['-c', 'mkfifo "$@"', 'sh', path]);
  const agent = service.another({ path });
  const started = agent.start();
  await service.clock.advance(2_000);
  await started;
  await service.write({ revision: 2, ...says('second') });
  await service.clock.advance(10_000);
  expect([valueIn(agent), agent.freshness.stale]).toEqual(['second', false]);
  // Lets go of who waits.
  writeFileSync(path, '');
  const stopped = agent.stop();
  await service.clock.advance(2_000);
  await stopped;
});

it('says once that it cannot write, tries again every ten seconds, and says when it can', async () => {
  const service = createService();
  await service.write(says('kept'));
  await service.load();
  mkdirSync(`${path}.new`);
  const agent = service.another({ path });
  const about = () => service.lines.filter(({ message }) => /not written|written again/.test(message));
  await agent.look();
  for (let looks = 0; looks < 9; looks += 1) {
    await service.clock.advance(1_000);
    await agent.look();
  }
  const unwritten = { level: 'warn', message: 'last known good flags were not written' };
  expect(about()).toEqual([unwritten]);
  rmSync(`${path}.new`, { recursive: true });
  await agent.look();
  expect(about()).toEqual([unwritten]);
  await service.clock.advance(1_000);
  await agent.look();
  expect(about()).toEqual([unwritten, { level: 'info', message: 'last known good flags are written again' }]);
});
