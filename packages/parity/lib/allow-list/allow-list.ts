import { InvalidInputError } from '@flaghoist/core/errors';
import { dateSchema } from '@flaghoist/plan-reading/expiry';
import { readLinedYaml } from '@flaghoist/plan-reading/lined-yaml';
import * as z from 'zod/mini';
import { createPathPattern, patternProblem } from './path-pattern.ts';

const filled = z.string().check(z.regex(/\S/, 'must not be blank'));
const value = z.union([z.string(), z.number(), z.boolean()]);

const entrySchema = z.strictObject({
  /** Which differences; see `createPathPattern`. */
  path: filled,
  reason: filled,
  owner: filled,
  /** The last day on which the entry holds, in UTC. */
  expires: dateSchema,
  /** How the values may go along the environments' order; `literal` if they are one text with a name in it by chance. */
  direction: z.enum(['increasing', 'decreasing', 'literal', 'any']),
  /** All allowed values, the smallest first: for values that are no numbers, or where not every number will do. */
  scale: z.optional(z.array(value).check(z.minLength(2))),
});

const allowListSchema = z.strictObject({
  version: z.literal(1),
  allowed: z.array(entrySchema),
});

export interface AllowedEntry extends z.infer<typeof entrySchema> {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly covers: (path: string) => boolean;
}

export interface AllowList {
  readonly entries: readonly AllowedEntry[];
  readonly text: string;
}

const HINT =
  'Each entry under "allowed:" has path, reason, owner, expires (YYYY-MM-DD) and direction (increasing, decreasing, literal or any; with a scale for values that are no numbers, or where only some will do).';

/**
 * Reads `parity.yaml`.
 *
 * @param file its name, as the reader of an error knows it
 * @throws {InvalidInputError} naming line, rule and way out of everything that does not fit
 */
export const parseAllowList = (text: string, file: string): AllowList => {
  const { value: list, lineOf } = readLinedYaml(allowListSchema, text, { file, hint: HINT });
  const entries = list.allowed.map((entry, index) => ({
    ...entry,
    line: lineOf(['allowed', index]),
    covers: createPathPattern(entry.path),
  }));
  const problems = entries.flatMap((entry, index) => problemsOf(entry, entries.slice(0, index)));
  if (problems.length > 0) throw new InvalidInputError(file, problems, 'Correct the named lines.');
  return { entries, text };
};

const problemsOf = (entry: AllowedEntry, before: readonly AllowedEntry[]): readonly string[] => {
  const { path, direction, scale, line } = entry;
  const wrong = patternProblem(path);
  const twin = before.find((each) => each.path === path);
  return [
    ...(wrong === undefined ? [] : [`line ${line}: path ${JSON.stringify(path)} ${wrong}`]),
    ...(twin === undefined
      ? []
      : [`line ${line}: path ${path} stands at line ${twin.line} already; join the two entries`]),
    ...(scale !== undefined && direction === 'literal'
      ? [`line ${line}: a scale says nothing where the direction is literal; drop it, or write another direction`]
      : []),
    ...(scale !== undefined && new Set(scale).size < scale.length
      ? [`line ${line}: the scale has a value twice; name each once, the smallest first`]
      : []),
  ];
};
