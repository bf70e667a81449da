import { DEPLOYMENT_HINT, type Deployment, parseDeployment } from '@flaghoist/adapters/deployment';
import { flagsOf, type Layout } from '@flaghoist/waves/part';
import type { PartWork } from '@flaghoist/waves/part-work';
import type { Published } from '@flaghoist/waves/published';
import { readInput } from '../read-input.ts';
import { wrongOption } from '../wrong-use.ts';

interface Asked {
  readonly work: Pick<PartWork, 'output'>;
  readonly layout: Pick<Layout, 'home' | 'standby'>;
  readonly environment: string;
  /** A file; the output in the state of home if there is none. */
  readonly file?: string | undefined;
}

/** What the deployed world says, whose parts are named in the state of home; `undefined` while it is not deployed. */
export const askWorld = async (asked: Asked): Promise<Published | undefined> => {
  const deployment = await deploymentOf(asked);
  if (deployment === undefined) return undefined;
  // The clients of AWS are much code, and nobody else needs them.
  const { publishedIn } = await import('../aws/published.ts');
  return publishedIn(deployment, asked.layout.standby);
};

const deploymentOf = async ({ work, layout, environment, file }: Asked): Promise<Deployment | undefined> => {
  if (file === undefined) {
    const value = await work.output(flagsOf(layout.home), 'deployment');
    return value === undefined ? undefined : parseDeployment(JSON.stringify(value));
  }
  const deployment = parseDeployment(readInput(file, DEPLOYMENT_HINT), file);
  if (deployment.environment === environment) return deployment;
  throw wrongOption(
    '--deployment',
    `it is that of ${deployment.environment}, not of ${environment}`,
    'Read the output of home of this environment: terraform output -json deployment.',
  );
};
