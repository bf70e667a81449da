import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fleet } from '@flaghoist/fleet/files';
import { readFleet } from '@flaghoist/fleet/fleet';
import type { Draft } from './draft.ts';
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

/** Drafts the next version of a policy: what it was judged by stays as it is. @returns its name, such as `prod.v2` */
export const nextPolicy = (
  draft: Draft,
  { name, version }: { readonly name: string; readonly version: number },
  edited: (text: JsonText) => JsonText,
): string => {
  const next = `${name}.v${version + 1}`;
  const file = `fleet/policies/${next}.json`;
  const text = new JsonText(file, draft.read(`fleet/policies/${name}.v${version}.json`));
  draft.create(file, edited(text.replace(['version'], String(version + 1))).text);
  return next;
};

/** A list of words on one line, as people write it. */
export const listed = (words: readonly string[]): string => `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
