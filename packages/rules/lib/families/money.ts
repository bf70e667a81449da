import { type Examples, exampleBefore, type Patch, withDocument, withFacts, withPolicy } from '../examples/envelope.ts';
import { metadataOf } from '../metadata.ts';
import { isCountry, isTimeZone, minorDigits } from '../money/iso-codes.ts';
import { type Amount, type Code, numberOf, rateUnits, valueKinds } from '../money/values.ts';
import { isObject, own } from '../plain-object.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { amountsOf } from '../summary.ts';
import type { Operation } from '../targeting/operations.ts';
import { at, type Place, pointerOf } from '../targeting/place.ts';

const after = ['FH-LIMIT-01', 'FH-MONEY-01'];

const metadataAt = (name: string): string => pointerTo('document', 'metadata', name);

const kindKnown = onChange({
  id: 'FH-MONEY-01',
  title: 'The kind of the values is one that is known',
  rationale:
    'All that is asked of fees, limits and rates is asked because metadata.valueKind says what they are; a misspelt kind is asked nothing.',
  check: ({ document }) => {
    const kind = metadataOf(document, 'valueKind');
    if (kind === undefined || valueKinds.some((known) => known === kind)) return fine;
    return broken(
      metadataAt('valueKind'),
      `The kind of the values is ${show(kind)}; expected one of ${valueKinds.join(', ')}.`,
      'Correct it, or leave it out for values that are none of these.',
    );
  },
});

const unitPlace: Place = at(at(at(null, 'document'), 'metadata'), 'unit');

/** A finding for each amount of which `judge` has something to say. */
const eachAmount = (
  { money }: Pick<Subject, 'money'>,
  judge: (amount: Amount) => string | null,
  hint: string,
): readonly Finding[] =>
  money.amounts.flatMap((amount) => {
    const message = judge(amount);
    return message === null ? [] : broken(pointerOf(amount.place), message, hint);
  });

const exact = onChange({
  id: 'FH-MONEY-02',
  title: 'Amounts are exact: decimal text, or whole numbers',
  rationale:
    'A fraction such as 0.1 has no exact form in binary: 156 services in several languages round it each in its own way.',
  after,
  check: (subject) =>
    eachAmount(
      subject,
      ({ value }) => {
        if (typeof value === 'number')
          return Number.isSafeInteger(value)
            ? null
            : `The amount is ${show(value)}; expected decimal text or a whole number.`;
        return numberOf(value) === null ? `The amount is ${show(value)}; expected a decimal such as "9.90".` : null;
      },
      'Write the amount as text, such as "9.90", or in whole cents with a unit such as EUR-minor.',
    ),
});

const inCurrency = onChange({
  id: 'FH-MONEY-03',
  title: 'An amount says in which currency it is',
  rationale:
    'A limit of 1,000 is a holiday in euros and less than a coffee in rupiah. Services of several countries read the same flag.',
  after,
  check: (subject) =>
    eachAmount(
      subject,
      ({ currency }) => (currency === null || currency === '' ? 'The amount has no currency.' : null),
      'Give metadata.unit, such as EUR, or a member currency beside the amount.',
    ),
});

const eachCode = (
  codes: readonly Code[],
  known: (code: string) => boolean,
  expected: string,
  hint: string,
): readonly Finding[] =>
  codes.flatMap(({ place, value }) =>
    typeof value === 'string' && known(value)
      ? []
      : broken(pointerOf(place), `This is ${show(value)}; expected ${expected}.`, hint),
  );

const currencyKnown = onChange({
  id: 'FH-MONEY-04',
  title: 'Currencies are codes of ISO 4217 that are in use',
  rationale:
    'Payment messages (ISO 20022) refuse what the standard does not have: € and eur, and HRK since Croatia pays in euros.',
  after,
  check: ({ money: { currencies, unitCurrency } }) =>
    eachCode(
      unitCurrency === null ? currencies : [...currencies, { place: unitPlace, value: unitCurrency }],
      (code) => minorDigits(code) !== null,
      'three letters such as EUR',
      'Use the code of ISO 4217, in capital letters.',
    ),
});

const decimalsOf = (value: unknown): number => (typeof value === 'string' ? (value.split('.')[1]?.length ?? 0) : 0);

const minorFits = onChange({
  id: 'FH-MONEY-05',
  title: 'An amount has no more decimals than its currency',
  rationale: 'There is no half yen and no tenth of a cent to book: each service would round it as it likes.',
  after: [...after, 'FH-MONEY-02', 'FH-MONEY-04'],
  check: (subject) =>
    eachAmount(
      subject,
      ({ value, currency, minor }) => {
        const allowed = minor ? 0 : minorDigits(currency ?? '');
        const found = decimalsOf(value);
        return allowed === null || found <= allowed
          ? null
          : `The amount ${show(value)} has ${found} decimals; ${minor ? 'minor units have' : `${currency} has`} ${allowed}.`;
      },
      'Round the amount here, once, so that no service has to.',
    ),
});

const withinCaps = onChange<'policy'>({
  id: 'FH-MONEY-06',
  title: 'Amounts are not negative, and not above what the policy allows',
  rationale:
    'A fee of minus ten pays the customer, and a limit with three zeros too many is no limit: nobody may set one alone.',
  needs: ['policy'],
  after: [...after, 'FH-MONEY-02', 'FH-MONEY-04'],
  check: (subject) =>
    eachAmount(
      subject,
      ({ value, currency, minor }) => {
        const written = numberOf(value) ?? 0;
        const amount = minor ? written / 10 ** (minorDigits(currency ?? '') ?? 0) : written;
        const cap = subject.facts.policy.moneyCaps.find((found) => found.currency === currency)?.max;
        if (amount < 0) return `The amount is ${show(value)}; expected none below zero.`;
        return cap !== undefined && amount > cap
          ? `The amount is ${amount} ${currency}; the policy allows ${cap} at most.`
          : null;
      },
      'Correct the amount. A larger one needs another policy, and whoever may change that.',
    ),
});

/** Names of a lower bound, each with those of the upper bounds that may stand beside it. */
const bounds: readonly (readonly [lower: string, upper: readonly string[]])[] = [
  ['min', ['max']],
  ['minimum', ['maximum']],
  ['minAmount', ['maxAmount']],
  ['minFee', ['maxFee']],
  ['from', ['to', 'upTo']],
  ['floor', ['cap']],
  ['daily', ['weekly', 'monthly', 'yearly']],
  ['weekly', ['monthly', 'yearly']],
  ['monthly', ['yearly']],
  ['dailyLimit', ['weeklyLimit', 'monthlyLimit', 'yearlyLimit']],
  ['weeklyLimit', ['monthlyLimit', 'yearlyLimit']],
  ['monthlyLimit', ['yearlyLimit']],
];

const inOrder = onChange({
  id: 'FH-MONEY-07',
  title: 'Lower bounds are not above upper ones',
  rationale:
    'With a minimum above the maximum no payment passes, or each, depending on which one a service looks at first.',
  after: ['FH-LIMIT-01'],
  check: ({ money }) =>
    money.objects.flatMap(({ place, object }) =>
      bounds.flatMap(([lower, uppers]) => {
        const low = numberOf(own(object, lower));
        return uppers.flatMap((upper) => {
          const high = numberOf(own(object, upper));
          if (low === null || high === null || low <= high) return [];
          return broken(
            `${pointerOf(place)}/${lower}`,
            `${lower} is ${low} and ${upper} is ${high}.`,
            `Make ${lower} the smaller one.`,
          );
        });
      }),
    ),
});

const tierBound = ['upTo', 'from', 'threshold'] as const;

const tiersRise = onChange({
  id: 'FH-MONEY-08',
  title: 'Tiers rise from one to the next',
  rationale:
    'Services take the first tier that fits. One that is out of order, or twice there, is never reached, and its fee never charged.',
  after: ['FH-LIMIT-01'],
  check: ({ money }) =>
    money.lists.flatMap(({ place, list }) => {
      const name = tierBound.find((bound) =>
        list.every((tier) => (isObject(tier) && numberOf(own(tier, bound)) !== null) || isLastTier(tier, list, bound)),
      );
      if (name === undefined || list.length < 2) return [];
      const steps = list.map((tier) => (isObject(tier) ? numberOf(own(tier, name)) : null));
      const wrong = steps.findIndex(
        (step, index) => index > 0 && step !== null && step <= (steps[index - 1] ?? step - 1),
      );
      if (wrong < 0) return [];
      return broken(
        `${pointerOf(place)}/${wrong}/${name}`,
        `${name} is ${steps[wrong]} after ${steps[wrong - 1]}; expected more.`,
        'Put the tiers into ascending order, each bound once.',
      );
    }),
});

/** The last tier may be open: it has no bound. */
const isLastTier = (tier: unknown, list: readonly unknown[], bound: string): boolean =>
  bound === 'upTo' && list.length > 1 && tier === list.at(-1) && isObject(tier) && own(tier, bound) === undefined;

const partsOfPercent: Readonly<Record<string, number>> = { percent: 1, fraction: 100, 'basis-points': 0.01 };

const rateFits = onChange<'policy'>({
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
      if (percent >= 0 && percent <= policy.maxRatePercent) return [];
      return broken(
        pointerOf(place),
        `The rate is ${show(value)} (${unit}); expected from 0 to ${policy.maxRatePercent} percent.`,
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
      return [...listed, { place: argPlace, value: arg }].filter(({ value }) => isNameOrCode(value));
    });
  });

/** Whether a value is meant to be a country; what is no list, or no text, is for the rules about targeting to say. */
const isNameOrCode = (value: unknown): boolean =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z .'-]{0,50}$/.test(value);

const countryKnown = onChange({
  id: 'FH-MONEY-10',
  title: 'Countries are codes of ISO 3166-1',
  rationale: 'UK is not a country’s code, GB is: a rule for sanctions or taxes that compares with UK never applies.',
  after: [...after, 'FH-TARGET-01'],
  check: (subject) =>
    eachCode(
      [...subject.money.countries, ...comparedCountries(subject)],
      isCountry,
      'two capital letters such as GB',
      'Use the code of ISO 3166-1 alpha-2: GB for the United Kingdom, GR for Greece.',
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

export const moneyRules: readonly AnyRule[] = [
  kindKnown,
  exact,
  inCurrency,
  currencyKnown,
  minorFits,
  withinCaps,
  inOrder,
  tiersRise,
  rateFits,
  countryKnown,
  zoneKnown,
  noLeap,
];

const valued = (valueKind: string, on: unknown, off: unknown, unit?: string): Patch =>
  withDocument({ variants: { on, off }, metadata: { valueKind, ...(unit === undefined ? {} : { unit }) } });

const fee = (on: unknown, unit = 'EUR'): Patch => valued('fee', on, typeof on === 'number' ? 1 : '1', unit);

const ranges = (min: number): Patch =>
  withDocument({ variants: { on: { min, max: 100, unit: 'items' }, off: { min: 0, max: 100, unit: 'items' } } });

const tiers = (...upTo: readonly number[]): Patch => {
  const costing = (fee: string) => upTo.map((bound) => ({ upTo: bound, fee, currency: 'EUR' }));
  return withDocument({ variants: { on: { tiers: costing('1.50') }, off: { tiers: costing('1.00') } } });
};

const moved = (value: number): Patch => ({
  ...valued('limit', value, 0, 'EUR'),
  ...withFacts({
    before: { ...exampleBefore, type: 'number', amounts: [{ pointer: '/document/variants/on', value: 1_000 }] },
    policy: { version: 1, maxValueChangePercent: 50 },
  }),
});

const capped = (on: number): Patch => ({
  ...fee(on, 'EUR-minor'),
  ...withPolicy({ moneyCaps: [{ currency: 'EUR', max: 25 }] }),
});

const from = (country: string): Patch =>
  withDocument({ targeting: { if: [{ in: [{ var: 'country' }, ['DE', country]] }, 'on', 'off'] } });

export const moneyExamples = (): Examples => ({
  'FH-MONEY-01': { failing: valued('fees', '1', '2', 'EUR'), passing: valued('fee', '1', '2', 'EUR') },
  'FH-MONEY-02': { failing: fee(9.9), passing: fee('9.90') },
  'FH-MONEY-03': { failing: valued('limit', 1_000, 500), passing: valued('limit', 1_000, 500, 'EUR') },
  'FH-MONEY-04': { failing: fee('9.90', 'HRK'), passing: fee('9.90', 'HUF') },
  'FH-MONEY-05': { failing: fee('9.90', 'JPY'), passing: fee('9.90', 'CHF') },
  'FH-MONEY-06': { failing: capped(2_501), passing: capped(2_500) },
  'FH-MONEY-07': { failing: ranges(101), passing: ranges(100) },
  'FH-MONEY-08': { failing: tiers(100, 500, 500), passing: tiers(100, 500, 501) },
  'FH-MONEY-09': {
    failing: valued('rate', '1.5', '0.5', 'fraction'),
    passing: valued('rate', '1.5', '0.5', 'percent'),
  },
  'FH-MONEY-10': { failing: from('UK'), passing: from('GB') },
  'FH-MONEY-11': { failing: valued('time-zone', 'CET', 'UTC'), passing: valued('time-zone', 'Europe/Paris', 'UTC') },
  'FH-MONEY-12': { failing: moved(1_501), passing: moved(1_500) },
});
