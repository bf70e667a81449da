import { install } from './install.mjs';
import { run } from './run.mjs';
import { pnpm, turbo } from './workspace.mjs';

/** @type {readonly (readonly [string, readonly string[]])[]} */
const steps = [
  [pnpm, ['--filter', '@flaghoist/tools', 'run', 'tools']],
  [turbo, ['run', 'build', '--filter=@flaghoist/flags-emulator^...', '--output-logs=errors-only']],
  [pnpm, ['--filter', '@flaghoist/flags-emulator', 'run', 'test:aws']],
  [pnpm, ['--filter', '@flaghoist/flags-emulator', 'run', 'tell-result']],
];

/** What the flags do in three regions of an emulator: too long for every run. Its result is kept when all of it is green. */
const main = async () => {
  const installed = await install('all');
  if (installed !== 0) return installed;
  // A missing tool is a failure here, and not a reason to leave tests out.
  process.env['CI'] = 'true';
  for (const [program, args] of steps) {
    const code = await run(program, args);
    if (code !== 0) return code;
  }
  return 0;
};

process.exitCode = await main();
