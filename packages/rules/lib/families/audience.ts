import { digestOf } from '@flaghoist/core/canonical-json';
import { folded } from '../directory.ts';
import type { Evidence, Facts, SealedEvidence } from '../evidence.ts';
import {
  type Examples,
  exampleBefore,
  exampleCurrent,
  exampleDocument,
  exampleProven,
  type Patch,
  withFacts,
} from '../examples/envelope.ts';
import { type ExposureFacts, exposureOf, showSteps } from '../exposure.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { reachable } from './rollout.ts';
import { quoted } from './variants.ts';

export type Service = Facts['services'][number];

/** A finding for each service of a named audience of which `judge` has something to say. */
export const eachService = (
  subject: Subject<'services'>,
  judge: (service: Service) => string | null,
  hint: string,
): readonly Finding[] => {
  const { audience } = subject.envelope;
  if (audience === '*') return fine;
  const known = new Map(subject.facts.services.map((service) => [service.name, service]));
  return audience.flatMap((name, index) => {
    subject.spend();
    const service = known.get(name);
    const message = service === undefined ? null : judge(service);
    return message === null ? [] : broken(pointerTo('audience', index), message, hint);
  });
};

const known = onChange<'services'>({
  id: 'FH-AUDIENCE-01',
  title: 'The audience names services of the catalogue',
  rationale: 'A misspelt name reaches no cache, and a change that nobody must acknowledge is verified at once.',
  appliesTo: 'all',
  needs: ['services'],
  after: ['FH-AUDIENCE-03'],
  about: 'audience',
  check: (subject) => {
    const { audience } = subject.envelope;
    if (audience === '*') return fine;
    const names = new Set(subject.facts.services.map(({ name }) => name));
    return audience.flatMap((service, index) => {
      subject.spend();
      if (names.has(service)) return [];
      return broken(
        pointerTo('audience', index),
        `There is no service ${show(service)} in the catalogue.`,
        'Correct the name, or add the service to topology.json first.',
      );
    });
  },
});

const normal = onChange({
  id: 'FH-AUDIENCE-02',
  protocol: true,
  title: 'The audience is sorted, and names each service once',
  rationale:
    'Equal audiences have equal digests only in one order; and a star among names is read as a service called *.',
  appliesTo: 'all',
  about: 'audience',
  check: ({ envelope: { audience } }) => {
    if (audience === '*') return fine;
    const index = audience.findIndex((name, place) => place > 0 && name <= (audience[place - 1] ?? ''));
    if (index < 0) return fine;
    return broken(
      pointerTo('audience', index),
      `${show(audience[index])} stands after ${show(audience[index - 1])}; expected names in ascending order, each once.`,
      'Sort the names, and name each service once.',
    );
  },
});

const notStar = onChange({
  id: 'FH-AUDIENCE-03',
  title: 'Names of the audience are names and not patterns',
  rationale:
    'Nothing expands payments-*: the flag would go to one service of that name, which does not exist, or to none.',
  appliesTo: 'all',
  about: 'audience',
  check: ({ envelope: { audience } }) => {
    if (audience === '*') return fine;
    const index = audience.findIndex((name) => /[*?[\]{},|\s]/.test(name));
    if (index < 0) return fine;
    return broken(
      pointerTo('audience', index),
      `${show(audience[index])} is a pattern; expected the name of one service, or "*" alone for all.`,
      'Name each service, or give the flag to everybody.',
    );
  },
});

const everybody = onChange<'serviceCount'>({
  id: 'FH-AUDIENCE-04',
  title: 'An audience of all services is written as everybody',
  rationale: 'A list of all 156 leaves out number 157, and makes each message 3 KB longer.',
  severity: 'warning',
  needs: ['serviceCount'],
  check: ({ envelope: { audience }, facts: { serviceCount } }) =>
    audience === '*' || serviceCount < 2 || audience.length < serviceCount
      ? fine
      : broken(
          '/audience',
          `It names all services (${audience.length} of ${serviceCount}); expected "*" for that.`,
          'Write "*".',
        ),
});

const staying = onChange<'services'>({
  id: 'FH-AUDIENCE-05',
  title: 'No service of the audience is about to leave',
  rationale: 'A draining service is not expected to acknowledge: for it the change would never be verified.',
  severity: 'warning',
  needs: ['services'],
  about: 'audience',
  check: (subject) =>
    eachService(
      subject,
      ({ name, state }) =>
        state === 'draining' ? `The service ${show(name)} is draining; expected one that stays.` : null,
      'Leave it out, or name the service that takes its place.',
    ),
});

const ownersAgree = onChange<'people' | 'policy' | 'services'>({
  id: 'FH-AUDIENCE-06',
  title: 'Where the policy says so, the owners of the services have agreed',
  rationale: 'A flag changes how a service behaves: its owners are called when that goes wrong, and should have known.',
  needs: ['people', 'policy', 'services'],
  check: (subject) => {
    const { change, owner } = subject.envelope;
    const { people, policy } = subject.facts;
    if (!policy.serviceOwnersApprove) return fine;
    const agreed = new Set([change.actor, ...(change.approvals ?? []).map(({ actor }) => actor)].map(folded));
    const teams = new Set(people.filter(({ actor }) => agreed.has(folded(actor))).flatMap((person) => person.teams));
    return eachService(
      subject,
      (service) =>
        service.owner === owner || teams.has(service.owner)
          ? null
          : `The service ${show(service.name)} belongs to ${show(service.owner)}, where nobody has approved the change.`,
      'Ask its owners to approve it.',
    );
  },
});

const leavingAlone = onChange<'before'>({
  id: 'FH-AUDIENCE-13',
  title: 'Services leave the audience in a change of their own',
  rationale:
    'A service that leaves falls back on its own default, while the others get a new value: when that goes wrong, nobody can tell which of the two it was.',
  severity: 'warning',
  appliesTo: ['updated'],
  needs: ['before'],
  check: ({ envelope, facts: { before } }) => {
    const { audience, documentDigest } = envelope;
    if (before === null || audience === '*' || before.documentDigest === documentDigest) return fine;
    const stay = new Set(audience);
    const left = before.audience === '*' ? ['*'] : before.audience.filter((service) => !stay.has(service));
    if (left.length === 0) return fine;
    return broken(
      '/audience',
      `The document changes, and the flag is taken away from ${quoted(left)}.`,
      'Change the document first, and the audience when that is verified.',
    );
  },
});

const provenFirst = onChange<ExposureFacts | 'before' | 'current' | 'knownGood'>({
  id: 'FH-AUDIENCE-15',
  title: 'Where the policy says so, everybody is shown something new only after it is proven',
  rationale:
    'A flag that begins with all services, or goes from three to 156, shows all of them at once what nobody has seen work.',
  since: 2,
  needs: ['before', 'current', 'knownGood', 'policy', 'proven', 'serviceCount'],
  after: reachable,
  check: (subject) => {
    const { before, current, knownGood, policy } = subject.facts;
    const isNew = before === null || current === null || current.flagState === 'archived';
    if (!policy.everybodyAfterProof || subject.envelope.audience !== '*') return fine;
    if (!isNew && (before.audience === '*' || knownGood?.envelopeDigest === current.envelopeDigest)) return fine;
    const exposure = exposureOf(subject);
    if (exposure.percent === 0) return fine;
    const earlier = isNew ? 'The flag is new' : `The revision for ${quoted([...before.audience])} is not proven yet`;
    return broken(
      '/audience',
      `${earlier}, and everybody is shown something: ${showSteps(exposure)}.`,
      'Begin with the off variant for everybody, or with a named audience, and go on when that is verified.',
    );
  },
});

export const changeRules: readonly AnyRule[] = [
  notStar,
  known,
  normal,
  everybody,
  staying,
  ownersAgree,
  leavingAlone,
  provenFirst,
];

const catalogued = ['cards', 'ledger'].map(
  (name): Service => ({ name, owner: 'payments', cell: 'cell-1', state: 'serving' }),
);

const audienceOf = (names: readonly string[], facts: SealedEvidence = {}): Patch => ({
  audience: [...names],
  ...withFacts({ services: catalogued, before: { ...exampleBefore, audience: ['cards'] }, ...facts }),
});

/** A flag for the cards service, with one of its properties replaced. */
export const forCards = (
  service: Partial<Service>,
  metadata: Record<string, unknown> = {},
  facts: SealedEvidence = {},
): Patch => ({
  ...audienceOf(['cards'], { services: [{ name: 'cards', owner: 'payments', cell: 'cell-1', ...service }], ...facts }),
  document: { ...exampleDocument, metadata: { product: 'cards', ...metadata } },
});

const agreeing = (teams: readonly string[]): Patch =>
  forCards(
    { owner: 'cards-team' },
    {},
    {
      people: [{ actor: 'mia', teams: [...teams], roles: [], human: true, active: true }],
      policy: { version: 1, serviceOwnersApprove: true },
    },
  );

const narrowed = (documentDigest: string): Patch =>
  audienceOf(['cards'], { before: { ...exampleBefore, audience: ['cards', 'ledger'], documentDigest } });

const widened = (knownGood: Evidence['knownGood']): Patch => ({
  ...withFacts({
    before: { ...exampleBefore, audience: ['cards'] },
    proven: { ...exampleProven, audience: ['cards'] },
    knownGood: knownGood ?? null,
    policy: { version: 1, everybodyAfterProof: true },
  }),
});

export const examples = (): Examples => ({
  'FH-AUDIENCE-01': { failing: audienceOf(['cards', 'ledgers']), passing: audienceOf(['cards', 'ledger']) },
  'FH-AUDIENCE-02': { failing: audienceOf(['cards', 'ledger', 'ledger']), passing: audienceOf(['cards', 'ledger']) },
  'FH-AUDIENCE-03': { failing: audienceOf(['card*', 'cards']), passing: audienceOf(['cards']) },
  'FH-AUDIENCE-04': {
    failing: audienceOf(['cards', 'ledger'], { serviceCount: 2 }),
    passing: audienceOf(['cards', 'ledger'], { serviceCount: 3 }),
  },
  'FH-AUDIENCE-05': { failing: forCards({ state: 'draining' }), passing: forCards({ state: 'joining' }) },
  'FH-AUDIENCE-06': { failing: agreeing(['risk']), passing: agreeing(['risk', 'cards-team']) },
  'FH-AUDIENCE-13': {
    failing: narrowed(digestOf({})),
    passing: narrowed(digestOf(exampleDocument)),
  },
  'FH-AUDIENCE-15': {
    failing: widened(null),
    passing: widened({ epoch: 1, revision: 1, envelopeDigest: exampleCurrent.envelopeDigest }),
  },
});
