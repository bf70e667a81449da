import { InvalidInputError } from '@flaghoist/core/errors';
import { dateSchema } from '@flaghoist/plan-reading/expiry';
import { readLinedYaml } from '@flaghoist/plan-reading/lined-yaml';
import { escaped, pathSource } from '@flaghoist/plan-reading/path-pattern';
import * as z from 'zod/mini';
import type { DriftClass } from './classify.ts';

const filled = z.string().check(z.regex(/^\S(.*\S)?$/, 'must not be blank, nor have blanks around it'));

const about = {
  reason: filled,
  owner: filled,
  /** The last day on which the entry holds, in UTC. */
  expires: dateSchema,
};

const attributeSchema = z.strictObject({
  ...about,
  type: filled.check(z.regex(/^[a-z][a-z0-9_]*$/, 'must be a type of resource, such as aws_rds_cluster; or "output"')),
  /** Only those whose address fits; `*` is any text. */
  address: z.optional(filled),
  /** A path, and all below it; `[*]` is any element, `*` any one name. */
  attribute: filled.check(
    z.regex(/^(?!\*)[^\s*]+(?:\*[^\s*]*)*$/, 'must begin with the name of an attribute and have no blank'),
    z.regex(/^(?!.*\*\*)/, 'must not have "**"'),
    z.regex(/^[^#]/, 'must be an attribute: that a resource is gone or replaced is never noise'),
  ),
  /** `state-only` unless it may also go against the configuration. */
  class: z._default(z.enum(['state-only', 'any']), 'state-only'),
  /** The least that the value of now may be. What is no number keeps no bound. */
  min: z.optional(z.number()),
  /** The most. */
  max: z.optional(z.number()),
});

const unmanagedSchema = z.strictObject({
  ...about,
  /** Of resources that no state has; `*` is any text. */
  arn: filled.check(
    z.regex(/^arn:[^:]*:[a-z0-9-]+:/, 'must be an ARN up to its service at least, such as arn:aws:ecs:*:*:task/*'),
  ),
});

const listSchema = z.strictObject({
  version: z.literal(1),
  noise: z.array(z.union([attributeSchema, unmanagedSchema])),
});
const shapeSchema = z.strictObject({
  version: z.literal(1),
  noise: z.array(z.looseObject({ arn: z.optional(z.unknown()) })),
});

type Entry = z.infer<typeof attributeSchema> | z.infer<typeof unmanagedSchema>;

export type NoiseEntry = Entry & {
  /** Where it stands in the file, from 1. */
  readonly line: number;
};

interface Found {
  readonly type: string;
  readonly address: string;
  readonly path: string;
  readonly class: DriftClass;
  /** The value of now, as JSON. */
  readonly now: string;
}

export interface NoiseList {
  readonly file: string;
  readonly entries: readonly NoiseEntry[];
}

const HINT =
  'An entry under "noise:" has reason, owner, expires (YYYY-MM-DD), and either type and attribute (with address, class, min and max if wanted) or arn.';

/**
 * Reads `drift-noise.yaml`.
 *
 * @param file its name, as the reader of an error knows it
 * @throws {InvalidInputError} naming line and rule of everything that does not fit
 */
export const parseNoiseList = (text: string, file: string): NoiseList => {
  const about = { file, hint: HINT };
  // The union alone would only say that an entry fits neither form.
  const { value: shape, lineOf } = readLinedYaml(shapeSchema, text, about);
  const problems = shape.noise.flatMap((entry, index) => {
    const result = z.safeParse('arn' in entry ? unmanagedSchema : attributeSchema, entry);
    return result.success
      ? []
      : result.error.issues.map(
          ({ path, message }) =>
            `line ${lineOf(['noise', index, ...path])}: ${['noise', index, ...path].map(String).join('.')}: ${message}`,
        );
  });
  if (problems.length > 0) throw new InvalidInputError(file, problems, HINT);
  const entries = readLinedYaml(listSchema, text, about).value.noise.map((entry, index) => ({
    ...entry,
    line: lineOf(['noise', index]),
  }));
  const twins = entries.flatMap((entry, index) => {
    const twin = entries.slice(0, index).find((other) => keyOf(other) === keyOf(entry));
    return twin === undefined ? [] : [`line ${entry.line}: the same as line ${twin.line}; join the two entries`];
  });
  if (twins.length > 0) throw new InvalidInputError(file, twins, 'Correct the named lines.');
  return { file, entries };
};

export const NO_NOISE: NoiseList = { file: '', entries: [] };

const keyOf = (entry: Entry): string =>
  'arn' in entry ? entry.arn : JSON.stringify([entry.type, entry.address ?? null, entry.attribute, entry.class]);

const glob = (pattern: string): RegExp => new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`);

const pathPattern = (pattern: string): RegExp => new RegExp(`^${pathSource(pattern, '\\[[^\\]]*\\]')}(?:[.[]|$)`);

const isWithin = ({ min, max }: z.infer<typeof attributeSchema>, now: string): boolean =>
  (min === undefined || Number(now) >= min) && (max === undefined || Number(now) <= max);

/** Whether an entry is about this part of this resource. That one is expired does not count here. */
export const isNoise = (entry: NoiseEntry, { type, address, path, class: kind, now }: Found): boolean =>
  !('arn' in entry) &&
  kind !== 'pending' &&
  entry.type === type &&
  (entry.class === 'any' || kind === 'state-only') &&
  !path.startsWith('#') &&
  (entry.address === undefined || glob(entry.address).test(address)) &&
  pathPattern(entry.attribute).test(path) &&
  isWithin(entry, now);

/** Whether an entry is about this resource that no state has. */
export const isUnmanagedNoise = (entry: NoiseEntry, arn: string): boolean =>
  'arn' in entry && glob(entry.arn).test(arn);

/** What an entry is about, for people. */
export const noiseSubject = (entry: NoiseEntry): string =>
  'arn' in entry
    ? entry.arn
    : `${entry.type}.${entry.attribute}${entry.address === undefined ? '' : ` of ${entry.address}`}`;
