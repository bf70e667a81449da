import { digestOf } from '@flaghoist/core/canonical-json';
import { type DataClass, dataClasses } from '@flaghoist/core/topology';
import { folded } from '../directory.ts';
import type { Evidence, Facts, SealedEvidence } from '../evidence.ts';
import {
  type Examples,
  exampleBefore,
  exampleCurrent,
  exampleDocument,
  type Patch,
  withFacts,
} from '../examples/envelope.ts';
import { metadataOf, metadataText } from '../metadata.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { quoted } from './variants.ts';

type Service = Facts['services'][number];

const metadataAt = (name: string): string => pointerTo('document', 'metadata', name);

/** A finding for each service of a named audience of which `judge` has something to say. */
const eachService = (
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
  title: 'The audience is sorted, and names each service once',
  rationale:
    'Equal audiences have equal digests only in one order; and a star among names is read as a service called *.',
  appliesTo: 'all',
  check: ({ envelope: { audience } }) => {
    if (audience === '*') return fine;
    const index = audience.findIndex((name, place) => place > 0 && name <= (audience[place - 1] ?? ''));
    if (index < 0) return fine;
    return broken(
      pointerTo('audience', index),
      `${show(audience[index])} stands after ${show(audience[index - 1])}; expected names in ascending order, each once.`,
      'Propose the change through hoist, which sorts the names.',
    );
  },
});

const notStar = onChange({
  id: 'FH-AUDIENCE-03',
  title: 'Names of the audience are names and not patterns',
  rationale:
    'Nothing expands payments-*: the flag would go to one service of that name, which does not exist, or to none.',
  appliesTo: 'all',
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
      : broken('/audience', `It names ${audience.length} of ${serviceCount} services.`, 'Write "*".'),
});

const staying = onChange<'services'>({
  id: 'FH-AUDIENCE-05',
  title: 'No service of the audience is about to leave',
  rationale: 'A draining service is not expected to acknowledge: for it the change would never be verified.',
  severity: 'warning',
  needs: ['services'],
  check: (subject) =>
    eachService(
      subject,
      ({ name, state }) => (state === 'draining' ? `The service ${show(name)} is draining.` : null),
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

const residencyKnown = onChange<'policy'>({
  id: 'FH-AUDIENCE-07',
  title: 'A residency is one that the policy knows',
  rationale: 'What is marked “eu-only” where the policy says “eu” is marked for a reader, and protected by nothing.',
  needs: ['policy'],
  check: ({ document, facts: { policy } }) => {
    const residency = metadataOf(document, 'residency');
    const names = policy.residencies.map(({ name }) => name);
    if (residency === undefined || (typeof residency === 'string' && names.includes(residency))) return fine;
    return broken(
      metadataAt('residency'),
      `The residency is ${show(residency)}; the policy knows ${quoted(names)}.`,
      'Correct the name, or add the residency and its regions to the policy.',
    );
  },
});

const withinResidency = onChange<'policy'>({
  id: 'FH-AUDIENCE-08',
  title: 'A flag goes only to regions of its residency',
  rationale:
    'Every region of the topology gets every flag. One whose values must stay in the EU (GDPR, chapter V) must not be in it elsewhere.',
  needs: ['policy'],
  after: ['FH-AUDIENCE-07'],
  check: ({ envelope: { regions }, document, facts: { policy } }) => {
    const residency = metadataText(document, 'residency');
    const allowed = policy.residencies.find(({ name }) => name === residency)?.regions;
    const outside = allowed === undefined ? [] : regions.filter((region) => !allowed.includes(region));
    if (outside.length === 0) return fine;
    return broken(
      '/regions',
      `The residency is ${show(residency)}, and the flag would go to ${quoted(outside)}.`,
      'Keep the values in the data store of their region, and put only their name into the flag.',
    );
  },
});

const servicesResident = onChange<'policy' | 'services'>({
  id: 'FH-AUDIENCE-09',
  title: 'Services of the audience may have data of the flag’s residency',
  rationale: 'A service that is run from elsewhere takes the values along, into its logs if nowhere else.',
  needs: ['policy', 'services'],
  after: ['FH-AUDIENCE-07'],
  check: (subject) => {
    const residency = metadataText(subject.document, 'residency');
    if (residency === undefined) return fine;
    return eachService(
      subject,
      ({ name, residencies }) =>
        residencies === undefined || residencies.includes(residency)
          ? null
          : `The service ${show(name)} is registered for ${quoted(residencies)}, not for ${show(residency)}.`,
      'Leave the service out, or register it for the residency.',
    );
  },
});

const isDataClass = (value: unknown): value is DataClass => dataClasses.some((name) => name === value);

const classKnown = onChange({
  id: 'FH-AUDIENCE-10',
  title: 'A data class is one that is known',
  rationale: 'Who may have the flag follows from it. “secret” or “Confidential” would be let through to everybody.',
  check: ({ document }) => {
    const dataClass = metadataOf(document, 'dataClass');
    if (dataClass === undefined || isDataClass(dataClass)) return fine;
    return broken(
      metadataAt('dataClass'),
      `The data class is ${show(dataClass)}; expected one of ${dataClasses.join(', ')}.`,
      'Correct it.',
    );
  },
});

const cleared = onChange<'services'>({
  id: 'FH-AUDIENCE-11',
  title: 'Services of the audience may have data of the flag’s class',
  rationale:
    'Information is classified (ISO/IEC 27001, A.5.12) so that a service that was never assessed for restricted data gets none, not by way of a flag either.',
  needs: ['services'],
  after: ['FH-AUDIENCE-10'],
  check: (subject) => {
    const dataClass = metadataOf(subject.document, 'dataClass');
    if (!isDataClass(dataClass)) return fine;
    const wanted = dataClasses.indexOf(dataClass);
    return eachService(
      subject,
      (service) =>
        service.dataClass === undefined || dataClasses.indexOf(service.dataClass) >= wanted
          ? null
          : `The service ${show(service.name)} may have ${service.dataClass} data; the flag is ${dataClass}.`,
      'Leave the service out, or have it assessed.',
    );
  },
});

const needToKnow = onChange({
  id: 'FH-AUDIENCE-12',
  title: 'A confidential or restricted flag names its audience',
  rationale: 'Need to know: “everybody” is 156 services, and every one that will ever be added.',
  after: ['FH-AUDIENCE-10'],
  check: ({ envelope: { audience }, document }) => {
    const dataClass = metadataText(document, 'dataClass');
    if (audience !== '*' || (dataClass !== 'confidential' && dataClass !== 'restricted')) return fine;
    return broken('/audience', `The flag is ${dataClass} and goes to everybody.`, 'Name the services that need it.');
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

const provenFirst = onChange<'before' | 'current' | 'knownGood' | 'policy'>({
  id: 'FH-AUDIENCE-14',
  title: 'Where the policy says so, a flag goes to everybody only after a named audience has proven it',
  rationale: 'The step from three services to 156 is the largest there is; it is made from what is known to work.',
  appliesTo: ['updated', 'restored'],
  needs: ['before', 'current', 'knownGood', 'policy'],
  check: ({ envelope, facts: { before, current, knownGood, policy } }) => {
    if (!policy.everybodyAfterProof || before === null || before.audience === '*' || envelope.audience !== '*')
      return fine;
    if (knownGood !== null && knownGood.envelopeDigest === current?.envelopeDigest) return fine;
    return broken(
      '/audience',
      `The revision for ${quoted(before.audience)} is not proven yet, and this one goes to everybody.`,
      'Wait until it is verified, and propose it then.',
    );
  },
});

export const audienceRules: readonly AnyRule[] = [
  notStar,
  known,
  normal,
  everybody,
  staying,
  ownersAgree,
  residencyKnown,
  withinResidency,
  servicesResident,
  classKnown,
  cleared,
  needToKnow,
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
const forCards = (
  service: Partial<Service>,
  metadata: Record<string, unknown> = {},
  facts: SealedEvidence = {},
): Patch => ({
  ...audienceOf(['cards'], { services: [{ name: 'cards', owner: 'payments', cell: 'cell-1', ...service }], ...facts }),
  document: { ...exampleDocument, metadata: { product: 'cards', ...metadata } },
});

const resident = (regions: readonly string[], service: Partial<Service> = {}, residency = 'eu'): Patch =>
  forCards(service, { residency }, { policy: { version: 1, residencies: [{ name: 'eu', regions: [...regions] }] } });

const bothRegions = ['eu-west-1', 'us-east-1'];

const agreeing = (teams: readonly string[]): Patch =>
  forCards(
    { owner: 'cards-team' },
    {},
    {
      people: [{ actor: 'mia', teams: [...teams], roles: [], human: true, active: true }],
      policy: { version: 1, serviceOwnersApprove: true },
    },
  );

const classified = (dataClass: string, service: Partial<Service> = {}): Patch => forCards(service, { dataClass });

const narrowed = (documentDigest: string): Patch =>
  audienceOf(['cards'], { before: { ...exampleBefore, audience: ['cards', 'ledger'], documentDigest } });

const widened = (knownGood: Evidence['knownGood']): Patch => ({
  ...withFacts({
    before: { ...exampleBefore, audience: ['cards'] },
    knownGood: knownGood ?? null,
    policy: { version: 1, everybodyAfterProof: true },
  }),
});

export const audienceExamples = (): Examples => ({
  'FH-AUDIENCE-01': { failing: audienceOf(['cards', 'ledgers']), passing: audienceOf(['cards', 'ledger']) },
  'FH-AUDIENCE-02': { failing: audienceOf(['cards', 'ledger', 'ledger']), passing: audienceOf(['cards', 'ledger']) },
  'FH-AUDIENCE-03': { failing: audienceOf(['card*', 'cards']), passing: audienceOf(['cards']) },
  'FH-AUDIENCE-04': {
    failing: audienceOf(['cards', 'ledger'], { serviceCount: 2 }),
    passing: audienceOf(['cards', 'ledger'], { serviceCount: 3 }),
  },
  'FH-AUDIENCE-05': { failing: forCards({ state: 'draining' }), passing: forCards({ state: 'joining' }) },
  'FH-AUDIENCE-06': { failing: agreeing(['risk']), passing: agreeing(['risk', 'cards-team']) },
  'FH-AUDIENCE-07': { failing: resident(bothRegions, {}, 'europe'), passing: resident(bothRegions) },
  'FH-AUDIENCE-08': { failing: resident(['eu-west-1']), passing: resident(bothRegions) },
  'FH-AUDIENCE-09': {
    failing: resident(bothRegions, { residencies: ['us'] }),
    passing: resident(bothRegions, { residencies: ['us', 'eu'] }),
  },
  'FH-AUDIENCE-10': { failing: classified('secret'), passing: classified('public') },
  'FH-AUDIENCE-11': {
    failing: classified('confidential', { dataClass: 'internal' }),
    passing: classified('confidential', { dataClass: 'restricted' }),
  },
  'FH-AUDIENCE-12': {
    failing: { ...classified('restricted'), audience: '*' },
    passing: { ...classified('internal'), audience: '*' },
  },
  'FH-AUDIENCE-13': {
    failing: narrowed(digestOf({})),
    passing: narrowed(digestOf(exampleDocument)),
  },
  'FH-AUDIENCE-14': {
    failing: widened(null),
    passing: widened({ epoch: 1, revision: 1, envelopeDigest: exampleCurrent.envelopeDigest }),
  },
});
