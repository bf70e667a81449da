import { InvalidInputError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import { type Functions, functionProblems } from './function-problems.ts';
import { wiringSchema } from './schema.ts';
import type { Wiring } from './shape.ts';
import shipped from './wiring.json' with { type: 'json' };

/** All entry points, as `<package>.<entry point>`. */
export type FunctionName = keyof (typeof shipped)['functions'];

const WHAT = 'wiring.json';
const HINT = 'Correct the named places of packages/wiring/lib/wiring.json; its README.md says what each entry means.';

/**
 * Reads a plan of the wiring.
 *
 * @throws InvalidInputError naming each entry that AWS would refuse or that leads nowhere
 */
export const parseWiring = (value: unknown): Wiring => parse(wiringSchema, value, { what: WHAT, hint: HINT });

/**
 * Holds a plan against the entry points that there are.
 *
 * @param functions what each `lambda.json` says, by `<package>.<entry point>`
 * @throws InvalidInputError for a function that nobody wires or that does not exist, and for times that do not fit its timeout
 */
export const checkFunctions = (wiring: Wiring, functions: Functions): void => {
  const places = functionProblems(wiring, functions).map(({ path, message }) => `/${path.join('/')}: ${message}`);
  if (places.length > 0) throw new InvalidInputError(WHAT, places, HINT);
};

let parsed: Wiring | undefined;

/** The plan of this release, `lib/wiring.json`. */
export const shippedWiring = (): Wiring => {
  parsed ??= parseWiring(shipped);
  return parsed;
};
