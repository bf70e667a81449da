import { isLocal, principalOf, samePrincipal } from '@flaghoist/core/principal';
import type { Directory, ListedPerson, Submitter } from './directory.ts';

/** Who wrote an item, found by its key (rule 18). What the item says of its writer is no part of it. */
export type Writer =
  | { readonly by: 'person'; readonly principal: string; readonly person: ListedPerson }
  /** A program that says in whose name it writes. */
  | { readonly by: 'submitter'; readonly principal: string; readonly submitter: Submitter }
  /** Somebody on a machine without an account: who he says he is, and nobody has checked it. */
  | { readonly by: 'local'; readonly principal: string; readonly user: string }
  | { readonly by: 'unknown'; readonly principal: string };

/** @param userId `aws:userid` of the writer, as the item's partition key has it behind its prefix */
export const writerOf = (userId: string, { people, submitters }: Directory): Writer => {
  const principal = principalOf(userId);
  if (principal === undefined) return { by: 'unknown', principal: userId };
  if (isLocal(principal)) return { by: 'local', principal: userId, user: principal.session };
  const isTheirs = ({ principals }: ListedPerson | Submitter): boolean =>
    principals.some((listed) => samePrincipal(listed, principal));
  const person = people.find(isTheirs);
  if (person !== undefined) return { by: 'person', principal: userId, person };
  const submitter = submitters.find(isTheirs);
  return submitter === undefined
    ? { by: 'unknown', principal: userId }
    : { by: 'submitter', principal: userId, submitter };
};
