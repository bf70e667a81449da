import { cpus } from 'node:os';
import { needs } from '@flaghoist/tools/needs';
import { homeOf } from './home.ts';
import { measure, tableOf, WHAT_IS_MODELLED } from './measured.ts';
import { publishTopology } from './story.ts';
import { twoByFour } from './topology.ts';
import { findTools, startWorld } from './world.ts';

const { it, tool } = needs(findTools, process.env);
const CHANGES = 40;

it('measures changes, one after the other, where every function is warm', async () => {
  const world = await startWorld(tool(), twoByFour);
  try {
    world.setTopology(twoByFour);
    await world.deployment.apply(twoByFour);
    await world.look();
    const home = await homeOf(world);
    await publishTopology(world, home);
    const measured = await measure(world, home, CHANGES);
    const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`;
    process.stdout.write(
      `\n${CHANGES} changes, 2 regions × 4 services, ${machine}\n\n${tableOf(measured)}\n\n${WHAT_IS_MODELLED}\n`,
    );
    expect(measured).toHaveLength(CHANGES);
  } finally {
    await world.stop();
  }
}, 3_600_000);
