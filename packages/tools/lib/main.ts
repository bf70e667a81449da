import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '@flaghoist/core/describe-error';
import { buildPulumi } from './build-pulumi.ts';
import { ToolMissingError } from './errors.ts';
import { findPulumi } from './find-pulumi.ts';
import { findRedis } from './find-redis.ts';
import { findTerraform } from './find-terraform.ts';
import { installRedis } from './install-redis.ts';
import { installTerraform } from './install-terraform.ts';
import { mayLeaveOut } from './missing-tool.ts';
import { findOpenSearch, installOpenSearch } from './open-search.ts';
import { type ClientLanguage, clientLanguages, installClient } from './openfeature-clients.ts';
import { installPythonTool } from './python-tools.ts';

/*
 * Fetches what the tests need and this machine lacks, once, into the cache. Standard output gets a line for each tool that
 * is there in the end; standard error what was done and what is missing. Exit code 1 when something is missing in CI.
 *
 * With the argument "pulumi" it builds Pulumi's command line instead, and ends with 1 when that cannot be had.
 */

const member = dirname(dirname(realpathSync(process.argv[1] ?? '')));
const installation = { variables: process.env, print: console.error };

const python = (tool: 'checkov' | 'ministack' | 'moto') => async () => {
  await installPythonTool(member, { ...installation, tool });
  return tool;
};

/** Of the language's registry. */
const clients = (language: ClientLanguage) => async () => {
  await installClient(member, language, installation);
  return `openfeature-${language}`;
};

const tools: Readonly<Record<string, () => Promise<string>>> = {
  async terraform() {
    await installTerraform(installation);
    return `terraform ${findTerraform(process.env).version}`;
  },
  async redis() {
    await installRedis(member, installation);
    return `redis-server ${findRedis(member, { variables: process.env, tls: true }).version}`;
  },
  async opensearch() {
    await installOpenSearch(member, installation);
    findOpenSearch(member, process.env);
    return 'opensearch';
  },
  checkov: python('checkov'),
  moto: python('moto'),
  ministack: python('ministack'),
  ...Object.fromEntries(clientLanguages.map((language) => [`openfeature-${language}`, clients(language)])),
};

/** Too long in the building for every run, in CI too: "npm run test:pulumi" makes it. */
const pulumi = (): string | undefined => {
  try {
    return `pulumi ${findPulumi(member, process.env).version}`;
  } catch (error) {
    if (error instanceof ToolMissingError) return undefined;
    throw error;
  }
};

const main = async (): Promise<number> => {
  const found = await Promise.all(
    Object.values(tools).map((install) =>
      install().catch((error) => {
        if (!(error instanceof ToolMissingError)) throw error;
        console.error(describeError(error));
        return undefined;
      }),
    ),
  );
  console.log([...found, pulumi()].filter((line) => line !== undefined).join('\n'));
  return found.includes(undefined) && !mayLeaveOut(process.env) ? 1 : 0;
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const build = async (): Promise<number> => {
  try {
    const { version } = await buildPulumi(member, installation);
    console.log(`pulumi ${version}`);
    return 0;
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    console.error(describeError(error));
    return 1;
  }
};

void (process.argv[2] === 'pulumi' ? build() : main()).then((code) => {
  process.exitCode = code;
});
