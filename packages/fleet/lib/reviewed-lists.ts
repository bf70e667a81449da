import * as z from 'zod/mini';
import type { Kind } from './read-file.ts';
import type { Problem } from './unknown-members.ts';

/*
 * The lists in which people say what is allowed to differ, what drifts by itself, and which finding of a scanner is meant.
 * What an entry covers is for packages/parity, packages/drift and infra-tf/test to say.
 */

const filled = z.string().check(z.regex(/^\S([\s\S]*\S)?$/, 'must not be blank, nor have blanks around it'));

const about = {
  /** Why it is meant, for whoever looks at it next year. */
  reason: filled,
  /** The team that answers for it. */
  owner: filled,
  /** The last day on which the entry holds, in UTC. */
  expires: z.iso.date('must be a date that exists, such as 2027-03-31'),
};

const allowedSchema = z.object({
  /** Which differences: a path with wildcards down to the attribute, such as `var.task.cpu`. */
  path: filled,
  ...about,
  /** Which instances, by the keys that they have, such as `validator.*`; left out: all of them. */
  instance: z.optional(filled),
  /** How the values may go along the environments' order; `literal` if they are one text with a name in it by chance. */
  direction: z.enum(['increasing', 'decreasing', 'literal', 'any']),
  /** All allowed values, the smallest first: for values that are no numbers, or where not every number will do. */
  scale: z.optional(z.array(z.union([z.string(), z.number(), z.boolean()])).check(z.minLength(2))),
  /** `states` for what no plan knows: the entry holds where applied states are compared, and nowhere else. */
  only: z.optional(z.literal('states')),
  /** The stacks that it is about. Left out: the application alone. */
  stacks: z._default(z.array(filled).check(z.minLength(1)), ['application']),
});
export type Allowed = z.infer<typeof allowedSchema>;

const paritySchema = z.object({ version: z.literal(1), allowed: z.array(allowedSchema) });

/** Parts at dots outside of brackets. */
const partsOf = (pattern: string): readonly string[] => pattern.match(/(?:\[(?:"(?:[^"\\]|\\.)*"|\*)\]|[^.[])+/g) ?? [];

/** Why a text is no path pattern; `undefined` when it is one. */
export const patternProblem = (pattern: string): string | undefined => {
  if (pattern.trim() !== pattern || pattern === '') return 'is blank or has blanks around it';
  if (pattern.includes('**')) return 'has "**"; a "*" stands for one part of the path, name the others';
  const parts = partsOf(pattern);
  if (parts.length < 2) return 'names a whole section; write down to the attribute, for example "var.desired_count"';
  if ((parts.at(-1) ?? '').replaceAll('[*]', '').includes('*')) {
    return 'ends with a wildcard; name the attribute, so that a new one beside it is seen';
  }
  return undefined;
};

const allowedProblems = ({ path, direction, scale }: Allowed): readonly Problem[] => {
  const wrong = patternProblem(path);
  return [
    ...(wrong === undefined ? [] : [{ path: ['path'], problem: `path ${JSON.stringify(path)} ${wrong}` }]),
    ...(scale !== undefined && direction === 'literal'
      ? [
          {
            path: ['scale'],
            problem: 'a scale says nothing where the direction is literal',
            remedy: 'Drop it, or write another direction.',
          },
        ]
      : []),
    ...(scale !== undefined && new Set(scale).size < scale.length
      ? [{ path: ['scale'], problem: 'the scale has a value twice', remedy: 'Name each once, the smallest first.' }]
      : []),
  ];
};

/** Entries about the same thing: two that say different things would leave open which one holds. */
const twins = <T>(list: string, entries: readonly T[], keyOf: (entry: T) => string): readonly Problem[] =>
  entries.flatMap((entry, index) => {
    const first = entries.findIndex((other) => keyOf(other) === keyOf(entry));
    const problem = `${list}[${index}] is about the same as ${list}[${first}]`;
    return first < index ? [{ path: [list, index], problem, remedy: 'Join the two entries.' }] : [];
  });

/** `parity.yaml`: what may differ between the environments. */
export const parityKind: Kind<typeof paritySchema> = {
  schema: paritySchema,
  format: 'yaml',
  hint: 'Each entry under "allowed:" has path (and instance, for some of them), reason, owner, expires (YYYY-MM-DD) and direction (increasing, decreasing, literal or any; with a scale for values that are no numbers, or where only some will do); and "only: states" where it is about what is applied and no plan knows; and stacks, where it is about others than the application.',
  contradictions: ({ allowed }) => [
    ...allowed.flatMap((entry, index) =>
      allowedProblems(entry).map((each) => ({ ...each, path: ['allowed', index, ...each.path] })),
    ),
    ...allowed.flatMap(({ path, instance, stacks }, index) => {
      const isTwin = (other: Allowed): boolean =>
        other.path === path && other.instance === instance && other.stacks.some((stack) => stacks.includes(stack));
      const first = allowed.findIndex(isTwin);
      const problem = `allowed[${index}] is about the same as allowed[${first}]`;
      return first < index ? [{ path: ['allowed', index], problem, remedy: 'Join the two entries.' }] : [];
    }),
  ],
};

const attributeSchema = z.strictObject({
  ...about,
  /** A type of resource, or `output`. */
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
export type AttributeNoise = z.infer<typeof attributeSchema>;

const unmanagedSchema = z.strictObject({
  ...about,
  /** Of resources that no state has; `*` is any text. */
  arn: filled.check(
    z.regex(/^arn:[^:]*:[a-z0-9-]+:/, 'must be an ARN up to its service at least, such as arn:aws:ecs:*:*:task/*'),
  ),
});

const driftNoiseSchema = z.object({
  version: z.literal(1),
  noise: z.array(z.union([attributeSchema, unmanagedSchema])),
});
export type Noise = z.infer<typeof driftNoiseSchema>['noise'][number];

/** `drift-noise.yaml`: what drifts without anybody having changed anything. */
export const driftNoiseKind: Kind<typeof driftNoiseSchema> = {
  schema: driftNoiseSchema,
  format: 'yaml',
  hint: 'An entry under "noise:" has reason, owner, expires (YYYY-MM-DD), and either type and attribute (with address, class, min and max if wanted) or arn.',
  contradictions: ({ noise }) =>
    twins('noise', noise, (entry) =>
      'arn' in entry ? entry.arn : JSON.stringify([entry.type, entry.address ?? null, entry.attribute, entry.class]),
    ),
};

const exceptionsSchema = z.array(
  z.object({
    /** The check's id, such as CKV_AWS_144. */
    check: z.string().check(z.regex(/^CKV2?_[A-Z]+_\d+$/, 'must be the id of a check, such as CKV_AWS_144')),
    /** What the resource's address without its modules starts with. */
    resources: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
    /** Why it is meant, for whoever looks at it next year. */
    reason: z.string().check(z.minLength(20, 'must be a sentence')),
  }),
);

/** `checkov-exceptions.yaml`: which findings of the scanner are meant. */
export const checkovKind: Kind<typeof exceptionsSchema> = {
  schema: exceptionsSchema,
  format: 'yaml',
  hint: 'Each entry has check, resources and reason.',
};
