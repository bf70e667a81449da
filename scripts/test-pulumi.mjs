import { install } from './install.mjs';
import { run } from './run.mjs';
import { pnpm } from './workspace.mjs';

const steps = [
  ['--filter', '@flaghoist/tools', 'run', 'pulumi'],
  ['--filter', '@flaghoist/tools', 'run', 'tools'],
  ['--filter', '@flaghoist/state-readers', 'exec', 'jest', 'test/pulumi.test.ts'],
];

/** Builds Pulumi's command line where the machine has none, and runs the tests that need it. */
const main = async () => {
  const installed = await install('all');
  if (installed !== 0) return installed;
  // No Pulumi, Terraform or emulator is a failure here, and not a reason to leave tests out.
  process.env['FLAGHOIST_PULUMI'] = 'required';
  for (const step of steps) {
    const code = await run(pnpm, step);
    if (code !== 0) return code;
  }
  return 0;
};

process.exitCode = await main();
