import { spawnSync } from 'node:child_process';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import type { World } from '@flaghoist/simulator/world';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { demonstrationFlag, proposalOf } from '../lib/up/proposal.ts';
import { startReader } from '../lib/up/reader.ts';

it('reads the flag of the demonstration as a service does, and gives a line that anybody can paste', async () => {
  const caches = new InMemoryServiceCache({ region: 'us-east-1' });
  const write = async (revision: number): Promise<void> => {
    const { document } = proposalOf('demo-0001', revision === 2 ? { epoch: 1, revision: 1 } : null, 1);
    const envelope = envelopeOf({ flagKey: demonstrationFlag, revision, document: document ?? null });
    const [incoming, body] = [heldOf('login', envelope), serialiseEnvelope(envelope)];
    await caches.apply('login', { flagKey: demonstrationFlag, incoming, body, repair: false, passesFull: false });
  };
  await write(1);
  await caches.writeManifest('login', { generation: 1, topologyVersion: 1, count: 1 });
  const world = {
    topology: { latest: async () => ({ home: 'us-east-1', services: [{ name: 'login', state: 'serving' }] }) },
    region: () => ({ caches }),
    scheduler: new VirtualScheduler(),
  } as unknown as World;

  const reader = await startReader(world);
  expect(await reader.reads()).toBe('login in us-east-1 reads false (revision 1.1)');
  await write(2);
  expect(await reader.reads()).toBe('login in us-east-1 reads true (revision 1.2)');
  expect(reader.line).toMatch(
    /^curl -s -X POST http:\/\/127\.0\.0\.1:\d+\/ofrep\/v1\/evaluate\/flags\/instant-payments/,
  );
  // What a shell makes of the line, where there is no curl as well.
  const words = spawnSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${reader.line}`], { encoding: 'utf8' });
  expect(JSON.parse(words.stdout.trim().split('\n').at(-1) ?? '')).toEqual({ context: { channel: 'branch' } });
  await reader.stop();
});
