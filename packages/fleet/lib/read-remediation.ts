import { join } from 'node:path';
import type * as z from 'zod/mini';
import { environmentsKind } from './environments.ts';
import { InvalidFileError } from './invalid-file.ts';
import { peopleKind } from './kinds.ts';
import { type CheckedFile, type Kind, readChecked } from './read-file.ts';
import { readText } from './read-text.ts';
import { type Remediation, remediationKind } from './remediation.ts';
import { strayRemediation } from './stray-remediation.ts';

/**
 * Reads `remediation.json`, and checks its names against those of `environments.json` and `people.json`: who runs a checkout may not have
 * run `pnpm fleet` in it.
 *
 * @param folder `fleet/`
 * @throws {InvalidFileError} naming each wrong place
 */
export const readRemediation = (folder: string): Remediation => {
  const read = <T extends z.ZodMiniType>(kind: Kind<T>, name: string): CheckedFile<z.output<T>> =>
    readChecked(kind, `fleet/${name}`, readText(join(folder, name), `fleet/${name}`));
  const remediation = read(remediationKind, 'remediation.json');
  const environments = read(environmentsKind, 'environments.json');
  const people = read(peopleKind, 'people.json');
  const stray = strayRemediation({ remediation, environments, people });
  if (stray.length > 0) throw new InvalidFileError(stray, remediationKind.hint);
  return remediation.value;
};
