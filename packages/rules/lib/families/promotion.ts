import { digestOf } from '@flaghoist/core/canonical-json';
import { archival, type Examples, exampleDocument, type Patch, withDocument, withFacts } from '../examples/envelope.ts';
import { daysBetween, showInstant } from '../instant.ts';
import { metadataText } from '../metadata.ts';
import { show } from '../pointer.ts';
import type { Policy } from '../policy.ts';
import type { UpstreamFact } from '../process-facts.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { pointerOf } from '../targeting/place.ts';
import { quoted } from './variants.ts';

type Verified = NonNullable<UpstreamFact['verified']>;

type Judged = Subject<'policy' | 'upstream'>;

/** The environment that must have verified a flag before this one takes it; `null` for the first, or when none has to. */
const upstreamOf = ({ environments }: Policy, environment: string): string | null => {
  const place = environments.indexOf(environment);
  return place > 0 ? (environments[place - 1] ?? null) : null;
};

/** Whether a change in an environment needs the one before to have gone first. */
export const isPromotion = (policy: Policy, environment: string, document: unknown): boolean =>
  policy.promotionRequired &&
  upstreamOf(policy, environment) !== null &&
  !policy.promotionExemptTypes.includes(metadataText(document, 'type') ?? '');

const promotes = ({ envelope, document, facts }: Judged): boolean =>
  isPromotion(facts.policy, envelope.environment, document);

/** Asks something of what the environment before knows, once it knows the flag. */
const ofUpstream = (subject: Judged, ask: (upstream: UpstreamFact) => readonly Finding[]): readonly Finding[] => {
  const { upstream } = subject.facts;
  return promotes(subject) && upstream !== null && upstream !== 'unreachable' ? ask(upstream) : fine;
};

/** Asks something of the revision that it has verified last. */
export const ofVerified = (
  subject: Judged,
  ask: (verified: Verified, environment: string) => readonly Finding[],
): readonly Finding[] =>
  ofUpstream(subject, ({ verified, environment }) => (verified === null ? fine : ask(verified, environment)));

export const needs = ['policy', 'upstream'] as const;

export const hint = 'Make the change there first, let it be verified, and propose it here then.';

const askAgain = 'Propose it again when that environment can be reached; a kill needs nobody else.';

const orderKnown = onChange<'policy'>({
  id: 'FH-PROMOTE-01',
  title: 'The environment is one that changes travel through',
  rationale:
    'What comes before it follows from the order; an environment that is not in it would take anything from anywhere.',
  needs: ['policy'],
  check: ({ envelope: { environment }, facts: { policy } }) =>
    !policy.promotionRequired || policy.environments.includes(environment)
      ? fine
      : broken(
          '/environment',
          `The environment is ${show(environment)}; the policy's order has ${quoted(policy.environments)}.`,
          'Add the environment to the order in the policy.',
        ),
});

const noneSkipped = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-02',
  title: 'No environment is skipped',
  rationale: 'What dev has verified says nothing about prod: staging has prod’s sizes, and its callers.',
  needs,
  after: ['FH-PROMOTE-01'],
  check: (subject) => {
    const wanted = upstreamOf(subject.facts.policy, subject.envelope.environment);
    return ofUpstream(subject, ({ environment }) =>
      environment === wanted
        ? fine
        : broken(
            '/evidence/upstream/environment',
            `It was verified in ${show(environment)}; expected ${show(wanted)}.`,
            hint,
          ),
    );
  },
});

const verifiedThere = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-03',
  title: 'The environment before has verified the flag',
  rationale:
    'What no environment has been seen holding in every cache is not tried out in production for the first time.',
  needs,
  after: ['FH-PROMOTE-01'],
  check: (subject) => {
    const { upstream, policy } = subject.facts;
    if (!promotes(subject)) return fine;
    const before = show(upstreamOf(policy, subject.envelope.environment));
    if (upstream === 'unreachable') return broken('/flagKey', `${before} could not be asked.`, askAgain);
    if (upstream !== null && upstream.verified !== null) return fine;
    return broken('/flagKey', `${before} ${upstream === null ? 'has no such flag' : 'has not verified it yet'}.`, hint);
  },
});

const baked = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-08',
  title: 'What was verified before has had time to show its faults',
  rationale:
    'Verified means that all caches hold it, not that it is right. That takes traffic, and traffic takes time.',
  needs,
  after: ['FH-PROMOTE-03'],
  check: (subject) =>
    ofVerified(subject, ({ at }, environment) => {
      const minutes = Math.floor((subject.envelope.at.accepted - at) / 60_000);
      const wanted = subject.facts.policy.promotionBakeMinutes;
      // The clocks of two environments differ: where no time is asked for, none is computed.
      if (wanted === 0 || minutes >= wanted) return fine;
      return broken(
        '/at/accepted',
        `${show(environment)} has verified it ${minutes} minutes ago; expected ${wanted} at least.`,
        'Wait, and watch it there meanwhile.',
      );
    }),
});

const recent = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-09',
  title: 'What was verified before is not too old',
  rationale: 'Between a test in spring and a release in autumn the services that read the flag have changed.',
  needs,
  after: ['FH-PROMOTE-03'],
  check: (subject) =>
    ofVerified(subject, ({ at }, environment) => {
      const limit = subject.facts.policy.promotionMaxAgeDays;
      if (limit === 0 || daysBetween(at, subject.envelope.at.accepted) <= limit) return fine;
      return broken(
        '/at/accepted',
        `${show(environment)} has verified it at ${showInstant(at)}; expected within the last ${limit === 1 ? 'day' : `${limit} days`}.`,
        'Propose it there again, so that it is verified with the services of today.',
      );
    }),
});

const notTakenBack = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-10',
  title: 'The environment before has not killed it or taken it back',
  rationale:
    'What is being repaired there is not released here, not even in the form that was verified before the trouble.',
  needs,
  after: ['FH-PROMOTE-03'],
  check: (subject) =>
    ofUpstream(subject, ({ environment, flagState, newest }) => {
      const trouble = flagState === 'live' ? newest : flagState;
      if (!['killed', 'archived', 'rolled-back', 'held', 'unverified'].includes(trouble)) return fine;
      return broken(
        '/flagKey',
        `In ${show(environment)} the flag, or its newest change, is ${trouble}.`,
        'Find out why, and wait until it is mended there.',
      );
    }),
});

const archivedFirst = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-11',
  title: 'A flag is archived in the environment before first',
  rationale: 'Archiving shows which code still asks for the flag. That is found out where it hurts nobody.',
  appliesTo: ['archived'],
  needs,
  after: ['FH-PROMOTE-01'],
  check: (subject) => {
    const { upstream, policy } = subject.facts;
    if (upstream === 'unreachable' && promotes(subject)) {
      const before = show(upstreamOf(policy, subject.envelope.environment));
      return broken('/kind', `${before} could not be asked.`, askAgain);
    }
    return ofUpstream(subject, ({ environment, flagState }) =>
      flagState === 'archived'
        ? fine
        : broken(
            '/kind',
            `In ${show(environment)} the flag is ${flagState}; expected archived.`,
            'Archive it there first.',
          ),
    );
  },
});

const hostLike = /[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi;

/** Whether a text names a host of an environment: one of the words of its name is the environment's. */
const namesHostOf = (text: string, environment: string): boolean =>
  text.match(hostLike)?.some((host) => host.toLowerCase().split(/[.-]/).includes(environment)) ?? false;

const ownHosts = onChange<'policy'>({
  id: 'FH-PROMOTE-12',
  title: 'No value names a host of another environment',
  rationale:
    'A document that is copied from staging carries api.staging.example.com along, and production talks to staging.',
  needs: ['policy'],
  after: ['FH-LIMIT-01'],
  check: (subject) => {
    const { environment } = subject.envelope;
    const others = subject.facts.policy.environments.filter((name) => name !== environment);
    if (others.length === 0) return fine;
    return subject.texts.all.flatMap(({ value, place, origin }) => {
      subject.spend();
      if (origin !== 'document' || value.length > 2_048) return [];
      const named = others.find((other) => namesHostOf(value, other.toLowerCase()));
      if (named === undefined) return [];
      return broken(
        pointerOf(place),
        `This names a host of ${show(named)}; the change is for ${show(environment)}.`,
        `Name the host of ${environment}, or leave the environment out of the name.`,
      );
    });
  },
});

export const changeRules: readonly AnyRule[] = [
  orderKnown,
  noneSkipped,
  verifiedThere,
  baked,
  recent,
  notTakenBack,
  archivedFirst,
  ownHosts,
];

const ACCEPTED = 1_760_000_000_250;

const HOUR = 3_600_000;

const verifiedThen: Verified = {
  at: ACCEPTED - 3 * HOUR,
  documentDigest: digestOf(exampleDocument),
  variantsDigest: digestOf(exampleDocument.variants),
  offVariant: 'off',
  audience: '*',
};

const goodThere: UpstreamFact = {
  environment: 'staging',
  flagState: 'live',
  newest: 'verified',
  verified: verifiedThen,
};

const promoted = (upstream: Partial<UpstreamFact>, policy: Partial<Policy> = {}): Patch =>
  withFacts({
    upstream: { ...goodThere, ...upstream },
    policy: { version: 1, environments: ['dev', 'staging', 'prod'], promotionRequired: true, ...policy },
  });

export const verified = (found: Partial<Verified>, policy: Partial<Policy> = {}): Patch =>
  promoted({ verified: { ...verifiedThen, ...found } }, policy);

const archivedAfter = (flagState: UpstreamFact['flagState']): Patch => {
  const { evidence } = promoted({ flagState });
  return { ...archival, evidence: { ...archival.evidence, ...evidence, before: archival.evidence?.['before'] } };
};

const calling = (host: string): Patch => ({
  ...withDocument({ variants: { on: `https://${host}/v1`, off: 'none' } }),
  ...withFacts({ policy: { version: 1, environments: ['dev', 'staging', 'prod'] } }),
});

export const examples = (): Examples => ({
  'FH-PROMOTE-01': {
    failing: promoted({}, { environments: ['dev', 'staging'] }),
    passing: promoted({}, { environments: ['staging', 'prod'] }),
  },
  'FH-PROMOTE-02': { failing: promoted({ environment: 'dev' }), passing: promoted({ environment: 'staging' }) },
  'FH-PROMOTE-03': { failing: promoted({ verified: null }), passing: promoted({}) },
  'FH-PROMOTE-08': {
    failing: verified({}, { promotionBakeMinutes: 181 }),
    passing: verified({}, { promotionBakeMinutes: 180 }),
  },
  'FH-PROMOTE-09': {
    failing: verified({ at: ACCEPTED - 25 * HOUR }, { promotionMaxAgeDays: 1 }),
    passing: verified({ at: ACCEPTED - 24 * HOUR }, { promotionMaxAgeDays: 1 }),
  },
  'FH-PROMOTE-10': { failing: promoted({ newest: 'rolled-back' }), passing: promoted({ newest: 'superseded' }) },
  'FH-PROMOTE-11': { failing: archivedAfter('live'), passing: archivedAfter('archived') },
  'FH-PROMOTE-12': { failing: calling('api.staging.example.com'), passing: calling('api.prod.example.com') },
});
