import { join } from 'node:path';
import type { Variables } from '@flaghoist/tools/run-program';
import { motoPython as findMotoPython } from '@flaghoist/tools/start-dynamo';
import { startPythonServer } from '@flaghoist/tools/start-python-server';

export interface Moto {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** For Terraform: where AWS is, and credentials of the account. */
  readonly variables: Variables;
  /**
   * Carries out no more requests but Terraform's own, for states, locks and roles; those that come meanwhile never are.
   * Resolves when the first is held.
   * @param states the bucket of the states
   */
  readonly hold: (states: string) => Promise<void>;
  /** Answers those that were held with an error, and carries out requests again. */
  readonly letGo: () => Promise<void>;
  /** Ends the server and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

const tools = join(__dirname, '..', '..', '..', 'packages', 'tools');

/** Python with moto and boto3. */
export const motoPython = (): string => findMotoPython(tools, process.env);

/**
 * Starts moto/server.py on a free port. It ends with this process at the latest.
 * @param account 12 digits: whose the credentials are; other accounts are reached by assuming a role in them
 * @throws when the server ends before it listens, with its own words
 */
export const startMoto = async (account: string): Promise<Moto> => {
  const { endpoint, say, stop } = await startPythonServer(motoPython(), [
    join(__dirname, 'moto', 'server.py'),
    account,
  ]);
  return {
    endpoint,
    variables: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    hold: (states) => say(`hold ${states}`),
    letGo: () => say('let-go'),
    stop,
  };
};
