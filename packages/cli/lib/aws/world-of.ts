import { DEPLOYMENT_HINT, type Deployment, parseDeployment } from '@flaghoist/adapters/deployment';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Output } from '../output.ts';
import { readInput } from '../read-input.ts';

/** For people, while it takes its time. What it ends with is told by the command. */
const spoken = (output: Output): Logger => {
  const say = (message: string): void => output.progress(message);
  return { info: say, warn: say, error: say };
};

/** What commands need that do something to a world in AWS. */
export interface WorldOfAws {
  readonly deployment: Deployment;
  readonly log: Logger;
}

/** @throws for a file that cannot be read, or is no deployment */
export const worldOf = (file: string, output: Output): WorldOfAws => ({
  deployment: parseDeployment(readInput(file, DEPLOYMENT_HINT), file),
  log: spoken(output),
});
