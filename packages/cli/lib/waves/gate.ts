import { systemClock } from '@flaghoist/system/clock';
import { asTyped } from '@flaghoist/terraform/terraform';
import { runProgram } from '@flaghoist/tools/run-program';
import type { Gate } from '@flaghoist/waves/gate';

/** Ctrl-C is noticed after so long. */
const SLICE_MS = 200;

/**
 * A region is well where a command of the operator says so.
 *
 * @param command what the shell runs, with the region in HOIST_REGION
 */
export const commandGate = (
  command: string,
  {
    environment,
    settleSeconds,
    variables,
  }: {
    readonly environment: string;
    readonly settleSeconds: number;
    readonly variables: Readonly<Record<string, string | undefined>>;
  },
): Gate => ({
  async settle(signal) {
    const end = systemClock.now() + settleSeconds * 1000;
    while (!signal.aborted && systemClock.now() < end) await systemClock.sleep(SLICE_MS);
  },

  async look(region) {
    const { exitCode, stdout, stderr } = await runProgram('/bin/sh', ['-c', command], {
      directory: '.',
      variables: { ...asTyped(variables), HOIST_REGION: region, HOIST_ENVIRONMENT: environment },
    });
    if (exitCode === 0) return [];
    return [`the gate ended with ${exitCode}: ${`${stdout}${stderr}`.trim() || 'it said nothing'}`];
  },
});
