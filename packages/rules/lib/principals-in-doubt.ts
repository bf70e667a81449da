import { type Principal, samePrincipal } from '@flaghoist/core/principal';

/** Somebody in a directory who writes under principals. */
export interface Entry {
  readonly name: string;
  readonly place: readonly (string | number)[];
  readonly principals: readonly Principal[];
}

interface Doubt {
  readonly path: readonly (string | number)[];
  readonly session: string;
  readonly problem: string;
}

/**
 * Principals that leave open who writes under them: one that two have; and sessions of two people, or two spellings of one,
 * that only differ in case, since whoever chooses the name of a session could be taken for the other. One person may have
 * the same session under several roles.
 */
export const principalsInDoubt = (entries: readonly Entry[]): readonly Doubt[] => {
  const all = entries.flatMap(({ name, place, principals }, owner) =>
    principals.map((principal, index) => ({
      owner,
      name,
      principal,
      path: [...place, 'principals', index, 'session'],
    })),
  );
  return all.flatMap(({ owner, principal, path }, index) => {
    const { session } = principal;
    const before = all.slice(0, index);
    const same = before.find((other) => samePrincipal(other.principal, principal));
    if (same !== undefined) {
      const problem =
        same.owner === owner
          ? 'the principal is there twice'
          : `the principal is that of ${same.name} already; one principal is one person`;
      return [{ path, session, problem }];
    }
    const alike = before.find(
      (other) =>
        other.principal.session.toLowerCase() === session.toLowerCase() &&
        !(other.owner === owner && other.principal.session === session),
    );
    if (alike === undefined) return [];
    const problem = `${alike.name} has the session ${JSON.stringify(alike.principal.session)} already; sessions must differ in more than case, and belong to one person`;
    return [{ path, session, problem }];
  });
};
