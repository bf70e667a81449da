import type { Decision, DecisionInput } from '../../lib/decision.ts';
import { type Envelope, seal } from '../../lib/envelope.ts';
import { isNewer } from '../../lib/order.ts';
import { revertTarget } from '../../lib/revert-target.ts';
import { coreRules, type Rules } from './rules.ts';
import type { Promised } from './truth.ts';

/** A rule with a mistake in it, and the promise that the explorer must see broken by it. */
export interface Mutant {
  readonly name: string;
  readonly rules: Partial<Rules>;
  readonly breaks: Promised;
}

const resealed = (envelope: Envelope, changed: Partial<Envelope>): Envelope => {
  const { documentDigest: _document, envelopeDigest: _envelope, ...content } = { ...envelope, ...changed };
  return seal(content);
};

/** Decides as core does, then gives another answer for one of its decisions. */
const deciding =
  (change: (decision: Decision, input: DecisionInput) => Decision): Rules['decide'] =>
  (input) =>
    change(coreRules.decide(input), input);

/** Decides as core does, on something else than what happened. */
const believing =
  (change: (input: DecisionInput) => DecisionInput): Rules['decide'] =>
  (input) =>
    coreRules.decide(change(input));

export const mutants: readonly Mutant[] = [
  {
    name: 'decide reverts although another change lies between',
    rules: {
      decide: deciding((decision, input) =>
        decision.action === 'hold' && decision.reason === 'another-change-between'
          ? { action: 'revert', target: revertTarget(input), blame: decision.blame, outages: [] }
          : decision,
      ),
    },
    breaks: 'a revert takes back one change',
  },
  {
    name: 'decide reaches behind a kill for known good',
    rules: {
      endsSearch: () => false,
      decide: deciding((decision, { earlier, knownGood }) =>
        decision.action === 'revert'
          ? { ...decision, target: earlier.find(({ order }) => order.revision === knownGood?.revision) ?? null }
          : decision,
      ),
    },
    breaks: 'no kill is undone',
  },
  {
    name: 'decide reverts a change that is not CURRENT any more',
    rules: { decide: believing((input) => ({ ...input, current: input.judged.order })) },
    breaks: 'revisions are contiguous',
  },
  {
    name: 'decide takes a kill back',
    rules: {
      decide: deciding((decision, input) =>
        decision.action === 'hold' && decision.reason === 'kind' && input.judged.kind === 'killed'
          ? { action: 'revert', target: revertTarget(input), blame: decision.blame, outages: [] }
          : decision,
      ),
    },
    breaks: 'no kill is undone',
  },
  {
    name: 'decide does not care that a cache is degraded',
    rules: {
      decide: believing((input) => ({ ...input, proofs: input.proofs.map((proof) => ({ ...proof, degraded: [] })) })),
    },
    breaks: 'one dead cache takes back at most one change',
  },
  {
    name: 'decide verifies when one region has proven a change',
    rules: {
      decide: believing((input) => ({
        ...input,
        excusedRegions: new Set(
          input.proofs.some(({ verdict }) => verdict === 'consistent')
            ? input.judged.regions.filter(
                (region) => !input.proofs.some((proof) => proof.region === region && proof.verdict === 'consistent'),
              )
            : input.excusedRegions,
        ),
      })),
    },
    breaks: 'no false OK',
  },
  {
    name: 'decide moves known good to a change that was taken back',
    rules: {
      decide: deciding((decision, { judged, proofs, knownGood }) =>
        judged.state === 'rolled-back' &&
        judged.regions.every((name) =>
          proofs.some(({ region, verdict }) => region === name && verdict === 'consistent'),
        ) &&
        (knownGood === null || isNewer(judged.order, knownGood))
          ? { action: 'advance-known-good' }
          : decision,
      ),
    },
    breaks: 'known good was never taken back',
  },
  {
    name: 'decide judges an unverified change again',
    rules: {
      decide: believing((input) =>
        input.judged.state === 'unverified' ? { ...input, judged: { ...input.judged, state: 'accepted' } } : input,
      ),
    },
    breaks: 'final states are final',
  },
  {
    name: 'decide leaves silence unjudged',
    rules: { decide: believing((input) => ({ ...input, concluding: 'none' })) },
    breaks: 'every change is concluded',
  },
  {
    name: 'compare-and-set accepts a lower order',
    rules: {
      compareAndSet: (held, incoming, options) => {
        const decision = coreRules.compareAndSet(held, incoming, options);
        return decision.outcome === 'stale' ? { write: true, outcome: 'applied' } : decision;
      },
    },
    breaks: 'no cache goes back',
  },
  {
    name: 'compare-and-set acknowledges an equal order with another digest',
    rules: {
      compareAndSet: (held, incoming, options) => {
        const decision = coreRules.compareAndSet(held, incoming, options);
        return decision.outcome === 'conflict' ? { write: false, outcome: 'current' } : decision;
      },
    },
    breaks: 'no false acknowledgement',
  },
  {
    name: 'compare-and-set acknowledges without a manifest',
    rules: {
      compareAndSet: (held, incoming, options) =>
        coreRules.compareAndSet(held, incoming, { ...options, hasManifest: true }),
    },
    breaks: 'no false acknowledgement',
  },
  {
    name: 'compare-and-set does not repair',
    rules: {
      compareAndSet: (held, incoming, options) =>
        coreRules.compareAndSet(held, incoming, { ...options, repair: false }),
    },
    breaks: 'healthy caches end on CURRENT',
  },
  {
    name: 'a new revision forgets those who departed',
    rules: { buildRevision: (...given) => resealed(coreRules.buildRevision(...given), { departed: [] }) },
    breaks: 'no false OK',
  },
  {
    name: 'a new revision forgets those who departed with the unverified one before',
    rules: {
      buildRevision: (proposal, context) => coreRules.buildRevision(proposal, { ...context, currentVerified: true }),
    },
    breaks: 'no false OK',
  },
  {
    name: 'a revert forgets those whom the judged change had added',
    rules: { buildRevert: (context) => resealed(coreRules.buildRevert(context), { departed: [] }) },
    breaks: 'no false OK',
  },
  {
    name: 'an update lifts a kill',
    rules: {
      buildRevision: (proposal, context) => {
        const envelope = coreRules.buildRevision(proposal, context);
        const { document = null } = proposal;
        return proposal.kind === 'updated' ? resealed(envelope, { document, flagState: 'live' }) : envelope;
      },
    },
    breaks: 'no kill is undone',
  },
  {
    name: 'departed services are not expected',
    rules: {
      expectedServices: (spread, ...topologies) =>
        coreRules.expectedServices({ ...spread, departed: [] }, ...topologies),
    },
    breaks: 'no false OK',
  },
  {
    name: 'an unreachable cache counts as consistent',
    rules: {
      judgeService: (question) => {
        const verdict = coreRules.judgeService(question);
        return verdict.reason === 'unreachable' ? { ...verdict, verdict: 'consistent' } : verdict;
      },
    },
    breaks: 'no false OK',
  },
  ...(['absent', 'older', 'conflict', 'no-manifest'] as const).map(
    (reason): Mutant => ({
      name: `a cache that is wrong (${reason}) counts as consistent`,
      rules: {
        judgeService: (question) => {
          const verdict = coreRules.judgeService(question);
          return verdict.reason === reason ? { ...verdict, verdict: 'consistent' } : verdict;
        },
      },
      breaks: 'no false OK',
    }),
  ),
  {
    name: 'an equal document counts as held for every kind of change',
    rules: {
      judgeService: (question) =>
        coreRules.judgeService({ ...question, change: { ...question.change, kind: 'rolled-back' } }),
    },
    breaks: 'no false OK',
  },
  {
    name: 'a goodbye counts as the document that it came with',
    rules: {
      judgeService: (question) => {
        const { change, observation } = question;
        const equal =
          change.kind === 'rolled-back' &&
          observation.reachable &&
          observation.hasManifest &&
          observation.intact &&
          observation.held?.documentDigest === change.documentDigest;
        const verdict = coreRules.judgeService(question);
        return equal ? { ...verdict, verdict: 'consistent' } : verdict;
      },
    },
    breaks: 'no false OK',
  },
  {
    name: 'one consistent service speaks for its region',
    rules: {
      worst: (verdicts) => {
        const all = [...verdicts];
        return all.includes('consistent') ? 'consistent' : coreRules.worst(all);
      },
    },
    breaks: 'no false OK',
  },
  {
    name: 'a late answer unsays a proof',
    rules: { supersedesProof: () => true },
    breaks: 'a proof is never unsaid',
  },
];
