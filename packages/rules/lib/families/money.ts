import { isObject, own } from '@flaghoist/core/json';
import { type Examples, type Patch, withDocument, withPolicy } from '../examples/envelope.ts';
import { said } from '../metadata.ts';
import { minorDigits } from '../money/iso-codes.ts';
import { type Amount, type Code, numberOf, valueKinds } from '../money/values.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { at, type Place, pointerOf } from '../targeting/place.ts';

export const after = ['FH-LIMIT-01', 'FH-MONEY-01'];

const metadataAt = (name: string): string => pointerTo('document', 'metadata', name);

const kindKnown = onChange({
  id: 'FH-MONEY-01',
  title: 'The kind of the values is one that is known',
  rationale:
    'All that is asked of fees, limits and rates is asked because metadata.valueKind says what they are; a misspelt kind is asked nothing.',
  about: 'metadata',
  check: ({ metadata }) => {
    const kind = said(metadata, 'valueKind');
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
  changed: { version: 2 },
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
      ({ currency }) =>
        currency === null || currency === '' ? 'The amount has no currency; expected one of ISO 4217.' : null,
      'Give metadata.unit, such as EUR, or a member currency beside the amount.',
    ),
});

export const eachCode = (
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

/** What is meant for a code of ISO 4217: three letters, or a sign of a currency. Points and long names are none. */
const meantForIso = (value: unknown, isMarked: boolean): boolean =>
  isMarked ||
  typeof value !== 'string' ||
  /^(?:[A-Za-z]{3}|euros?|dollars?|pounds?|francs?|yen|[€$£¥₹₽₿].{0,8})$/i.test(value);

const currencyKnown = onChange<'policy'>({
  id: 'FH-MONEY-04',
  title: 'Currencies are codes of ISO 4217 that are in use',
  rationale:
    'Payment messages (ISO 20022) refuse what the standard does not have: € and eur, and HRK since Croatia pays in euros.',
  needs: ['policy'],
  after,
  changed: { version: 2 },
  check: ({ money: { currencies, unitCurrency, kind }, facts: { policy } }) =>
    eachCode(
      [
        ...currencies.filter(({ value }) => meantForIso(value, kind === 'currency')),
        ...(unitCurrency === null ? [] : [{ place: unitPlace, value: unitCurrency }]),
      ],
      (code) => minorDigits(code) !== null || policy.otherCurrencies.includes(code),
      'a code of ISO 4217 that is in use, such as EUR',
      'Use the three capital letters of the currency that is paid in today, or add another asset to otherCurrencies in the policy.',
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

/** An adjustment may go either way; a fee or a limit below zero is a slip, unless the policy knows such. */
const mayBeNegative = ({ part }: Place, { money, facts: { policy } }: Subject<'policy'>): boolean =>
  policy.negativeAmounts || money.kind === 'amount' || (typeof part === 'string' && /^(?:amount|price)/.test(part));

const withinCaps = onChange<'policy'>({
  changed: { version: 2 },
  id: 'FH-MONEY-06',
  title: 'Fees and limits are not negative, and no amount is above what the policy allows',
  rationale:
    'A fee of minus ten pays the customer, and a limit with three zeros too many is no limit: nobody may set one alone.',
  needs: ['policy'],
  after: [...after, 'FH-MONEY-02', 'FH-MONEY-04'],
  check: (subject) =>
    eachAmount(
      subject,
      ({ place, value, currency, minor }) => {
        const written = numberOf(value) ?? 0;
        const amount = minor ? written / 10 ** (minorDigits(currency ?? '') ?? 0) : written;
        const cap = subject.facts.policy.moneyCaps.find((found) => found.currency === currency)?.max;
        if (amount < 0 && !mayBeNegative(place, subject))
          return `The amount is ${show(value)}; expected no fee and no limit below zero.`;
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
  changed: { version: 2 },
  check: ({ money }) =>
    money.objects.flatMap(({ place, object, isMoney }) =>
      bounds.flatMap(([lower, uppers]) => {
        // From 22 to 6 is a night, and seven daily backups beside four weekly ones are no limits.
        if (!isMoney && !/^min/.test(lower)) return [];
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
  changed: { version: 2 },
  check: ({ money }) =>
    money.lists.flatMap(({ place, list, isMoney }) => {
      if (!isMoney) return [];
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

export const changeRules: readonly AnyRule[] = [
  kindKnown,
  exact,
  inCurrency,
  currencyKnown,
  minorFits,
  withinCaps,
  inOrder,
  tiersRise,
];

export const valued = (valueKind: string, on: unknown, off: unknown, unit?: string): Patch =>
  withDocument({ variants: { on, off }, metadata: { valueKind, ...(unit === undefined ? {} : { unit }) } });

const fee = (on: unknown, unit = 'EUR'): Patch => valued('fee', on, typeof on === 'number' ? 1 : '1', unit);

const ranges = (min: number): Patch =>
  withDocument({ variants: { on: { min, max: 100, unit: 'items' }, off: { min: 0, max: 100, unit: 'items' } } });

const tiers = (...upTo: readonly number[]): Patch => {
  const costing = (fee: string) => upTo.map((bound) => ({ upTo: bound, fee, currency: 'EUR' }));
  return withDocument({ variants: { on: { tiers: costing('1.50') }, off: { tiers: costing('1.00') } } });
};

const capped = (on: number): Patch => ({
  ...fee(on, 'EUR-minor'),
  ...withPolicy({ moneyCaps: [{ currency: 'EUR', max: 25 }] }),
});

export const from = (country: string): Patch =>
  withDocument({ targeting: { if: [{ in: [{ var: 'country' }, ['DE', country]] }, 'on', 'off'] } });

export const examples = (): Examples => ({
  'FH-MONEY-01': { failing: valued('fees', '1', '2', 'EUR'), passing: valued('fee', '1', '2', 'EUR') },
  'FH-MONEY-02': { failing: fee(9.9), passing: fee('9.90') },
  'FH-MONEY-03': { failing: valued('limit', 1_000, 500), passing: valued('limit', 1_000, 500, 'EUR') },
  'FH-MONEY-04': { failing: fee('9.90', 'HRK'), passing: fee('9.90', 'HUF') },
  'FH-MONEY-05': { failing: fee('9.90', 'JPY'), passing: fee('9.90', 'CHF') },
  'FH-MONEY-06': { failing: capped(2_501), passing: capped(2_500) },
  'FH-MONEY-07': { failing: ranges(101), passing: ranges(100) },
  'FH-MONEY-08': { failing: tiers(100, 500, 500), passing: tiers(100, 500, 501) },
});
