import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenSearchProgram, OWN_KEY, SECURITY, TRUSTED } from './open-search.ts';
import { type StartedServer, startServer } from './start-server.ts';

/** What its security is told at its first start, as the plugin brings it. */
const DEFAULTS = ['action_groups', 'allowlist', 'audit', 'nodes_dn', 'roles', 'tenants', 'whitelist'];

/**
 * Starts OpenSearch with its security plugin on a free port of 127.0.0.1; resolves when it knows its roles. It knows nobody but
 * whom the headers `x-proxy-user` and `x-proxy-roles` name, beside an `x-forwarded-for`, as the front of a domain in AWS tells the
 * nodes behind it who has signed.
 * @param member the folder `packages/tools`
 * @param folder an empty one, for its configuration and its data
 * @param master who may do everything, by the role that the headers name
 */
export const startSecureOpenSearch = (
  member: string,
  { java, archives }: OpenSearchProgram,
  { folder, master }: { readonly folder: string; readonly master: string },
): Promise<StartedServer> => {
  const sources = join(member, 'opensearch');
  const security = join(folder, 'opensearch-security');
  mkdirSync(security);
  const own = join(archives, SECURITY);
  for (const name of DEFAULTS) copyFileSync(join(own, 'config', `${name}.yml`), join(security, `${name}.yml`));
  copyFileSync(join(sources, 'security-config.yml'), join(security, 'config.yml'));
  copyFileSync(join(sources, 'secure-node.yml'), join(folder, 'opensearch.yml'));
  for (const store of [OWN_KEY, TRUSTED]) copyFileSync(join(archives, store), join(folder, store));
  // YAML is all that JSON is.
  const tell = (name: string, type: string, entries: object): void =>
    writeFileSync(join(security, `${name}.yml`), JSON.stringify({ _meta: { type, config_version: 2 }, ...entries }));
  tell('internal_users', 'internalusers', {});
  tell('roles_mapping', 'rolesmapping', { all_access: { backend_roles: [master] } });
  return startServer(java, [
    ...['-Xms512m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...['-cp', [archives, own].map((each) => join(each, '*')).join(':')],
    ...[join(sources, 'SecureOpenSearch.java'), folder],
  ]);
};
