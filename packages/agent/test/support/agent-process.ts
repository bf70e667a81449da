import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { connectRedis } from '@flaghoist/adapters/connect/redis';
import permissions from '@flaghoist/wiring/permissions.json' with { type: 'json' };
import { NODE_FLAGS } from '../../scripts/node-flags.ts';
import { SERVICE } from './service.ts';

export const CELL = 'cell-1';

/** What Terraform gives the user of a cell's agents. */
export const addAgentUser = async (admin: ReturnType<typeof connectRedis>): Promise<void> => {
  const { caches } = permissions;
  const keys = [`%R~${CELL}:*`, `%RW~${CELL}:*:instances`, 'resetchannels', `&${CELL}:*`];
  await admin.call('ACL', 'SETUSER', 'agent', 'on', '>secret', ...keys, '-@all', ...caches.serves.split(' '));
};

interface Options {
  /** The bundle. */
  readonly program: string;
  readonly cachePort: number;
  readonly http: number;
  readonly sync: number;
  readonly state: string;
  readonly evaluation?: string;
  /** More of its environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** What it has logged. */
  readonly lines: readonly string[];
}

/** The bundled agent in a process of its own; resolves when it serves, whether its cache is there or not. */
export const startAgentProcess = async ({
  program,
  cachePort,
  http,
  sync,
  state,
  evaluation = 'remote',
  variables = {},
}: Options): Promise<Started> => {
  const child = spawn(process.execPath, [...NODE_FLAGS, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      AWS_REGION: 'eu-west-1',
      ...{ CACHE_HOST: '127.0.0.1', CACHE_PORT: String(cachePort), CACHE_TLS: 'false' },
      ...{ CACHE_USER: 'agent', CACHE_NAME: 'flags', CACHE_PASSWORD: 'secret' },
      ...{ AGENT_SERVICE: SERVICE, AGENT_CELL: CELL, AGENT_INSTANCE: 'task-1', AGENT_STATE: state },
      ...{ AGENT_HTTP: `127.0.0.1:${http}`, AGENT_SYNC: `127.0.0.1:${sync}`, AGENT_EVALUATION: evaluation },
      ...variables,
    },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const lines: string[] = [];
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        lines.push(line);
        if (line.includes('"agent serves"')) resolve();
      })
      .once('close', resolve);
  });
  return { child, ended, lines };
};
