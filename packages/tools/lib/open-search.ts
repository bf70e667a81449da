import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { ToolMissingError } from './errors.ts';
import { installOnce } from './install-once.ts';
import { fetchArchives, findJava, runJavaTool } from './java-tools.ts';
import type { Variables } from './run-program.ts';
import { type StartedServer, startServer } from './start-server.ts';

/** The key that a node with the security plugin has for itself, since its nodes talk by TLS only, and whom it trusts: itself. */
export const OWN_KEY = 'node.p12';
/** The folder of the plugin. */
export const SECURITY = 'security';
export const TRUSTED = 'trust.p12';

export interface OpenSearchProgram {
  readonly java: string;
  /** The folder of its archives. */
  readonly archives: string;
}

const pomOf = (member: string): string => join(member, 'opensearch', 'pom.xml');

/** Named after what it is made from, so that another version is another folder. */
const archivesOf = (member: string, variables: Variables): string => {
  const pins = createHash('sha256')
    .update(readFileSync(pomOf(member)))
    .digest('hex')
    .slice(0, 12);
  return join(cacheDirectory(variables), 'tools', `opensearch-${pins}`);
};

/** The last that is made of it. */
const isWhole = (archives: string): boolean => existsSync(join(archives, TRUSTED));

/**
 * OpenSearch, as it was fetched.
 * @param member the folder `packages/tools`
 * @throws {ToolMissingError} when it was not fetched on this machine, or there is no Java for it
 */
export const findOpenSearch = (member: string, variables: Variables): OpenSearchProgram => {
  const java = findJava('OpenSearch', variables);
  const archives = archivesOf(member, variables);
  if (isWhole(archives)) return { java, archives };
  throw new ToolMissingError(
    'OpenSearch is not installed on this machine',
    'Run "npm test" once, or "pnpm --filter @flaghoist/tools tools", which installs it where there are a JDK and Maven.',
  );
};

/**
 * Fetches the archives of OpenSearch and its security plugin with Maven, once per machine and version.
 * @throws {ToolMissingError} with Maven's own words when they cannot be had
 */
export const installOpenSearch = async (
  member: string,
  { variables, print }: { readonly variables: Variables; readonly print: (line: string) => void },
): Promise<void> => {
  findJava('OpenSearch', variables);
  const target = archivesOf(member, variables);
  const works = (): boolean => isWhole(target);
  if (works()) return;
  print('Installing opensearch (once per machine and version) …');
  const fill = async (directory: string): Promise<void> => {
    await fetchArchives('OpenSearch', { pom: pomOf(member), directory, variables });
    const run = (folder: string, program: string, ...args: string[]): Promise<void> =>
      runJavaTool('OpenSearch', program, args, { directory: folder, variables });
    const security = join(directory, SECURITY);
    mkdirSync(security);
    for (const zip of globSync(join(directory, 'opensearch-security-*.zip'))) await run(security, 'jar', 'xf', zip);
    const store = ['-storetype', 'PKCS12', '-storepass', 'changeit', '-noprompt', '-alias', 'node'];
    const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=node', '-validity', '3650'];
    await run(directory, 'keytool', '-genkeypair', ...store, ...key, '-keystore', OWN_KEY);
    await run(directory, 'keytool', '-exportcert', ...store, '-keystore', OWN_KEY, '-file', 'node.cer');
    await run(directory, 'keytool', '-importcert', ...store, '-file', 'node.cer', '-keystore', TRUSTED);
  };
  await installOnce(target, fill, works);
};

/**
 * Starts OpenSearch, without its security, on 127.0.0.1; resolves when it answers.
 * @param member the folder `packages/tools`
 * @param data the folder that it keeps its data in: started there again, it has what it had
 * @param port from `freePort`
 */
export const startOpenSearch = (
  member: string,
  { java, archives }: OpenSearchProgram,
  { data, port }: { readonly data: string; readonly port: number },
): Promise<StartedServer> =>
  startServer(java, [
    ...['-Xms512m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...['-cp', join(archives, '*'), join(member, 'opensearch', 'OpenSearchServer.java'), data, String(port)],
  ]);
