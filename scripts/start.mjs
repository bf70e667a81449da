import { hoist } from './cli.mjs';

process.exitCode = await hoist(['up', ...process.argv.slice(2)], process.cwd());
