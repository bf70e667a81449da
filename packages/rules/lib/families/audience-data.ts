import { type DataClass, dataClasses } from '@flaghoist/core/topology';
import type { Examples, Patch } from '../examples/envelope.ts';
import { said, saidText } from '../metadata.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { eachService, forCards, type Service } from './audience.ts';
import { quoted } from './variants.ts';

const metadataAt = (name: string): string => pointerTo('document', 'metadata', name);

const residencyKnown = onChange<'policy'>({
  id: 'FH-AUDIENCE-07',
  title: 'A residency is one that the policy knows',
  rationale: 'What is marked “eu-only” where the policy says “eu” is marked for a reader, and protected by nothing.',
  needs: ['policy'],
  check: ({ metadata, facts: { policy } }) => {
    const residency = said(metadata, 'residency');
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
  check: ({ envelope: { regions }, metadata, facts: { policy } }) => {
    const residency = saidText(metadata, 'residency');
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
    const residency = saidText(subject.metadata, 'residency');
    if (residency === undefined) return fine;
    return eachService(
      subject,
      ({ name, residencies = [] }) =>
        residencies.includes(residency)
          ? null
          : `The service ${show(name)} is registered for ${quoted(residencies)}; expected ${show(residency)}.`,
      'Leave the service out, or register it for the residency.',
    );
  },
});

const isDataClass = (value: unknown): value is DataClass => dataClasses.some((name) => name === value);

const classKnown = onChange({
  id: 'FH-AUDIENCE-10',
  title: 'A data class is one that is known',
  rationale: 'Who may have the flag follows from it. “secret” or “Confidential” would be let through to everybody.',
  about: 'metadata',
  check: ({ metadata }) => {
    const dataClass = said(metadata, 'dataClass');
    if (dataClass === undefined || isDataClass(dataClass)) return fine;
    return broken(
      metadataAt('dataClass'),
      `The data class is ${show(dataClass)}; expected one of ${dataClasses.join(', ')}.`,
      'Correct it.',
    );
  },
});

/** What a service may have of which topology.json says nothing. */
const unassessed: DataClass = 'internal';

const servicesCleared = onChange<'services'>({
  id: 'FH-AUDIENCE-11',
  title: 'Services of the audience may have data of the flag’s class',
  rationale:
    'Information is classified (ISO/IEC 27001, A.5.12) so that a service that was never assessed for restricted data gets none, not by way of a flag either.',
  needs: ['services'],
  after: ['FH-AUDIENCE-10'],
  about: 'metadata',
  check: (subject) => {
    const dataClass = said(subject.metadata, 'dataClass');
    if (!isDataClass(dataClass)) return fine;
    const wanted = dataClasses.indexOf(dataClass);
    return eachService(
      subject,
      ({ name, dataClass: cleared = unassessed }) =>
        dataClasses.indexOf(cleared) >= wanted
          ? null
          : `The service ${show(name)} may have ${cleared} data; expected ${dataClass}, as the flag is.`,
      'Leave the service out, or have it assessed.',
    );
  },
});

const needToKnow = onChange({
  id: 'FH-AUDIENCE-12',
  title: 'A confidential or restricted flag names its audience',
  rationale: 'Need to know: “everybody” is 156 services, and every one that will ever be added.',
  after: ['FH-AUDIENCE-10'],
  about: 'metadata',
  check: ({ envelope: { audience }, metadata }) => {
    const dataClass = saidText(metadata, 'dataClass');
    if (audience !== '*' || (dataClass !== 'confidential' && dataClass !== 'restricted')) return fine;
    return broken('/audience', `The flag is ${dataClass} and goes to everybody.`, 'Name the services that need it.');
  },
});

/** Whose data a flag may reach: residency and data class. */
export const changeRules: readonly AnyRule[] = [
  residencyKnown,
  withinResidency,
  servicesResident,
  classKnown,
  servicesCleared,
  needToKnow,
];

const european: Partial<Service> = { residencies: ['eu'] };

const resident = (regions: readonly string[], service = european, residency = 'eu'): Patch =>
  forCards(service, { residency }, { policy: { version: 1, residencies: [{ name: 'eu', regions: [...regions] }] } });

const bothRegions = ['eu-west-1', 'us-east-1'];

const classified = (dataClass: string, service: Partial<Service> = {}): Patch => forCards(service, { dataClass });

export const examples = (): Examples => ({
  'FH-AUDIENCE-07': { failing: resident(bothRegions, european, 'europe'), passing: resident(bothRegions) },
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
});
