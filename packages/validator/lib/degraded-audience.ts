import { isMember } from '@flaghoist/core/audience';
import { onInconsistent } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import type { RedisState } from '@flaghoist/core/ports/outage-store';
import type { Violation } from '@flaghoist/core/proposal';
import type { AcceptPorts } from './ports.ts';

/**
 * What keeps a change from being accepted while a Redis that serves its audience refuses writes, if the policy says so
 * (rule 15). Kills and archives are never kept waiting. Home knows of a Redis what its region has said of it.
 *
 * @throws UnavailableError when the outages cannot be read
 */
export const degradedAudience = async (
  envelope: Envelope,
  { policy, changes }: Pick<AcceptPorts, 'policy' | 'changes'>,
): Promise<readonly Violation[]> => {
  if (policy.acceptWhileDegraded || onInconsistent[envelope.kind] === 'hold') return [];
  const states = (await Promise.all(envelope.regions.map((region) => changes.redisesOf(region)))).flat();
  return states.filter((state) => isDegraded(state) && serves(state, envelope)).map(violationOf);
};

const isDegraded = ({ degradedSince, endedSince }: RedisState): boolean =>
  degradedSince !== null && (endedSince === null || degradedSince > endedSince);

/** A Redis whose region has not said whom it serves may serve anybody. */
const serves = ({ services }: RedisState, { audience, departed }: Envelope): boolean =>
  services.length === 0 || services.some((service) => isMember(audience, service) || departed.includes(service));

const violationOf = ({ region, redis, degradedSince }: RedisState): Violation => ({
  ruleId: 'FH-REDIS-01',
  severity: 'error',
  pointer: '/audience',
  message: `Redis ${redis} in ${region} refuses writes since ${new Date(degradedSince ?? 0).toISOString()}, and serves its audience.`,
  hint: 'Propose it again when that Redis takes writes, or kill the flag: a kill is accepted at any time.',
});
