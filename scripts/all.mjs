import { install } from './install.mjs';
import { run } from './run.mjs';
import { turbo } from './workspace.mjs';

// Turbo over all members, also where only those that `hoist` is made of are installed, as after "npm start".
const installed = await install('all');
process.exitCode = installed === 0 ? await run(turbo, process.argv.slice(2)) : installed;
