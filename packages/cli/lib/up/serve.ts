import { createServer as createProbe } from 'node:http';
import type { AddressInfo } from 'node:net';
import { portsOfWorld } from '@flaghoist/control-plane/embedded/world-ports';
import { keptTokens } from '@flaghoist/control-plane/identity/kept-tokens';
import { Tokens } from '@flaghoist/control-plane/identity/tokens';
import { createServer } from '@flaghoist/control-plane/server';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { CanaryStatus } from '@flaghoist/operations/canary/status';
import { receiptKeyOf, signerOf } from '@flaghoist/receipts/signer';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { EmbeddedWorld, Signing } from '@flaghoist/simulator/embedded';
import { systemSecret } from '@flaghoist/system/secret';
import packageFile from '../../package.json' with { type: 'json' };
import { DEFAULT_PORT } from '../client/endpoint.ts';
import { announce } from '../client/servers.ts';
import { stateFolder } from '../state-folder.ts';

interface Served {
  readonly world: EmbeddedWorld;
  readonly environment: string;
  readonly directory: Directory;
  readonly policy: Policy;
  readonly log: Logger;
  readonly canary?: () => CanaryStatus;
  /** Left out: the usual one, or another where that is taken. */
  readonly port?: number | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The key under which it writes in the name of those who have a token; `directoryWith` lists it. */
const LOCAL_ROLE = { role: 'AROALOCALHOISTSERVER', session: 'control-plane' };
export const SUBMITTER = `${LOCAL_ROLE.role}:${LOCAL_ROLE.session}`;

/** A directory in which the server on this machine may bring what those who have a token ask for. */
export const directoryWith = (directory: Directory): Directory => ({
  ...directory,
  submitters: [
    ...directory.submitters.filter(({ name }) => name !== 'control-plane'),
    {
      name: 'control-plane',
      principals: [LOCAL_ROLE],
      submits: ['created', 'updated', 'restored', 'archived', 'killed', 'approval'],
    },
  ],
});

/** As long as it runs. */
const TEN_YEARS_MS = 3_650 * 86_400_000;

const HOST = '127.0.0.1';

/** The usual port, or any that is free where something else listens there. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createProbe();
    probe.once('error', () => resolve(0));
    probe.listen(DEFAULT_PORT, HOST, () => probe.close(() => resolve(DEFAULT_PORT)));
  });

/** What a world's server signs receipts with. */
export const receiptsWith = ({ secret, published }: Signing, environment: string) => ({
  signer: signerOf(secret),
  keys: published.map((key) => receiptKeyOf(key, environment)),
});

const whyNot: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Something else listens there',
  EACCES: 'This user may not listen there',
};

/** In our words where the port is at fault. */
const cannotListen = (error: unknown, port: number): unknown => {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  const why = isCoded ? whyNot[String(error.code)] : undefined;
  if (why === undefined) return error;
  return new UnavailableError(
    `port ${port} of this machine`,
    `${why}: name another one with --port, or leave it out for a free one.`,
    error,
  );
};

interface ServedApi {
  readonly url: string;
  /** Whether commands ask it unless told otherwise. */
  readonly isFirst: boolean;
  close(): Promise<void>;
}

/**
 * Serves a world's API on this machine, and leaves the address for the commands beside it.
 *
 * @throws UnavailableError for a port that it cannot have, and where its address cannot be left
 */
export const serve = async ({ world, port, variables, ...options }: Served): Promise<ServedApi> => {
  const notes = world.notes('tokens');
  const store = notes && keptTokens(notes);
  const tokens = new Tokens({ secret: systemSecret, now: () => world.scheduler.now(), store });
  const app = await createServer({
    ports: portsOfWorld(world, { ...options, receipts: receiptsWith(world.signing, options.environment) }),
    version: packageFile.version,
    tokens,
    submitter: SUBMITTER,
  });
  const asked = port ?? (await freePort());
  try {
    await app.listen({ host: HOST, port: asked });
  } catch (error) {
    await app.close();
    throw cannotListen(error, asked);
  }
  const { port: taken } = app.server.address() as AddressInfo;
  const url = `http://${HOST}:${taken}`;
  const { token } = tokens.issue(
    {
      actor: 'whoever started this server',
      scopes: ['read', 'operate', 'audit'],
      keyPrefix: '',
      madeBy: 'hoist up',
      expiresAt: world.scheduler.now() + TEN_YEARS_MS,
    },
    false,
  );
  try {
    const { isFirst, withdraw } = await announce({ url, token, at: world.scheduler.now() }, variables);
    return {
      url,
      isFirst,
      close: async () => {
        withdraw();
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw new UnavailableError(
      `the folder ${stateFolder(variables)}`,
      'The address of the server is left there for other commands: make it writable, or name another one in XDG_STATE_HOME.',
      error,
    );
  }
};
