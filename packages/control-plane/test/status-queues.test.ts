import type { Topology } from '@flaghoist/core/topology';
import { silent } from '@flaghoist/in-memory/logger';
import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import type { World } from '@flaghoist/simulator/world';
import { portsOfWorld } from '../lib/embedded/world-ports.ts';
import type { ControlPlanePorts } from '../lib/ports.ts';
import { startApi } from './api.ts';

const named = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, place) => `${name}-${place}`);
/** As large as an account of 156 services in 12 regions. */
const large: Topology = {
  version: 1,
  home: 'region-0',
  regions: named(12, 'region').map((name) => ({ name, state: 'serving' as const })),
  services: named(156, 'service').map((name) => ({
    name,
    cell: 'cell-1',
    owner: 'team-identity',
    state: 'serving' as const,
  })),
};

it('asks each queue of dead letters once, some of them side by side and never all', async () => {
  const asked: string[] = [];
  let [underWay, most] = [0, 0];
  const counting = (world: World): ControlPlanePorts => {
    const given = { environment: 'embedded', directory: EMPTY_DIRECTORY, policy: DEFAULT_POLICY, log: silent };
    const ports = portsOfWorld(world, given);
    const home = ports.home();
    const topology = Object.assign(Object.create(home.topology), { latest: async () => large });
    return {
      ...ports,
      home: () => ({ ...home, topology }),
      region: (region) => ({
        ...ports.region(home.region),
        queues: {
          givenUp: async (service) => {
            asked.push(`${service} in ${region}`);
            underWay += 1;
            most = Math.max(most, underWay);
            await world.scheduler.sleep(1);
            underWay -= 1;
            return service === 'service-7' && region === 'region-3' ? 2 : 0;
          },
          waiting: () => Promise.reject(new Error('status shows no such figure')),
        },
      }),
    };
  };
  const api = await startApi({ server: ({ world }) => ({ ports: counting(world) }) });
  const { body } = await api.ask('GET', '/v1/status');
  await api.close();
  expect(body).toMatchObject({ deadLetters: [{ region: 'region-3', service: 'service-7', count: 2 }] });
  expect([asked.length, new Set(asked).size]).toEqual([1_872, 1_872]);
  expect(most).toBeGreaterThan(5);
  expect(most).toBeLessThanOrEqual(20);
});
