import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
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
import { cellOf, regions, topology } from './topology.ts';
import { makeTrail } from './trail.ts';

const repository = join(__dirname, '..', '..', '..');
const tools = join(repository, 'packages', 'tools');

/** Everything that must be on the machine. @throws {ToolMissingError} */
export const findTools = () => ({
  ministack: miniStackPython(),
  python: motoPython(tools, process.env),
  redis: findRedis(tools, { variables: process.env, tls: true }).program,
  openSearch: findOpenSearch(tools, process.env),
});

/** A person of people.json who may author and operate; one role of hers for each. */
const findPerson = () => {
  const person = bundledDirectory().people.find(({ scopes = [] }) => scopes.includes('publish-topology'));
  const [author, operator] = person?.principals ?? [];
  if (author === undefined || operator === undefined) throw new Error('people.json has nobody who operates');
  return { session: author.session, author: author.role, operator: operator.role };
};

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The servers but for the audit index, and the resources in them; without a topology, so that nothing is accepted yet. */
export const startWorld = async (found: ReturnType<typeof findTools>) => {
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
    identities: { '-role-author-': person.author, '-role-operator': person.operator },
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
    AWS_REGION: topology.home,
  };
  Object.assign(process.env, variables);
  delete process.env['AWS_SESSION_TOKEN'];

  const caches = Object.fromEntries(
    await Promise.all(
      regions.map(async (region) => [region, await startCaches(found.redis, { tls, cellOf })] as const),
    ),
  );
  const audit = { data: join(directory, 'open-search'), port: await freePort() };
  const auditEndpoint = `http://127.0.0.1:${audit.port}`;
  const deployment = deploymentOf(await openTerraform(process.env), {
    directory,
    person: person.session,
    caches: Object.fromEntries(
      regions.map((region) => [region, { host: 'localhost', port: caches[region]?.server.port ?? 0 }]),
    ),
    auditEndpoint,
    variables,
  });
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
  try {
    await deployment.apply();
    const outputs = await deployment.outputs();
    for (const region of regions) {
      const own = caches[region];
      if (own !== undefined) await letIn(own, outputs.cache_users[region] ?? []);
    }
    return {
      person,
      directory,
      ministack,
      variables,
      caches,
      deployment,
      outputs,
      auditEndpoint,
      /** Starts the audit index, which is away until then. */
      startAudit: async (): Promise<void> => {
        openSearch = await startOpenSearch(tools, found.openSearch, audit);
        await makeTrail(openSearch.endpoint);
      },
      /** The command line, as somebody types it. */
      hoist: (args: readonly string[], credentials: Readonly<Record<string, string>>) =>
        runProgram(process.execPath, [join(repository, 'packages', 'cli', 'dist', 'hoist.mjs'), ...args], {
          directory: repository,
          variables: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables, ...credentials },
        }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
