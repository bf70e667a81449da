import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProbe } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { portsOfWorld } from '@flaghoist/control-plane/embedded/world-ports';
import { createServer } from '@flaghoist/control-plane/server';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { World } from '@flaghoist/simulator/world';
import packageFile from '../../package.json' with { type: 'json' };
import { DEFAULT_PORT, serverFile } from '../client/endpoint.ts';

interface Served {
  readonly world: World;
  readonly environment: string;
  readonly directory: Directory;
  readonly policy: Policy;
  readonly log: Logger;
  /** Left out: the usual one, or another where that is taken. */
  readonly port?: number | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const HOST = '127.0.0.1';

/** The usual port, or any that is free where something else listens there. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createProbe();
    probe.once('error', () => resolve(0));
    probe.listen(DEFAULT_PORT, HOST, () => probe.close(() => resolve(DEFAULT_PORT)));
  });

/** Serves a world's API on this machine, and leaves the address for the commands beside it. */
export const serve = async ({
  world,
  port,
  variables,
  ...options
}: Served): Promise<{ url: string; close(): Promise<void> }> => {
  const app = await createServer({ ports: portsOfWorld(world, options), version: packageFile.version });
  await app.listen({ host: HOST, port: port ?? (await freePort()) });
  const { port: taken } = app.server.address() as AddressInfo;
  const url = `http://${HOST}:${taken}`;
  const file = serverFile(variables);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ url }), { mode: 0o600 });
  return {
    url,
    close: async () => {
      rmSync(file, { force: true });
      await app.close();
    },
  };
};
