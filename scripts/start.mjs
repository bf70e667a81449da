import { hoist } from './cli.mjs';

// npm keeps options before its `--` for itself and starts us without them: the loop would then run until Ctrl-C.
if (process.env['npm_config_once'] === undefined) {
  // A first look leaves nothing behind; who names a folder wants to keep what is in it.
  const args = process.argv.slice(2);
  const keeps = args.some((arg) => arg === '--data' || arg.startsWith('--data='));
  process.exitCode = await hoist(['up', ...(keeps ? [] : ['--ephemeral']), ...args], process.cwd());
} else {
  console.error('npm took --once for itself.');
  console.error('hint: write two dashes before the options, as in: npm start -- --once --json');
  process.exitCode = 64;
}
