import { createInterface } from 'node:readline';
import { parseEnvelope } from '@flaghoist/core/envelope';
import type { Order } from '@flaghoist/core/order';
import type { Proposal } from '@flaghoist/core/proposal';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { startEmbeddedWorld } from '../../lib/embedded.ts';
import { principalOf } from '../../lib/home.ts';
import { Witness } from './witness.ts';

/*
 * A world in a process of its own, for who kills it: node living.ts FOLDER. It says one line of JSON for everything that
 * somebody outside may rely on from then on, and does what its standard input says: `propose <flag> <id>`,
 * `fill` (propose until the disk is full), `check <witness>`.
 */

const user = 'ada';
const [, , data] = process.argv;
const whole = shippedTopology();
const topology = {
  ...whole,
  standby: whole.regions[1]?.name ?? '',
  regions: whole.regions.slice(0, 2),
  services: whole.services.slice(0, 3),
};
const say = (line: Readonly<Record<string, unknown>>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const world = await startEmbeddedWorld({ topology, modelled: false, data });
world.watch({ happened: (event) => say({ said: 'event', event }) });

const propose = async (flagKey: string, id: string, note = id): Promise<void> => {
  const { store } = world.region(world.home.region);
  const current = await store.current(flagKey);
  const basedOn: Order | null = current === undefined ? null : parseEnvelope(current.body);
  const on = (basedOn?.revision ?? 0) % 2 === 0;
  const proposal: Proposal = {
    flagKey,
    kind: basedOn === null ? 'created' : 'updated',
    basedOn: basedOn && { epoch: basedOn.epoch, revision: basedOn.revision },
    document: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: on ? 'on' : 'off',
      metadata: { note },
    },
    ...(basedOn === null ? { offVariant: 'off', audience: '*' as const, owner: 'team-payments' } : {}),
    change: { id, actor: 'ada@example.com', authentication: 'local', reason: 'A test', ticket: 'PAY-1' },
    proposedAt: world.scheduler.now(),
  };
  await world.home.author(user).propose(proposal);
  say({ said: 'proposed', id, flagKey });
};

/** Once a cache of another region serves a flag, proposes what is large until it is refused. */
const fill = async (): Promise<void> => {
  await propose('served', 'served-1');
  while (!isServed()) await world.scheduler.sleep(LOOK_MS);
  for (let n = 0; ; n += 1) {
    try {
      await propose(`large-${n}`, `large-${n}`, 'x'.repeat(90_000));
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      return say({ said: 'refused', code, message, served: isServed() });
    }
  }
};

const isServed = (): boolean =>
  world.region(topology.regions[1]?.name ?? '').caches.peek(topology.services[0]?.name ?? '', 'served').stored !== null;

/** Until all is decided that anybody was told of. A workflow takes two minutes; a busy machine takes its time. */
const check = async (text: string): Promise<void> => {
  const witness = Witness.from(text);
  const until = world.scheduler.now() + LONGEST_MS;
  let broken = await witness.brokenBy(world, principalOf(user));
  while (broken.length > 0 && world.scheduler.now() < until) {
    await world.scheduler.sleep(LOOK_MS);
    broken = await witness.brokenBy(world, principalOf(user));
  }
  say({ said: 'checked', broken });
};

const LONGEST_MS = 15 * 60_000;
const LOOK_MS = 50;

createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, ...rest] = line.split(' ');
  if (word === 'propose') void propose(rest[0] ?? '', rest[1] ?? '');
  else if (word === 'fill') void fill();
  else if (word === 'check') void check(rest.join(' '));
  else if (word === 'stop') process.exit(0);
});
say({ said: 'started' });
