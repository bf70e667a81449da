import { digestOf } from './canonical-json.ts';
import type { SignedProposal } from './proposal.ts';

/**
 * What an approval names: what is asked for, of which state of the flag, in which environment. So it holds for no other
 * document, audience or kind of change, not once the flag has moved on, and not in the next environment. Who proposes it
 * and why may be written anew without asking again.
 *
 * @throws TypeError or RangeError for what canonical JSON cannot express
 */
export const approvedDigestOf = (
  { change: _record, proposedAt: _when, ...asked }: Omit<SignedProposal, 'change'> & { readonly change: unknown },
  environment: string,
): string => digestOf({ ...asked, environment });
