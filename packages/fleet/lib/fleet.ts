import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { environmentsKind } from './environments.ts';
import type { Fleet } from './files.ts';
import { type Finding, InvalidFileError } from './invalid-file.ts';
import { peopleKind, policyKind, releasedKind, topologyKind, waiversKind } from './kinds.ts';
import { type CheckedFile, type Kind, readChecked } from './read-file.ts';
import { readText } from './read-text.ts';
import { danglingReferences } from './references.ts';
import { remediationKind } from './remediation.ts';
import { checkovKind, driftNoiseKind, parityKind } from './reviewed-lists.ts';

const HINT = 'Correct the named places; fleet/README.md says what each file holds.';
const HINT_OF_FORM = `${HINT} Names in one file that another one must have are checked once every file has its form.`;
const policyFile = /^[a-z0-9-]+\.v[1-9]\d*\.json$/;
/** What is written beside the policies. */
const writtenFiles = ['README.md', 'policies.json', 'released.json'];

/**
 * Reads and checks the folder `fleet/`: each file by itself, then what one says of another.
 *
 * @param stacks those of the checkout, by name: what files say of others is wrong; left out, nothing is held against them
 * @throws InvalidFileError naming every wrong place in all files
 */
export const readFleet = (folder: string, stacks?: readonly string[]): Fleet => {
  const findings: Finding[] = [];
  const report = (name: string, problem: string, remedy: string): undefined => {
    findings.push({ file: shown(name), line: 1, column: 1, problem, remedy });
  };
  const read = <T extends z.ZodMiniType>(kind: Kind<T>, name: string): CheckedFile<z.output<T>> | undefined => {
    if (!existsSync(join(folder, name))) return report(name, 'the file is missing', restore(name));
    try {
      return readChecked(kind, shown(name), readText(join(folder, name), shown(name)));
    } catch (error) {
      if (!(error instanceof InvalidFileError)) throw error;
      findings.push(...error.findings);
      return undefined;
    }
  };
  const topology = read(topologyKind, 'topology.json');
  const environments = read(environmentsKind, 'environments.json');
  const people = read(peopleKind, 'people.json');
  const waivers = read(waiversKind, 'waivers.json');
  const parity = read(parityKind, 'parity.yaml');
  const driftNoise = read(driftNoiseKind, 'drift-noise.yaml');
  const checkovExceptions = read(checkovKind, 'checkov-exceptions.yaml');
  const remediation = read(remediationKind, 'remediation.json');
  const released = read(releasedKind, 'policies/released.json');
  const policies = namesIn(join(folder, 'policies'))
    .filter((name) => !writtenFiles.includes(name))
    .sort()
    .flatMap((name) => {
      const file = `policies/${name}`;
      const policy = policyFile.test(name)
        ? read(policyKind, file)
        : report(file, 'this is not the name of a policy', 'Call it <name>.v<version>.json, or nothing reads it.');
      return policy === undefined ? [] : [[name.replace(/\.json$/, ''), policy] as const];
    });
  const files = {
    topology,
    environments,
    people,
    waivers,
    parity,
    driftNoise,
    checkovExceptions,
    remediation,
    released,
  };
  if (findings.length > 0 || !isWhole(files)) throw new InvalidFileError(findings, HINT_OF_FORM);
  const fleet = { ...files, policies: new Map(policies) };
  const dangling = danglingReferences(fleet, stacks);
  if (dangling.length > 0) throw new InvalidFileError(dangling, HINT);
  return fleet;
};

/** As a file is seen from the root of the checkout. */
const shown = (name: string): string => `fleet/${name}`;

const restore = (name: string): string => `Restore it: git checkout -- ${shown(name)}`;

/** Of a folder that is not there none: its files are missing by their names. */
const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

type Whole<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

const isWhole = <T extends object>(files: T): files is T & Whole<T> =>
  Object.values(files).every((file) => file !== undefined);
