import { InvalidInputError } from '@flaghoist/core/errors';
import type { Functions } from '../../lib/function-problems.ts';
import shipped from '../../lib/wiring.json' with { type: 'json' };
import { checkFunctions, parseWiring } from '../../lib/wiring.ts';

type Path = readonly (string | number)[];

/** The shipped plan with one value put in, or taken out (`undefined`). */
export const planWith = (path: Path, value: unknown): unknown => {
  const plan = structuredClone(shipped) as unknown;
  const last = path.at(-1) as string;
  let place = plan as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return plan;
};

/** What is said of a plan that is refused. @throws when it is not */
const placesOf = (check: () => unknown): readonly string[] => {
  try {
    check();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.places;
    throw error;
  }
  throw new Error('the plan was not refused');
};

export const refusalOf = (path: Path, value: unknown): readonly string[] =>
  placesOf(() => parseWiring(planWith(path, value)));

export const refusalWith = (functions: Functions, path: Path, value: unknown): readonly string[] =>
  placesOf(() => checkFunctions(parseWiring(planWith(path, value)), functions));
