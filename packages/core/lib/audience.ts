import * as z from 'zod/mini';
import { isShadow } from './canary.ts';
import { serviceNames, servingServices, type Topology } from './topology.ts';

/** The services that must hold a flag: `*` for all, or their names, sorted and without repeats. */
export type Audience = '*' | readonly string[];

export const audienceSchema = z.union([z.literal('*'), z.array(z.string()).check(z.minLength(1))]);

/** Names in the one order in which they are stored, so that equal audiences give equal digests. */
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** Brings an audience into its stored form. */
export const normaliseAudience = (audience: Audience): Audience => (audience === '*' ? audience : sorted(audience));

/** The services an audience names; `*` means every service of the topology but the canary's, whatever its state: all are subscribed. */
export const membersOf = (audience: Audience, topology: Topology): readonly string[] =>
  audience === '*' ? serviceNames(topology).filter((service) => !isShadow(service)) : audience;

export const isMember = (audience: Audience, service: string): boolean =>
  audience === '*' ? !isShadow(service) : audience.includes(service);

interface Previous {
  audience: Audience;
  departed: readonly string[];
  /** Once verified, those that had departed have acknowledged their tombstone and need no other. */
  verified: boolean;
}

/**
 * The departed services, which must receive a tombstone (rule 7): (audience ∪ departed of the revision before, or its audience alone once that one is
 * verified) minus the new audience. For a revert, `previous` is the judged revision, never verified.
 */
export const departedAfter = (previous: Previous | null, audience: Audience, topology: Topology): readonly string[] => {
  if (previous === null || audience === '*') return [];
  const before = [...membersOf(previous.audience, topology), ...(previous.verified ? [] : previous.departed)];
  return sorted(before.filter((service) => !isMember(audience, service)));
};

interface Spread {
  audience: Audience;
  departed: readonly string[];
}

/** The services a message concerns, as its `audience` attribute: subscription filters keep it away from all others. */
export const concerned = ({ audience, departed }: Spread): readonly string[] =>
  audience === '*' ? ['*'] : sorted([...audience, ...departed]);

/**
 * The services that must acknowledge a change in a region: those serving when it was accepted, within
 * audience ∪ departed, minus those that no longer serve: draining, gone, or back with an empty cache. Sorted.
 */
export const expectedServices = (
  { audience, departed }: Spread,
  atAcceptance: Topology,
  now: Topology,
): readonly string[] => {
  const stillServing = new Set(servingServices(now));
  const named = audience === '*' ? null : new Set([...audience, ...departed]);
  return servingServices(atAcceptance)
    .filter((service) => stillServing.has(service) && (named === null ? !isShadow(service) : named.has(service)))
    .sort();
};
