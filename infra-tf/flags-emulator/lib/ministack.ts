import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonProgram } from '@flaghoist/tools/python-tools';
import { startPythonServer } from '@flaghoist/tools/start-python-server';
import type { RedisTls } from '@flaghoist/tools/start-redis';

/** What a role was seen asking for. */
export interface AskedPermission {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

export interface MiniStack {
  /** `https://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** From now on requests of a service (`events`) or in a region, by the name in signatures, are answered with 503; or no longer. */
  readonly refuse: (name: string) => Promise<void>;
  readonly accept: (name: string) => Promise<void>;
  /** What roles made use of, once for each action and resource. */
  readonly used: () => readonly AskedPermission[];
  /** What they asked for and did not get. */
  readonly denied: () => readonly AskedPermission[];
  /** Ends the server and the functions' processes, and waits until they are gone. */
  readonly stop: () => Promise<void>;
}

const tools = join(__dirname, '..', '..', '..', 'packages', 'tools');

/** @throws {ToolMissingError} when it was not installed on this machine */
export const miniStackPython = (): string =>
  pythonProgram(tools, { tool: 'ministack', program: 'python', variables: process.env });

/**
 * Starts MiniStack with HTTPS and IAM on. It ends with this process at the latest.
 * @param tls the certificate of 127.0.0.1, which clients and functions must trust
 * @param identities the unique ids of roles, by a word of their names; of several, the first that a name has
 * @param password what functions log in to caches with, in the place of IAM's token
 * @param directory where used permissions are noted
 */
export const startMiniStack = async ({
  tls,
  identities,
  password,
  directory,
}: {
  readonly tls: RedisTls;
  readonly identities: Readonly<Record<string, string>>;
  readonly password: string;
  readonly directory: string;
}): Promise<MiniStack> => {
  const file = join(directory, 'used-permissions.jsonl');
  const script = join(__dirname, 'ministack', 'server.py');
  const given = [tls.certificate, tls.key, process.execPath, JSON.stringify(identities), password, file];
  const { endpoint, say, stop } = await startPythonServer(miniStackPython(), [script, ...given]);
  const asked = (wanted: 'Allow' | 'Deny'): readonly AskedPermission[] =>
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string, string, string] => JSON.parse(line))
      .filter(([, , , decision]) => decision === wanted)
      .map(([role, action, resource]) => ({ role, action, resource }));
  return {
    endpoint: endpoint.replace('http:', 'https:'),
    refuse: (name) => say(`refuse ${name}`),
    accept: (name) => say(`accept ${name}`),
    used: () => asked('Allow'),
    denied: () => asked('Deny'),
    stop,
  };
};
