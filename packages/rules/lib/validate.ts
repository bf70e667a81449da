import type { ChangeKind } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import { allRules } from './catalogue.ts';
import type { Fact } from './evidence.ts';
import { type Policy, statedParameters } from './policy.ts';
import type { Phase } from './rule.ts';
import { runRules, type Validation } from './run-rules.ts';

/**
 * The phases a change of this kind meets at acceptance. A rescue is never refused for paperwork: kills and reverts meet
 * the standing rules only. Those still ask a kill to fit the flag (it exists and is not archived) and to serve its off
 * variant, because a kill that does neither rescues nobody.
 */
export const phasesAtAcceptance = (kind: ChangeKind): readonly Phase[] =>
  kind === 'killed' || kind === 'rolled-back' ? ['standing'] : ['change', 'standing'];

/**
 * An envelope with another policy in its evidence than the one it was accepted by. For judging only: its digest is still
 * that of the sealed one. A value that is not an envelope is returned unchanged.
 */
export const underPolicy = (envelope: Envelope, policy: Policy): Envelope => {
  try {
    return { ...envelope, evidence: { ...envelope.evidence, policy: statedParameters(policy) } };
  } catch {
    return envelope;
  }
};

/**
 * All violations of an envelope in the given phases, in a stable order. Never throws, for any input. It is judged by the
 * policy that is sealed into its evidence, so that every region says the same, unless another one is given: what that one
 * would say.
 */
export const validate = (envelope: Envelope, phases: readonly Phase[], policy?: Policy): Validation =>
  runRules(allRules, policy === undefined ? envelope : underPolicy(envelope, policy), phases);

/**
 * The facts that rules ask for when a change of this kind is judged, and those of the standing rules for reverts: a revert
 * carries the evidence of the revision that it brings back.
 */
export const neededFacts = (kind: ChangeKind): ReadonlySet<Fact> => {
  const phases = phasesAtAcceptance(kind);
  const concerned = allRules.filter(
    ({ appliesTo, phase }) =>
      phases.includes(phase) &&
      (appliesTo === 'all' || appliesTo.includes(kind) || (phase === 'standing' && appliesTo.includes('rolled-back'))),
  );
  // Waivers are no rule's fact: the runner asks for them, whatever is broken.
  return new Set<Fact>([...concerned.flatMap(({ needs }) => needs), 'waivers']);
};
