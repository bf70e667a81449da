import * as z from 'zod/mini';

/**
 * How evaluators put callers into buckets. The same rule and caller, another bucket in each: v1 is in the Java client up to 0.12
 * and the Go core up to 0.13, v2 in the JavaScript core 4, the Go core 0.16 and the agent, v3 in Python and Rust.
 */
export const bucketings = ['v1', 'v2', 'v3'] as const;
export type Bucketing = (typeof bucketings)[number];

/** The evaluator of the agents: a version of `@openfeature/flagd-core`, and how that version puts callers into buckets. */
export const evaluatorSchema = z.object({
  version: z.string().check(z.regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, 'must be a version, such as "4.0.1"')),
  bucketing: z.enum(bucketings),
});
export type Evaluator = z.output<typeof evaluatorSchema>;

/** An evaluator as somebody else names it, who may be of a later release: that one's name may be in no form that is known here. */
export const namedEvaluatorSchema = z.object({ version: z.string(), bucketing: z.string() });
export type NamedEvaluator = z.output<typeof namedEvaluatorSchema>;

/** Of a topology, and of a cache, that name none: they are older than the choice. */
const FIRST_EVALUATOR: Evaluator = { version: '4.0.1', bucketing: 'v2' };

/** The flag that shows how whoever evaluates it draws. Nobody's flag may have its key; approvals of an evaluator lie under it. */
export const EVALUATOR_FLAG = 'flaghoist.evaluator';

export const evaluatorOf = <Named extends NamedEvaluator>({
  evaluator,
}: {
  readonly evaluator?: Named | undefined;
}): Named | Evaluator => evaluator ?? FIRST_EVALUATOR;

export const sameEvaluator = (a: NamedEvaluator, b: NamedEvaluator): boolean =>
  a.version === b.version && a.bucketing === b.bucketing;

/** In one word, as a cache's manifest has it: `4.0.1-v2`. */
export const evaluatorText = ({ version, bucketing }: NamedEvaluator): string =>
  bucketing === '' ? version : `${version}-${bucketing}`;

/** @returns `undefined` for an empty text alone: what cannot be read any further is an evaluator that nobody has */
export const evaluatorIn = (text: string): NamedEvaluator | undefined => {
  if (text === '') return undefined;
  const [, version = text, bucketing = ''] = /^(.*)-(.*)$/s.exec(text) ?? [];
  return { version, bucketing };
};
