import { cpus, loadavg } from 'node:os';
import { needs } from '@flaghoist/tools/needs';
import { homeOf } from './home.ts';
import { measure, tableOf, WHAT_IS_MODELLED } from './measured.ts';
import { publishTopology } from './story.ts';
import { placesIn, threeByFour } from './topology.ts';
import { findTools, startWorld } from './world.ts';

const { it, tool } = needs(findTools, process.env);
const CHANGES = 40;

it('measures changes, one after the other, where every function is warm', async () => {
  const world = await startWorld(tool(), threeByFour);
  try {
    world.setTopology(threeByFour);
    await world.deployment.apply(threeByFour);
    await world.look();
    const home = await homeOf(world);
    await publishTopology(world, home);
    const measured = await measure(world, home, CHANGES);
    const { regions, services } = threeByFour;
    const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`;
    process.stdout.write(
      [
        '',
        `${CHANGES} warm changes, one after the other: ${regions.length} regions × ${services.length} services, ${placesIn(threeByFour).length} caches`,
        machine,
        '',
        tableOf(measured),
        '',
        WHAT_IS_MODELLED,
        '',
      ].join('\n'),
    );
    expect(measured).toHaveLength(CHANGES);
  } finally {
    await world.stop();
  }
}, 3_600_000);
