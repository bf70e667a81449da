import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { regionSchema } from '@flaghoist/core/topology';
import type { environmentSchema } from '@flaghoist/fleet/environments';
import type { Fleet } from '@flaghoist/fleet/files';
import { readFleet } from '@flaghoist/fleet/fleet';
import { InvalidFileError } from '@flaghoist/fleet/invalid-file';
import type { Draft } from './draft.ts';
import { WrongUseError } from './errors.ts';
import { JsonText } from './json-edit.ts';
import type { Step } from './recipe.ts';

export const topologyFile = 'fleet/topology.json';
export const environmentsFile = 'fleet/environments.json';

export const publish: Step = {
  say: 'Check all files of fleet/ against each other, and write what follows from them.',
  run: 'pnpm fleet',
};

/** The files of `fleet/` as they are before the recipe. @throws InvalidFileError when they do not fit already */
export const fleetOf = (root: string): Fleet => readFleet(join(root, 'fleet'));

/** Reads `fleet/` as it will be. @throws InvalidFileError naming what the draft would leave wrong */
export const checkFleet = (draft: Draft): void => {
  const root = mkdtempSync(join(tmpdir(), 'flaghoist-recipe-'));
  try {
    cpSync(join(draft.root, 'fleet'), join(root, 'fleet'), { recursive: true });
    draft.write(root);
    readFleet(join(root, 'fleet'));
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error;
    const hint = `Nothing was written: the lines are those that the recipe would have left. ${error.hint}`;
    throw new InvalidFileError(error.findings, hint, error);
  } finally {
    rmSync(root, { recursive: true });
  }
};

/** Adds to a list of topology.json, and raises its version. */
export const editTopology = (draft: Draft, list: 'regions' | 'services', { topology }: Fleet, json: string): void =>
  draft.edit(
    topologyFile,
    (text) =>
      new JsonText(topologyFile, text).replace(['version'], String(topology.value.version + 1)).append([list], json)
        .text,
  );

/** The newest version of each policy, by the policy's name. */
export const newestPolicies = ({ policies }: Fleet): ReadonlyMap<string, number> => {
  const newest = new Map<string, number>();
  for (const file of policies.keys()) {
    const [, name = '', version = '0'] = /^(.*)\.v(\d+)$/.exec(file) ?? [];
    newest.set(name, Math.max(newest.get(name) ?? 0, Number(version)));
  }
  return newest;
};

/**
 * Drafts the next version of a policy, for a policy version that was released stays as it is. One that was not is edited, so
 * recipes that follow each other share one.
 *
 * @returns its name, such as `prod.v2`
 */
export const nextPolicy = (
  draft: Draft,
  { released, name, version }: Pick<Fleet, 'released'> & { readonly name: string; readonly version: number },
  edited: (text: JsonText) => JsonText,
): string => {
  const newest = `${name}.v${version}`;
  const fileOf = (policy: string): string => `fleet/policies/${policy}.json`;
  const text = new JsonText(fileOf(newest), draft.read(fileOf(newest)));
  if (!Object.hasOwn(released.value, newest)) {
    draft.edit(fileOf(newest), () => edited(text).text);
    return newest;
  }
  const next = `${name}.v${version + 1}`;
  draft.create(fileOf(next), edited(text.replace(['version'], String(version + 1))).text);
  return next;
};

/**
 * What brings new policy versions into force.
 *
 * @param order the environments in the order in which a change passes them
 */
export const bringIntoForce = (versions: readonly string[], order: readonly string[]): Step => {
  if (versions.length === 0) return { say: 'Review and release it.' };
  const placeOf = (version: string): number => order.indexOf(version.replace(/\.v\d+$/, ''));
  const sorted = versions.toSorted((a, b) => placeOf(a) - placeOf(b));
  return {
    say: [
      'Review it and run pnpm fleet --release; from then on these policy versions cannot be edited.',
      `Then set POLICY of one environment after the other: ${sorted.join(', ')}.`,
      'POLICY is the variable of the function validator.accept that names the version by which it judges (packages/validator/lambda.json).',
      'The Terraform that will set it does not exist yet: today the versions are carried by the functions, and nothing judges by them but',
      `pnpm hoist validate flag.json --policy fleet/policies/${sorted[0]}.json.`,
    ].join(' '),
  };
};

/**
 * Refuses what somebody typed and does not fit by the option's name: the file has no line of it yet.
 *
 * @param flags by member, what the reader calls it
 * @throws WrongUseError
 */
export const refuseTyped = (
  schema: typeof environmentSchema | typeof regionSchema,
  entry: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, string>>,
): void => {
  const wrong = (schema.safeParse(entry).error?.issues ?? []).map(({ path, message }) => {
    const member = String(path[0]);
    return `${flags[member] ?? member} is ${JSON.stringify(entry[member])}: ${message}`;
  });
  if (wrong.length > 0)
    throw new WrongUseError(wrong.join('; '), 'Nothing was written. Type it again with what is expected.');
};

/** A list of words on one line, as people write it. */
export const listed = (words: readonly string[]): string => `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
