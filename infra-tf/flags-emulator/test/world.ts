import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { CANARY_SESSION } from '@flaghoist/core/canary';
import type { Topology } from '@flaghoist/core/topology';
import { bundledDirectory } from '@flaghoist/fleet/policies';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { findRedis } from '@flaghoist/tools/find-redis';
import { freePort } from '@flaghoist/tools/free-port';
import { findOpenSearch, startOpenSearch } from '@flaghoist/tools/open-search';
import { runProgram } from '@flaghoist/tools/run-program';
import { makeCertificate } from '@flaghoist/tools/self-signed';
import { motoPython } from '@flaghoist/tools/start-dynamo';
import { miniStackPython, startMiniStack } from '../lib/ministack.ts';
import { letIn, password, startCaches } from './caches.ts';
import { deploymentOf } from './deployment.ts';
import { cellOf, home } from './topology.ts';
import { makeTrail } from './trail.ts';

const repository = join(__dirname, '..', '..', '..');
const tools = join(repository, 'packages', 'tools');

/** Everything that must be on the machine. @throws {ToolMissingError} */
export const findTools = () => ({
  ministack: miniStackPython(),
  python: motoPython(tools, process.env),
  redis: findRedis(tools, { variables: process.env, tls: true }),
  openSearch: findOpenSearch(tools, process.env),
});

/** A person of people.json who may author and operate; a role of hers for each. */
const findPerson = () => {
  const person = bundledDirectory().people.find(({ scopes = [] }) => scopes.includes('publish-topology'));
  const [author, operator, promoter] = person?.principals ?? [];
  if (author === undefined || operator === undefined || promoter === undefined)
    throw new Error('people.json has nobody who operates');
  return { session: author.session, author: author.role, operator: operator.role, promoter: promoter.role };
};

/** The role whose session is the canary's key. */
const findCanary = (): string => {
  const own = bundledDirectory()
    .people.flatMap(({ principals }) => principals)
    .find(({ session }) => session === CANARY_SESSION);
  if (own === undefined) throw new Error('people.json does not have the canary');
  return own.role;
};

export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * The servers but for the audit index, and an account in them, without any of the stacks.
 * @param whole the regions and services that there will ever be
 */
export const startWorld = async (found: ReturnType<typeof findTools>, whole: Topology) => {
  const person = findPerson();
  const directory = mkdtempSync(join(tmpdir(), 'flaghoist-flags-'));
  const { pem, ...tls } = await makeCertificate(tools, {
    python: found.python,
    directory,
    addresses: ['127.0.0.1'],
  });
  const trusted = getCACertificates('default');
  const before = { ...process.env };
  setDefaultCACertificates([...trusted, pem]);

  const ministack = await startMiniStack({
    tls,
    identities: {
      // The first word that a name has decides, and the canary's is an author's too.
      '-role-author-canary': findCanary(),
      '-role-author-': person.author,
      '-role-operator': person.operator,
      '-role-promoter': person.promoter,
    },
    password,
    directory,
  });
  const variables = {
    AWS_ENDPOINT_URL: ministack.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CA_BUNDLE: tls.certificate,
    NODE_EXTRA_CA_CERTS: tls.certificate,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: home,
  };
  Object.assign(process.env, variables);
  delete process.env['AWS_SESSION_TOKEN'];

  const caches = Object.fromEntries(
    await Promise.all(
      whole.regions.map(async ({ name }) => [name, await startCaches(found.redis.program, { tls, cellOf })] as const),
    ),
  );
  const audit = { data: join(directory, 'open-search'), port: await freePort() };
  const auditEndpoint = `http://127.0.0.1:${audit.port}`;
  const addresses = Object.entries(caches).map(([name, { port }]) => [name, { host: 'localhost', port }]);
  const place = { directory, person: person.session, caches: Object.fromEntries(addresses), auditEndpoint, variables };
  const deployment = deploymentOf(await openTerraform(process.env), place, whole);
  let openSearch: Awaited<ReturnType<typeof startOpenSearch>> | undefined;
  const stop = async (): Promise<void> => {
    await Promise.allSettled([
      ministack.stop(),
      openSearch?.stop(),
      ...Object.values(caches).map((each) => each.stop()),
    ]);
    setDefaultCACertificates(trusted);
    process.env = before;
    rmSync(directory, { recursive: true, force: true });
  };
  let topology = whole;
  let outputs: Awaited<ReturnType<typeof deployment.outputs>> | undefined;
  const known = () => {
    if (outputs === undefined) throw new Error('nothing is deployed yet');
    return outputs;
  };
  try {
    await deployment.makeAccount();
    await deployment.prepare();
    return {
      person,
      directory,
      ministack,
      variables,
      caches,
      deployment,
      auditEndpoint,
      /** What is published, or about to be. */
      get topology() {
        return topology;
      },
      /** Of the stacks, once they are deployed. */
      get outputs() {
        return known();
      },
      /** What the files say from now on; nothing is applied or published. */
      setTopology: (next: Topology): void => {
        topology = next;
        deployment.setTopology(next);
      },
      /** Looks at what the stacks have made, and does what a server of caches is told at its start. */
      look: async (): Promise<void> => {
        outputs = await deployment.outputs(topology);
        for (const { name } of topology.regions) {
          const own = caches[name];
          if (own !== undefined) await letIn(own, outputs.cache_users[name] ?? []);
        }
      },
      /** Starts the audit index, which is away until then. */
      startAudit: async (): Promise<void> => {
        openSearch = await startOpenSearch(tools, found.openSearch, audit);
        await makeTrail(openSearch.endpoint);
      },
      /** The command line, as somebody types it. */
      hoist: (args: readonly string[], credentials: Readonly<Record<string, string>>) =>
        runProgram(process.execPath, [join(repository, 'packages', 'cli', 'dist', 'hoist.mjs'), ...args], {
          directory: deployment.checkout,
          variables: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables, ...credentials },
        }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
