import * as z from 'zod/mini';
import { type Audience, audienceSchema, isMember } from './audience.ts';
import { type Bucketing, evaluatorOf } from './evaluator.ts';
import { isObject, memberOf, parseJsonText } from './json.ts';
import type { Topology } from './topology.ts';

/** How the agents put callers into buckets under a topology. */
const agentBucketing = (topology: Pick<Topology, 'evaluator'>): Bucketing => evaluatorOf(topology).bucketing;

/**
 * Whether a rule draws callers into buckets, by itself or by a shared evaluator that it refers to.
 *
 * @param met evaluators that were looked into: each once, however often they refer to one another
 */
export const draws = (rule: unknown, evaluators: unknown = null, met = new Set<string>()): boolean => {
  if (Array.isArray(rule)) return rule.some((each) => draws(each, evaluators, met));
  if (!isObject(rule)) return false;
  return Object.entries(rule).some(([operator, operand]) => {
    if (operator === 'fractional') return true;
    if (operator !== '$ref' || typeof operand !== 'string') return draws(operand, evaluators, met);
    if (met.has(operand)) return false;
    met.add(operand);
    return draws(memberOf(evaluators, operand), evaluators, met);
  });
};

/** Whether a flag draws, with the shared evaluators of the file that it came from. */
export const flagDraws = ({ document, source }: { readonly document: unknown; readonly source?: unknown }): boolean =>
  draws(memberOf(document, 'targeting'), memberOf(source, '$evaluators'));

const drawnSchema = z.object({
  audience: audienceSchema,
  document: z.unknown(),
  source: z.optional(z.unknown()),
});

/** Who gets the flag of an envelope's stored bytes, where it draws; `null` where it does not, or is no envelope. */
export const drawnFor = (body: string): Audience | null => {
  const { data } = z.safeParse(drawnSchema, parseJsonText(body));
  return data !== undefined && flagDraws(data) ? data.audience : null;
};

/** The services of an audience by the buckets that they put callers into. */
export const bucketingsAmong = (audience: Audience, topology: Topology): ReadonlyMap<Bucketing, string[]> => {
  const found = new Map<Bucketing, string[]>();
  for (const { name, evaluates = 'remote' } of topology.services) {
    if (!isMember(audience, name)) continue;
    const bucketing = evaluates === 'remote' ? agentBucketing(topology) : evaluates;
    found.set(bucketing, [...(found.get(bucketing) ?? []), name]);
  }
  return found;
};

/** Those that put callers into other buckets than the agents do, by how they do. */
export type OtherBucketings = ReadonlyMap<Bucketing, string[]>;

/**
 * Those that put callers into other buckets than the agents do. A flag that draws is accepted for none of them (rule 19): beside
 * other services, one customer would have two answers, and by themselves they would have none, since an agent does not send it.
 */
export const otherBucketingsAmong = (audience: Audience, topology: Topology): OtherBucketings =>
  new Map([...bucketingsAmong(audience, topology)].filter(([bucketing]) => bucketing !== agentBucketing(topology)));

/** Those of them that did not do so under the topology before. */
export const newlyOtherAmong = (audience: Audience, topology: Topology, before: Topology): OtherBucketings => {
  const known = new Set([...otherBucketingsAmong(audience, before).values()].flat());
  const left = [...otherBucketingsAmong(audience, topology)].map(
    ([bucketing, services]) => [bucketing, services.filter((name) => !known.has(name))] as const,
  );
  return new Map(left.filter(([, services]) => services.length > 0));
};
