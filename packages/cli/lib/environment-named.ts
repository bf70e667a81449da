import { type Environment, readEnvironments } from '@flaghoist/fleet/environments';
import { WrongUseError } from './wrong-use.ts';

/** @throws {WrongUseError} when `fleet/environments.json` does not have it */
export const environmentNamed = (fleet: string, name: string): Environment => {
  const environments = readEnvironments(fleet);
  const listed = environments.find((each) => each.name === name);
  if (listed !== undefined) return listed;
  throw new WrongUseError(
    `there is no environment ${JSON.stringify(name)} in fleet/environments.json`,
    `Name one of: ${environments.map((each) => each.name).join(', ')}.`,
  );
};
