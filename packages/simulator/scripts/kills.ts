import { join } from 'node:path';
import { killAgainAndAgain } from '../test/support/mortal.ts';

/*
 * pnpm kills [seed] [kills]: a world of two regions in a data folder is killed by SIGKILL, a hundred times unless told
 * otherwise, at points that the seed chooses, and must have lost nothing in the end.
 */
const program = join(import.meta.dirname, '..', 'test', 'support', 'living.ts');
const [seed = '1', kills = '100'] = process.argv.slice(2);
console.log(`${kills} kills, seed ${seed}`);
const broken = await killAgainAndAgain(program, { seed: Number(seed), kills: Number(kills) });
for (const what of broken) console.log(what);
console.log(broken.length === 0 ? 'Nothing was lost, doubled or left unfinished.' : `${broken.length} broken`);
process.exitCode = broken.length === 0 ? 0 : 1;
