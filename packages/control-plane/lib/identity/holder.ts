import { RefusedError } from '@flaghoist/operations/errors';
import { type Directory, folded } from '@flaghoist/rules/directory';
import type { Scope } from './caller.ts';

/** What the rules take from people alone whom the directory lists (rule 18). A kill they take from everybody. */
const ofPeople: readonly Scope[] = ['propose', 'approve'];

const DEPARTED =
  'Who has left gets no token; have their entry in fleet/people.json corrected by review where that is wrong.';
const LISTED =
  'A server that hoist up starts reads the people from fleet/people.json, or from the file of --people; fleet/README.md says what it holds. A token with none of these scopes, such as --scopes read, is made for any name.';

/**
 * In whose name a token asks, as the directory writes it. One that the rules would refuse at each change is not made.
 *
 * @throws RefusedError for somebody who has left, and where it takes people for a name that is not listed
 */
export const holderOf = (named: string, scopes: readonly Scope[], { people }: Directory): string => {
  const person = people.find(({ actor }) => folded(actor) === folded(named));
  if (person !== undefined && !person.active)
    throw new RefusedError(`a token for ${named}`, ['by the directory they are not active any more'], DEPARTED);
  const taken = scopes.filter((scope) => ofPeople.includes(scope));
  if (person === undefined && taken.length > 0)
    throw new RefusedError(
      `a token for ${named}`,
      [`the directory does not list them, and the rules take nothing from others with the scope ${taken.join(' or ')}`],
      LISTED,
    );
  return person?.actor ?? named;
};
