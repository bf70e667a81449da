import { isObject, own } from '@flaghoist/core/json';
import { metadataOf } from '../metadata.ts';
import { at, type Place } from '../targeting/place.ts';

/**
 * How a flag says what its values mean: `metadata.valueKind` names it, `metadata.unit` gives the unit.
 *
 * | valueKind | values | unit |
 * | --- | --- | --- |
 * | `amount`, `fee`, `limit`, `threshold` | money | `EUR` (major units) or `EUR-minor` (cents) |
 * | `rate` | a share | `percent`, `fraction` or `basis-points` |
 * | `currency`, `country`, `time-zone` | codes, one or a list | – |
 *
 * In object variants the members speak for themselves: an object with `currency` has amounts under the names of `moneyNames`,
 * in major units, or in minor ones when the name ends in `Minor`; `country`, `timeZone`, `feePercent`, `interestRateBps` and
 * the like are what they say, in objects at any depth.
 */
export const valueKinds = ['amount', 'fee', 'limit', 'threshold', 'rate', 'currency', 'country', 'time-zone'] as const;

const moneyKinds: readonly string[] = ['amount', 'fee', 'limit', 'threshold'];
export const rateUnits: readonly string[] = ['percent', 'fraction', 'basis-points'];

const moneyNames =
  /^(?:amount|fee|limit|threshold|price|min|max|minimum|maximum|from|to|upTo|cap|floor|daily|weekly|monthly|yearly)(?:Amount|Fee|Limit)?(?:Minor)?$/;
const currencyName = /(?:^c|C)urrenc(?:y|yCode|ies)$/;
const countryName = /(?:^c|C)ountr(?:y|yCode|ies)$/;
const zoneName = /(?:^t|T)ime-?[zZ]ones?$/;
const rateName =
  /^(?:interest|fee|tax|vat|commission|discount|penalty|cashback)(?:Rate)?(Percent|Fraction|Bps|BasisPoints)$/;

const unitOfName: Readonly<Record<string, string>> = {
  Percent: 'percent',
  Fraction: 'fraction',
  Bps: 'basis-points',
  BasisPoints: 'basis-points',
};

export interface Amount {
  readonly place: Place;
  readonly value: unknown;
  /** As it is written, and perhaps no currency at all; `null` when none is given. */
  readonly currency: string | null;
  /** In cents and the like. */
  readonly minor: boolean;
}

export interface Rate {
  readonly place: Place;
  readonly value: unknown;
  readonly unit: string | null;
}

export interface Code {
  readonly place: Place;
  readonly value: unknown;
}

export interface ObjectValue {
  readonly place: Place;
  readonly object: Readonly<Record<string, unknown>>;
  readonly isMoney: boolean;
}

export interface ListValue {
  readonly place: Place;
  readonly list: readonly unknown[];
  readonly isMoney: boolean;
}

/** What the values of a flag are, as far as they are money or codes that the company's books depend on. */
export interface MoneyValues {
  readonly kind: unknown;
  readonly unit: unknown;
  /** What `metadata.unit` of a flag about money says, without `-minor`; `null` when it says nothing. */
  readonly unitCurrency: string | null;
  readonly amounts: readonly Amount[];
  readonly rates: readonly Rate[];
  readonly currencies: readonly Code[];
  readonly countries: readonly Code[];
  readonly zones: readonly Code[];
  /** Objects with their place, and whether a mark or a currency beside says that their numbers are money. */
  readonly objects: readonly ObjectValue[];
  /** Lists of such objects. */
  readonly lists: readonly ListValue[];
}

export const valueKindOf = (document: unknown): unknown => metadataOf(document, 'valueKind');

/** Looks through the variants once. Bounded by the survey's limits, which are checked before. */
export const moneyValuesOf = (document: unknown): MoneyValues => {
  const walk = new ValueWalk(valueKindOf(document), metadataOf(document, 'unit'));
  const variants = isObject(document) ? own(document, 'variants') : undefined;
  if (isObject(variants)) {
    const place = at(at(null, 'document'), 'variants');
    for (const [name, value] of Object.entries(variants)) walk.variant(value, at(place, name));
  }
  return walk;
};

class ValueWalk implements MoneyValues {
  readonly kind: unknown;
  readonly unit: unknown;
  readonly amounts: Amount[] = [];
  readonly rates: Rate[] = [];
  readonly currencies: Code[] = [];
  readonly countries: Code[] = [];
  readonly zones: Code[] = [];
  readonly objects: ObjectValue[] = [];
  readonly lists: ListValue[] = [];

  readonly unitCurrency: string | null;
  readonly #isMoney: boolean;

  constructor(kind: unknown, unit: unknown) {
    this.kind = kind;
    this.unit = unit;
    this.#isMoney = typeof kind === 'string' && moneyKinds.includes(kind);
    this.unitCurrency = this.#isMoney && typeof unit === 'string' ? unit.replace(/-minor$/, '') : null;
  }

  variant(value: unknown, place: Place): void {
    if (
      typeof value === 'object' &&
      value !== null &&
      !(Array.isArray(value) && value.every((item) => !isObject(item)))
    ) {
      this.#nested(value, place, this.#isMoney);
      return;
    }
    for (const [leaf, leafPlace] of leavesOf(value, place)) this.#leaf(leaf, leafPlace);
  }

  /** A variant that is itself what `valueKind` says. */
  #leaf(value: unknown, place: Place): void {
    if (typeof this.kind !== 'string') return;
    if (this.#isMoney) this.#amount(value, place, this.unitCurrency, this.#inMinorUnits());
    else if (this.kind === 'rate')
      this.rates.push({ place, value, unit: typeof this.unit === 'string' ? this.unit : null });
    else if (this.kind === 'currency') this.currencies.push({ place, value });
    else if (this.kind === 'country') this.countries.push({ place, value });
    else if (this.kind === 'time-zone') this.zones.push({ place, value });
  }

  #inMinorUnits(): boolean {
    return typeof this.unit === 'string' && this.unit.endsWith('-minor');
  }

  /** `within`: whether something around it says that its numbers are money. */
  #nested(value: object, place: Place, within: boolean): void {
    if (Array.isArray(value)) {
      if (value.some(isObject)) {
        const isMoney = within || value.some((item) => isObject(item) && own(item, 'currency') !== undefined);
        this.lists.push({ place, list: value, isMoney });
      }
      for (const [index, item] of value.entries()) {
        if (typeof item === 'object' && item !== null) this.#nested(item, at(place, index), within);
      }
      return;
    }
    if (!isObject(value)) return;
    const currency = own(value, 'currency');
    const isMoney = within || currency !== undefined;
    this.objects.push({ place, object: value, isMoney });
    for (const [name, member] of Object.entries(value)) {
      const inside = at(place, name);
      this.#codes(name, member, inside);
      if (isAmount(name, member)) {
        if (currency !== undefined) this.#amount(member, inside, textOrNull(currency), name.endsWith('Minor'));
        else if (this.#isMoney)
          this.#amount(member, inside, this.unitCurrency, name.endsWith('Minor') || this.#inMinorUnits());
      }
      if (typeof member === 'object' && member !== null) this.#nested(member, inside, isMoney);
    }
  }

  #codes(name: string, value: unknown, place: Place): void {
    if (currencyName.test(name))
      for (const [leaf, leafPlace] of leavesOf(value, place)) this.currencies.push({ place: leafPlace, value: leaf });
    else if (countryName.test(name))
      for (const [leaf, leafPlace] of leavesOf(value, place)) this.countries.push({ place: leafPlace, value: leaf });
    else if (zoneName.test(name))
      for (const [leaf, leafPlace] of leavesOf(value, place)) this.zones.push({ place: leafPlace, value: leaf });
    else {
      const suffix = rateName.exec(name)?.[1];
      if (suffix !== undefined) this.rates.push({ place, value, unit: unitOfName[suffix] ?? null });
    }
  }

  #amount(value: unknown, place: Place, currency: string | null, minor: boolean): void {
    this.amounts.push({ place, value, currency, minor });
  }
}

/** Names that say how far something reaches, and not of what: dates and codes stand under them as well as amounts. */
const boundNames = /^(?:min|max|minimum|maximum|from|to|upTo|cap|floor|threshold|daily|weekly|monthly|yearly)$/;
const numeral = /^[-+]?\d(?!\d{3}-\d\d|\d?:\d\d)/;

const isAmount = (name: string, value: unknown): boolean => {
  if (!moneyNames.test(name)) return false;
  if (typeof value === 'number') return true;
  return typeof value === 'string' && (!boundNames.test(name) || numeral.test(value));
};

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A value, or the items of a list of values. */
const leavesOf = (value: unknown, place: Place): readonly (readonly [unknown, Place])[] =>
  Array.isArray(value) ? value.map((item, index) => [item, at(place, index)] as const) : [[value, place]];

const decimal = /^-?\d{1,15}(?:\.\d{1,6})?$/;

/** The number that an amount or a rate is, written as a number or as decimal text; `null` when it is neither. */
export const numberOf = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && decimal.test(value) ? Number(value) : null;
};
