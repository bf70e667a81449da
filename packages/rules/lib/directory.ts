import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

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

/** A file of people. `$schema` is for editors. */
export const directoryFileSchema = z
  .strictObject({
    $schema: z.optional(z.string()),
    people: z.array(
      z.strictObject({
        ...personSchema.shape,
        actor: z.string().check(z.minLength(1)),
        teams: z._default(names, []),
        roles: z._default(names, []),
        human: z._default(z.boolean(), true),
        active: z._default(z.boolean(), true),
      }),
    ),
  })
  .check(({ value, issues }) => {
    const seen = new Set<string>();
    for (const [index, { actor }] of value.people.entries()) {
      if (seen.has(folded(actor))) {
        const path = ['people', index, 'actor'];
        issues.push({ code: 'custom', input: actor, path, message: 'the name is there twice' });
      }
      seen.add(folded(actor));
    }
  });

/** Who makes and approves changes, in which teams, with which roles. Empty: nobody keeps a directory. */
export type Directory = readonly Person[];

/**
 * Reads a directory file: JSON; a person is human and with the company unless the file says otherwise.
 *
 * @throws InvalidInputError naming every place that does not fit
 */
export const parseDirectory = (text: string): Directory =>
  parseJson(directoryFileSchema, text, {
    what: 'directory',
    hint: 'Correct the named places; fleet/README.md says what a directory holds.',
  }).people;

interface Signatures {
  readonly actor: string;
  readonly approvals?: readonly { readonly actor: string }[] | undefined;
}

/** The entries of those who made and approved a change, in the directory's order. */
export const peopleConcerned = (directory: Directory, { actor, approvals = [] }: Signatures): Person[] => {
  const concerned = new Set([actor, ...approvals.map((approval) => approval.actor)].map(folded));
  return directory.filter((person) => concerned.has(folded(person.actor)));
};
