import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedState } from './state.ts';

const directory = join(__dirname, '..', 'dist', 'states');

/** Leaves the outputs of what was applied to whoever reads states: `dist/states/<environment>.json` of the stack application. */
export const leaveStates = (states: Readonly<Record<string, DeployedState>>): void => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const [environment, { outputs }] of Object.entries(states)) {
    writeFileSync(join(directory, `${environment}.json`), `${JSON.stringify(outputs, undefined, 2)}\n`);
  }
};
