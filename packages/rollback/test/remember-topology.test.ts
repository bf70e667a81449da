import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { rememberTopology } from '../lib/remember-topology.ts';
import { topologyOf } from './support/home.ts';

it('reads the topology once a second, and again after a failed read', async () => {
  const clock = new VirtualScheduler();
  const source = new InMemoryTopologySource(topologyOf(['us-east-1']));
  let reads = 0;
  let down = false;
  const latest = () => {
    reads += 1;
    return down ? Promise.reject(new Error('down')) : source.latest();
  };
  const remembered = rememberTopology({ latest }, clock);

  await remembered.latest();
  source.publish(topologyOf(['us-east-1'], { version: 2 }));
  expect(await remembered.latest()).toMatchObject({ version: 1 });
  await clock.advance(1_000);
  expect(await remembered.latest()).toMatchObject({ version: 2 });
  expect(reads).toBe(2);

  down = true;
  await clock.advance(1_000);
  await expect(remembered.latest()).rejects.toThrow('down');
  down = false;
  expect(await remembered.latest()).toMatchObject({ version: 2 });
});
