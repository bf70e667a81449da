import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isObject, memberOf } from '@flaghoist/core/json';
import { OtherEnvironmentError } from '@flaghoist/drift/other-environment';
import type { Environment } from '@flaghoist/fleet/environments';
import { readHcl } from '@flaghoist/stack-outputs/hcl';
import * as z from 'zod/mini';

/** What leads to a state, and what it is planned with. */
interface Told {
  readonly environment: string;
  /** All that there are. */
  readonly environments: readonly Environment[];
  readonly workspace: string;
  readonly varFiles: readonly string[];
  /** `name=value` each. */
  readonly vars: readonly string[];
  /** Files or `key=value`. */
  readonly backend: readonly string[];
}

/** Something that says whose it is: by the names of environments, or what begins with one; or by the numbers of their accounts. */
interface Sign {
  readonly what: string;
  readonly said: readonly unknown[];
}

/**
 * Refuses what says of itself that it is another environment's, by its name or by what it holds: the policy, the noise and the trail would
 * be those of the one that is named. What says nothing is asked later, once it was read.
 *
 * @throws {OtherEnvironmentError}
 */
export const refuseOtherEnvironment = async (told: Told): Promise<void> => {
  const { environment: name, environments } = told;
  const others = environments.map((each) => each.name).filter((each) => each !== name);
  const accounts = new Map(environments.map((each) => [each.account, each.name]));
  const ownerOf = (said: unknown): string | undefined =>
    typeof said === 'string' ? (accounts.get(said) ?? begunIn(said, [name, ...others])) : undefined;
  for (const { what, said } of await signsOf(told)) {
    const owners = said.flatMap((each) => ownerOf(each) ?? []);
    const [of] = owners;
    if (of !== undefined && !owners.includes(name)) throw new OtherEnvironmentError({ name, others }, { what, of });
  }
};

/** As workspaces and files are called: `<name>`, `<name>-<region>`, `<name>.tfvars`. One name may begin with another. */
const begunIn = (text: string, names: readonly string[]): string | undefined =>
  names
    .filter((name) => text === name || text.startsWith(`${name}-`) || text.startsWith(`${name}.`))
    .toSorted((a, b) => b.length - a.length)[0];

const signsOf = async ({ workspace, varFiles, vars, backend }: Told): Promise<readonly Sign[]> => {
  const [files, settings] = [backend.filter(isFile), backend.filter((each) => !isFile(each))];
  return [
    { what: `the workspace ${workspace}`, said: [workspace] },
    ...[...varFiles, ...files].map((file) => ({ what: file, said: [basename(file)] })),
    ...vars.flatMap((each) => {
      const [name, value] = halvesOf(each);
      return name === 'environment' ? [{ what: `--var ${each}`, said: [value.replaceAll('"', '')] }] : [];
    }),
    ...(await valuesIn(varFiles)).map(([file, values]) => ({ what: file, said: [memberOf(values, 'environment')] })),
    ...settings.flatMap((each) => {
      const [name, value] = halvesOf(each);
      return backendSigns({ [name]: value }, `--backend-config ${name}`);
    }),
    ...(await valuesIn(files)).flatMap(([file, values]) => backendSigns(values, file)),
  ];
};

const isFile = (setting: string): boolean => !setting.includes('=');

const halvesOf = (text: string): readonly [string, string] => {
  const at = text.indexOf('=');
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
};

/** States lie below the number of the environment's account, or below its name; a role is one of that account. */
const backendSigns = (settings: unknown, what: string): readonly Sign[] =>
  leavesOf(settings).flatMap(([key, value]) => {
    if (key === 'role_arn') return [{ what, said: [/^arn:[^:]*:iam::(\d{12}):/.exec(value)?.[1]] }];
    return key === 'workspace_key_prefix' || key === 'key' ? [{ what, said: value.split('/') }] : [];
  });

const leavesOf = (value: unknown, key = ''): readonly (readonly [string, string])[] => {
  if (typeof value === 'string') return [[key, value]];
  if (Array.isArray(value)) return value.flatMap((each) => leavesOf(each, key));
  return isObject(value) ? Object.entries(value).flatMap(([name, each]) => leavesOf(each, name)) : [];
};

/** Of what cannot be parsed nothing: Terraform says what is wrong with it. */
const valuesIn = (files: readonly string[]): Promise<readonly (readonly [string, unknown])[]> =>
  Promise.all(
    files.map(async (file) => {
      try {
        const isJson = file.endsWith('.json');
        return [file, isJson ? JSON.parse(readFileSync(file, 'utf8')) : await readHcl(file, z.unknown(), '')] as const;
      } catch {
        return [file, undefined] as const;
      }
    }),
  );
