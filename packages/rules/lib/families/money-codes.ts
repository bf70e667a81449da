import { isObject, own } from '@flaghoist/core/json';
import { type Examples, exampleBefore, type Patch, withDocument, withFacts, withPolicy } from '../examples/envelope.ts';
import { isCountry, isTimeZone } from '../money/iso-codes.ts';
import { type Code, numberOf, rateUnits } from '../money/values.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange, type Subject } from '../rule.ts';
import { amountsOf } from '../summary.ts';
import type { Operation } from '../targeting/operations.ts';
import { at, pointerOf } from '../targeting/place.ts';
import { after, eachCode, from, valued } from './money.ts';

const partsOfPercent: Readonly<Record<string, number>> = { percent: 1, fraction: 100, 'basis-points': 0.01 };

const rateFits = onChange<'policy'>({
  changed: { version: 2 },
  id: 'FH-MONEY-09',
  title: 'A rate says its unit and lies within what that allows',
  rationale:
    '0.5 is half a percent or a half, 25 is a quarter or a quarter of a percent: mixing up percent and fractions is the commonest error with rates.',
  needs: ['policy'],
  after,
  check: ({ money, facts: { policy } }) =>
    money.rates.flatMap(({ place, value, unit }) => {
      const factor = unit === null ? undefined : own(partsOfPercent, unit);
      if (typeof factor !== 'number') {
        return broken(
          pointerOf(place),
          `The rate's unit is ${show(unit ?? undefined)}; expected ${rateUnits.join(', ')}.`,
          'Give metadata.unit.',
        );
      }
      const rate = numberOf(value);
      const percent = rate === null ? Number.NaN : rate * factor;
      if (percent >= policy.minRatePercent && percent <= policy.maxRatePercent) return [];
      return broken(
        pointerOf(place),
        `The rate is ${show(value)} (${unit}); expected from ${policy.minRatePercent} to ${policy.maxRatePercent} percent.`,
        'Correct the rate or its unit.',
      );
    }),
});

const countryName = /(?:^|[._])(?:country|countryCode|[a-z]{1,20}Country(?:Code)?)$/;

const comparing: ReadonlySet<string> = new Set(['in', '==', '===', '!=', '!==']);

const comparesCountry = ({ operator, args }: Operation): boolean => {
  if (!comparing.has(operator)) return false;
  const names = args.map((arg) => (isObject(arg) ? own(arg, 'var') : undefined));
  const attribute = names.find((name) => typeof name === 'string');
  return typeof attribute === 'string' && countryName.test(attribute);
};

/** What targeting compares an attribute that is named like a country with. */
const comparedCountries = ({ targeting }: Pick<Subject, 'targeting'>): readonly Code[] =>
  targeting.operations.filter(comparesCountry).flatMap(({ args, operator, place }) => {
    const inside = at(place, operator);
    return args.flatMap((arg, index): readonly Code[] => {
      const argPlace = at(inside, index);
      const listed = Array.isArray(arg) ? arg.map((value, item) => ({ place: at(argPlace, item), value })) : [];
      return [...listed, { place: argPlace, value: arg }].filter(({ value }) => isMeantForCode(value));
    });
  });

/**
 * Whether a value can only be meant for a code of two capital letters. Callers of other systems send small letters, three
 * letters, names or `unknown`, and what they compare with is right. EU stands for the union in lists of countries.
 */
const isMeantForCode = (value: unknown): boolean => typeof value === 'string' && /^(?!EU$)[A-Z]{2}$/.test(value);

const countryKnown = onChange({
  id: 'FH-MONEY-10',
  title: 'Countries are codes of ISO 3166-1',
  rationale: 'UK is not a country’s code, GB is: a rule for sanctions or taxes that compares with UK never applies.',
  after: [...after, 'FH-TARGET-01'],
  changed: { version: 2 },
  check: (subject) =>
    eachCode(
      [
        ...subject.money.countries.filter(({ value }) => subject.money.kind === 'country' || isMeantForCode(value)),
        ...comparedCountries(subject),
      ],
      isCountry,
      'a code of ISO 3166-1 such as GB',
      'Use the two capital letters of ISO 3166-1 alpha-2: GB for the United Kingdom, GR for Greece.',
    ),
});

const zoneKnown = onChange({
  id: 'FH-MONEY-11',
  title: 'Time zones are names of the IANA database',
  rationale:
    'Whether CET has summer time depends on whom you ask, and IST is India, Ireland or Israel: a cut-off time for payments must not move by an hour in March.',
  after,
  check: ({ money }) =>
    eachCode(money.zones, isTimeZone, 'a name such as Europe/Berlin, or UTC', 'Name the zone by region and city.'),
});

const stepOf = (from: number, to: number): number =>
  from === to ? 0 : from === 0 ? Number.POSITIVE_INFINITY : Math.abs((to - from) / from) * 100;

const noLeap = onChange<'before' | 'policy'>({
  id: 'FH-MONEY-12',
  title: 'An amount or a rate moves in one change by no more than the policy allows',
  rationale:
    'The fat finger: in May 2022 one order at Citigroup, its value in the wrong field, made Europe’s shares fall. A zero too many is found before, not after.',
  appliesTo: ['updated', 'restored'],
  needs: ['before', 'policy'],
  after,
  check: ({ document, facts: { before, policy } }) => {
    const limit = policy.maxValueChangePercent;
    if (limit === 0 || before === null || before.amounts.length === 0) return fine;
    const then = new Map(before.amounts.map(({ pointer, value }) => [pointer, value]));
    return amountsOf(document).flatMap(({ pointer, value }) => {
      const old = then.get(pointer);
      const percent = old === undefined ? 0 : stepOf(old, value);
      if (old === undefined || percent <= limit) return [];
      return broken(
        pointer,
        `The value goes from ${old} to ${value}; one change may move it by ${limit} percent.`,
        'Check the number of zeros. If it is right, go there in several changes.',
      );
    });
  },
});

const prefixOf = (flagKey: string): string => flagKey.split(/[.\-_/:]/, 1)[0] ?? '';

const holdsNumber = (value: unknown): boolean =>
  typeof value === 'number' ||
  (typeof value === 'string' && numberOf(value) !== null) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(holdsNumber));

const marked = onChange<'policy'>({
  id: 'FH-MONEY-13',
  title: 'Flags of those who decide about money say what their values are',
  rationale:
    'All rules about money ask only what is marked. Whoever sets fees and limits must not be free to leave the mark out.',
  since: 2,
  needs: ['policy'],
  after,
  check: ({ envelope: { flagKey, owner, audience }, document, money, facts: { policy } }) => {
    if (money.kind !== undefined || !holdsNumber(isObject(document) ? own(document, 'variants') : undefined))
      return fine;
    const demand = policy.valueKindRequired.find(
      ({ owners, keyPrefixes, services }) =>
        owners.includes(owner) ||
        keyPrefixes.some((prefix) => prefix === prefixOf(flagKey) || flagKey.startsWith(`${prefix}.`)) ||
        (Array.isArray(audience) && audience.some((service) => services.includes(service))),
    );
    if (demand === undefined) return fine;
    return broken(
      '/document/metadata',
      'The flag has numbers and does not say what they are; the policy asks that of this owner, key or service.',
      'Give metadata.valueKind, such as limit, and metadata.unit, such as EUR.',
    );
  },
});

/** Rates, countries and time zones, and how far a value may move at once. */
export const changeRules: readonly AnyRule[] = [rateFits, countryKnown, zoneKnown, noLeap, marked];

const moved = (value: number): Patch => ({
  ...valued('limit', value, 0, 'EUR'),
  ...withFacts({
    before: { ...exampleBefore, type: 'number', amounts: [{ pointer: '/document/variants/on', value: 1_000 }] },
    policy: { version: 1, maxValueChangePercent: 50 },
  }),
});

export const examples = (): Examples => ({
  'FH-MONEY-09': {
    failing: valued('rate', '1.5', '0.5', 'fraction'),
    passing: valued('rate', '1.5', '0.5', 'percent'),
  },
  'FH-MONEY-10': { failing: from('UK'), passing: from('GB') },
  'FH-MONEY-11': { failing: valued('time-zone', 'CET', 'UTC'), passing: valued('time-zone', 'Europe/Paris', 'UTC') },
  'FH-MONEY-13': {
    failing: {
      ...withDocument({ variants: { on: 999_999, off: 100 } }),
      ...withPolicy({ valueKindRequired: [{ owners: ['payments'], keyPrefixes: [], services: [] }] }),
    },
    passing: {
      ...withDocument({ variants: { on: 999_999, off: 100 } }),
      ...withPolicy({ valueKindRequired: [{ owners: ['treasury'], keyPrefixes: ['limits'], services: [] }] }),
    },
  },
  'FH-MONEY-12': { failing: moved(1_501), passing: moved(1_500) },
});
