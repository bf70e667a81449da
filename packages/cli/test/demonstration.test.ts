import type { Topology } from '@flaghoist/core/topology';
import { modelledLatency } from '@flaghoist/in-memory/latency';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { createWorld } from '@flaghoist/simulator/world';
import { Output } from '../lib/output.ts';
import { type Demonstration, demonstrate, endedAsExpected } from '../lib/up/demonstration.ts';
import { Screen } from '../lib/up/screen.ts';
import { Sink } from './streams.ts';

const topology: Topology = {
  version: 1,
  home: 'us-east-1',
  regions: ['us-east-1', 'eu-west-1', 'ap-south-1'].map((name) => ({ name, state: 'serving' })),
  services: ['login', 'session', 'consent', 'passkeys'].map((name, index) => ({
    name,
    cell: `cell-${(index % 2) + 1}`,
    owner: 'team-identity',
    state: 'serving',
  })),
};

const demonstrated = async (isTTY: boolean): Promise<{ result: Demonstration; screen: Sink }> => {
  const scheduler = new VirtualScheduler();
  const random = new SeededRandom(7);
  const world = createWorld({ topology, scheduler, random, latency: modelledLatency(random) });
  await scheduler.run(world.load());
  world.startSchedules();
  const screen = new Sink({ isTTY });
  const output = new Output({ stdout: screen, stderr: screen, json: false, noColour: true });
  const { caches } = world.region('us-east-1');
  // Without a server: under a virtual clock nothing may wait for one.
  const reads = async () => {
    const { stored } = caches.peek('login', 'instant-payments-to-new-payees');
    return `login reads ${JSON.parse(stored ?? '{}').revision}`;
  };
  const result = await scheduler.run(demonstrate(world, new Screen(output, world, { reads })));
  world.stop();
  return { result, screen };
};

it('verifies the first change, takes the second back and finds both in the audit', async () => {
  const { result } = await demonstrated(false);
  expect(endedAsExpected(result)).toBe(true);
  const [first, second] = result.changes;
  expect(result).toMatchObject({ world: 'embedded', regions: 3, services: 4 });
  expect(first).toMatchObject({
    verdict: 'verified',
    expected: 12,
    acknowledged: 12,
    order: { epoch: 1, revision: 1 },
    modelled: true,
  });
  expect(second).toMatchObject({
    verdict: 'rolled-back',
    expected: 12,
    acknowledged: 12,
    order: { epoch: 1, revision: 2 },
    restoredRevision: 1,
    revertOrder: { epoch: 1, revision: 3 },
  });
  expect(topology.services.map(({ name }) => name)).toContain(second.brokenService);
  expect(second.brokenRegion).not.toBe('us-east-1');
  // A cache counts as late for 15 s; what follows has its own limits.
  expect(second.msToDetect).toBeGreaterThan(15_000);
  expect(second.msToDetect).toBeLessThan(20_000);
  expect(second.msToRollback).toBeLessThan(5_000);
  expect(result.auditRecords).toBeGreaterThan(10);
});

it('says each step where nobody looks', async () => {
  const { screen } = await demonstrated(false);
  expect(screen.text).not.toContain('\x1b');
  expect(screen.text).toMatch(/ap-south-1 +█+ +4\/4 +\d+ ms/);
  expect(screen.text).toMatch(/verified after .* s: 12 of 12 caches hold revision 1\.1/);
  expect(screen.text).toMatch(/inconsistent: .* names .*\(older\)/);
  expect(screen.text).toMatch(/rolled-back: revision 1\.3 brings back the document of 1\.1/);
  expect([...screen.text.matchAll(/login reads (\d)/g)].map(([, revision]) => revision)).toEqual(['1', '2', '3']);
  expect(screen.text).toMatch(/ChangeRolledBack +1\.2/);
});

it('redraws its bars on a terminal', async () => {
  const { screen } = await demonstrated(true);
  expect(screen.text).toContain('\x1b[3A\x1b[0J');
});

it('is not as expected when the verdicts are others', async () => {
  const { result } = await demonstrated(false);
  const [first, second] = result.changes;
  expect(endedAsExpected({ ...result, changes: [{ ...first, verdict: 'unverified' }, second] })).toBe(false);
  expect(endedAsExpected({ ...result, changes: [first, { ...second, verdict: 'held' }] })).toBe(false);
  expect(endedAsExpected({ ...result, changes: [{ ...first, acknowledged: 11 }, second] })).toBe(false);
});
