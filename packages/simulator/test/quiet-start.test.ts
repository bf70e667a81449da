import { canaryOf, withShadow } from '../lib/canary.ts';
import { embeddedLimits } from '../lib/embedded.ts';
import { shippedTopology, startWorld } from './support/world.ts';

const SEEDS = [1, 2, 3, 4, 5];
const services = shippedTopology.services.slice(0, 5);

it.each(SEEDS)('a first start says nothing to whoever looks at the log, seed %i', async (seed) => {
  const t = await startWorld({
    topology: withShadow({ ...shippedTopology, services }),
    seed,
    latency: 'modelled',
    disorder: { duplicates: 0.001, shuffledQueues: true },
    limits: embeddedLimits({ modelled: true }),
  });
  const canary = canaryOf(t.world, t.log);
  const running = canary.run();
  await t.advance(190_000);
  canary.stop();
  await t.advance(60_000);
  await running;
  expect(canary.status.last?.state).toBe('verified');
  expect(t.log.lines.filter(({ level }) => level !== 'info')).toEqual([]);
});
