import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pythonProgram } from '@flaghoist/terraform/python-tools';
import type { Variables } from '@flaghoist/terraform/run-program';

export interface Moto {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** For Terraform: where AWS is, and credentials of the account. */
  readonly variables: Variables;
  /**
   * Carries out no more requests but Terraform's own, for states, locks and roles; those that come meanwhile never are.
   * @param states the bucket of the states
   */
  readonly hold: (states: string) => Promise<void>;
  /** Answers those that were held with an error, and carries out requests again. */
  readonly letGo: () => Promise<void>;
  /** Ends the server and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

const terraformMember = join(__dirname, '..', '..', '..', 'packages', 'terraform');

/** Python with moto and boto3. */
export const motoPython = (): string =>
  pythonProgram(terraformMember, { tool: 'moto', program: 'python', variables: process.env });

/**
 * Starts moto/server.py on a free port. It ends with this process at the latest.
 * @param account 12 digits: whose the credentials are; other accounts are reached by assuming a role in them
 * @throws when the server ends before it listens, with its own words
 */
export const startMoto = async (account: string): Promise<Moto> => {
  const server = spawn(motoPython(), [join(__dirname, 'moto', 'server.py'), account], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let errors = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-10_000);
  });
  const closed = once(server, 'close');
  const port = await Promise.race([
    once(server.stdout, 'data').then(([data]) => Number(String(data))),
    closed.then(() => {
      throw new Error(`moto did not start:\n${errors}`);
    }),
  ]);
  const say = async (line: string): Promise<void> => {
    const heard = once(server.stdout, 'data');
    server.stdin.write(`${line}\n`);
    await heard;
  };
  const endpoint = `http://127.0.0.1:${port}`;
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
    async stop() {
      server.stdin.end();
      await closed;
    },
  };
};
