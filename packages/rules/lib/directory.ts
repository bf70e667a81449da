import { proposableKinds } from '@flaghoist/core/change';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { type Entry, principalsInDoubt } from './principals-in-doubt.ts';

const names = z.array(z.string().check(z.minLength(1)));

/** What the rules about approvals know of somebody who makes or approves changes. */
export const personSchema = z.object({
  actor: z.string(),
  teams: names,
  roles: names,
  /** A person, and not a pipeline. */
  human: z.boolean(),
  /** Still with the company. */
  active: z.boolean(),
});
export type Person = z.output<typeof personSchema>;

/** Names are compared without case and the spaces around them: `Mia` and `mia ` are one person. */
export const folded = (actor: string): string => actor.trim().toLowerCase();

/** The unique id of a role, as `aws iam get-role` shows it: a name could be given to another role. */
export const roleIdSchema = z
  .string()
  .check(z.regex(/^AROA[A-Z0-9]{12,124}$/, 'must be the unique id of a role: AROA and capitals or digits'));

const principalSchema = z.strictObject({
  /** The unique id of a role, as `aws iam get-role` shows it: a name could be given to another role. */
  role: roleIdSchema,
  /** The name of the session of the role, byte by byte. */
  session: z
    .string()
    .check(
      z.regex(/^[\w+=,.@-]{2,64}$/, 'must be one whole session name: 2 to 64 letters, digits or +=,.@-_, no wildcard'),
    ),
});

const principals = z._default(z.array(principalSchema), []);

/** What an operator may do, beside proposing and approving changes. */
const operatorScopes = ['publish-topology', 'drain', 'promote', 'redrive', 'remediate'] as const;
export type OperatorScope = (typeof operatorScopes)[number];

const listedPersonSchema = z.strictObject({
  ...personSchema.shape,
  actor: z.string().check(z.minLength(1)),
  teams: z._default(names, []),
  roles: z._default(names, []),
  human: z._default(z.boolean(), true),
  active: z._default(z.boolean(), true),
  /** What they may do as an operator; the use case checks it by the principal that calls, and the trail names them. */
  scopes: z.optional(z.array(z.enum(operatorScopes))),
  /** The sessions under which somebody, and nobody else, writes. None: whatever is said in that name is said by a stranger. */
  principals,
});
export type ListedPerson = z.output<typeof listedPersonSchema>;

/** What a trusted submitter may bring in somebody else's name: changes of these kinds, and approvals. */
const submittable = [...proposableKinds, 'approval'] as const;

const submitterSchema = z.strictObject({
  /** What is sealed beside the name that it states. */
  name: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be lower-case letters, digits and hyphens')),
  principals: z.array(principalSchema).check(z.minLength(1)),
  /** What it may bring in the name of somebody who is listed here. */
  submits: z.array(z.enum(submittable)).check(z.minLength(1)),
});
export type Submitter = z.output<typeof submitterSchema>;

/** A file of people. `$schema` is for editors. */
export const directoryFileSchema = z
  .strictObject({
    $schema: z.optional(z.string()),
    people: z.array(listedPersonSchema),
    /** Programs that are trusted to say in whose name they write, such as the control plane. */
    submitters: z._default(z.array(submitterSchema), []),
  })
  .check(({ value, issues }) => {
    const report = (path: (string | number)[], input: unknown, message: string): void => {
      issues.push({ code: 'custom', input, path, message });
    };
    const twice = (list: 'people' | 'submitters', member: string, texts: readonly string[]): void => {
      for (const [index, text] of texts.entries()) {
        if (texts.slice(0, index).some((other) => folded(other) === folded(text))) {
          report([list, index, member], text, 'the name is there twice');
        }
      }
    };
    const { people, submitters } = value;
    twice(
      'people',
      'actor',
      people.map(({ actor }) => actor),
    );
    twice(
      'submitters',
      'name',
      submitters.map(({ name }) => name),
    );
    const entries: readonly Entry[] = [
      ...people.map(({ actor, principals }, index) => ({ name: actor, place: ['people', index], principals })),
      ...submitters.map(({ name, principals }, index) => ({ name, place: ['submitters', index], principals })),
    ];
    for (const { path, session, problem } of principalsInDoubt(entries)) report([...path], session, problem);
  });

/**
 * Who makes and approves changes, in which teams, with which roles, and under which principals; and who is trusted to say
 * for whom. With nobody in it nobody is known.
 */
export interface Directory {
  readonly people: readonly ListedPerson[];
  readonly submitters: readonly Submitter[];
}

export const EMPTY_DIRECTORY: Directory = { people: [], submitters: [] };

/**
 * Reads a directory file: JSON; a person is human and with the company unless the file says otherwise.
 *
 * @throws InvalidInputError naming every place that does not fit
 */
export const parseDirectory = (text: string): Directory => {
  const { people, submitters } = parseJson(directoryFileSchema, text, {
    what: 'directory',
    hint: 'Correct the named places; fleet/README.md says what a directory holds.',
  });
  return { people, submitters };
};

interface Signatures {
  readonly actor: string;
  readonly approvals?: readonly { readonly actor: string }[] | undefined;
}

/** What rules know of those who made and approved a change, in the directory's order. */
export const peopleConcerned = ({ people }: Directory, { actor, approvals = [] }: Signatures): Person[] => {
  const concerned = new Set([actor, ...approvals.map((approval) => approval.actor)].map(folded));
  return people
    .filter((person) => concerned.has(folded(person.actor)))
    .map(({ principals: _keys, scopes: _operator, ...person }) => person);
};
