import type { Logger } from '@flaghoist/core/ports/logger';
import { isLocal, principalOf, samePrincipal } from '@flaghoist/core/principal';
import type { Directory, OperatorScope } from '@flaghoist/rules/directory';
import { NotAllowedError } from './errors.ts';

export interface Caller {
  /** As AWS names who calls: `<unique id of the role>:<session>`; `local:<user>` on one's own machine. */
  readonly principal: string;
}

interface Ports {
  readonly directory: Directory;
  readonly log: Logger;
}

/**
 * Who may do what is read from the directory by the caller's principal, never from a name that he states. On a machine of
 * one's own everybody who can start the world may do everything in it.
 *
 * @returns the name that stands in the trail
 * @throws NotAllowedError
 */
export const authorise = ({ principal: text }: Caller, scope: OperatorScope, { directory, log }: Ports): string => {
  const principal = principalOf(text);
  if (principal !== undefined && isLocal(principal)) return text;
  const person = directory.people.find(
    ({ active, principals }) =>
      active && principal !== undefined && principals.some((own) => samePrincipal(own, principal)),
  );
  if (person?.scopes?.includes(scope) === true) return person.actor;
  log.error('refused to somebody without the scope', { principal: text, actor: person?.actor ?? null, scope });
  throw new NotAllowedError(text, scope);
};
