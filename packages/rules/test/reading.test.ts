import fc from 'fast-check';
import { passesCodiceFiscale, passesIban, passesLuhn } from '../lib/check-digits.ts';
import { minuteOfWeek, readInstant, showInstant } from '../lib/instant.ts';
import { isCountry, isTimeZone, minorDigits } from '../lib/money/iso-codes.ts';
import { moneyValuesOf, numberOf } from '../lib/money/values.ts';
import { pointerOf } from '../lib/targeting/place.ts';
import { targetingOf } from '../lib/targeting/targeting.ts';
import { comparisonsWithTime, timeWindows } from '../lib/targeting/time.ts';

describe('check digits', () => {
  it.each(['4111111111111111', '378282246310005', '6011111111111117', '30569309025904'])(
    'pass for card %s',
    (digits) => {
      expect(passesLuhn(digits)).toBe(true);
    },
  );

  it('find every single wrong digit of a card', () => {
    fc.assert(
      fc.property(fc.nat({ max: 15 }), fc.integer({ min: 1, max: 9 }), (place, by) => {
        const digits = [...'4111111111111111'];
        digits[place] = String((Number(digits[place]) + by) % 10);
        expect(passesLuhn(digits.join(''))).toBe(false);
      }),
    );
  });

  it.each(['DE89370400440532013000', 'GB82WEST12345698765432', 'NO9386011117947', 'MT84MALT011000012345MTLCAST001S'])(
    'pass for account %s, and not for its neighbour',
    (account) => {
      expect(passesIban(account)).toBe(true);
      expect(passesIban(`${account.slice(0, 2)}00${account.slice(4)}`)).toBe(false);
    },
  );

  it('pass for a codice fiscale, and not with another last letter', () => {
    expect(passesCodiceFiscale('RSSMRA85T10A562S')).toBe(true);
    expect(passesCodiceFiscale('RSSMRA85T10A562T')).toBe(false);
  });
});

describe('an instant', () => {
  it('is read as it is shown, to the minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        const ms = seconds * 1_000;
        expect(readInstant(showInstant(ms))).toBe(ms - (ms % 60_000));
      }),
    );
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-04-31',
    '2026-01-01T24:00Z',
    '2026-01-01T00:00',
    '1.1.2026',
    '',
    20260101,
    null,
  ])('is not %p', (text) => {
    expect(readInstant(text)).toBeNull();
  });

  it('is a day of the calendar also in leap years', () => {
    expect(readInstant('2024-02-29')).toBe(1_709_164_800_000);
    expect(readInstant('2100-02-29')).toBeNull();
  });

  it('knows its place in the week', () => {
    // 9 October 2025, 08:53 UTC, was a Thursday.
    expect(minuteOfWeek(1_760_000_000_000)).toBe(3 * 1_440 + 8 * 60 + 53);
  });
});

describe('codes', () => {
  it('of currencies tell how many decimals there are', () => {
    expect(['EUR', 'XCG', 'JPY', 'KWD', 'CLF', 'HRK', 'ANG', 'eur', 'EU', ''].map(minorDigits)).toEqual([
      2,
      2,
      0,
      3,
      4,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('of countries are two letters that are assigned', () => {
    expect(['DE', 'GB', 'XK', 'UK', 'de', 'EU', 'D ', ''].filter(isCountry)).toEqual(['DE', 'GB', 'XK']);
  });

  it('of time zones are regions and cities', () => {
    const names = ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'CET', 'GMT+1', 'Europe', 'europe/berlin'];
    expect(names.filter(isTimeZone)).toEqual(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']);
  });
});

describe('the values of a flag', () => {
  it('are money when its metadata says so', () => {
    const { amounts, rates } = moneyValuesOf({
      variants: { standard: '1.50', none: 0 },
      metadata: { valueKind: 'fee', unit: 'EUR-minor' },
    });
    expect(amounts.map(({ place, currency, minor }) => [pointerOf(place), currency, minor])).toEqual([
      ['/document/variants/standard', 'EUR', true],
      ['/document/variants/none', 'EUR', true],
    ]);
    expect(rates).toEqual([]);
  });

  it('speak for themselves in objects, at any depth', () => {
    const found = moneyValuesOf({
      variants: {
        on: {
          tiers: [{ upTo: 100, fee: '1.00', currency: 'CHF', feePercent: '0.5' }],
          markets: { countries: ['CH', 'LI'], cutOffTimeZone: 'Europe/Zurich' },
          retries: { max: 3 },
        },
      },
    });
    const pointers = (list: readonly { place: Parameters<typeof pointerOf>[0] }[]) =>
      list.map(({ place }) => pointerOf(place).replace('/document/variants/on', ''));
    expect(pointers(found.amounts)).toEqual(['/tiers/0/upTo', '/tiers/0/fee']);
    expect(found.rates.map(({ unit }) => unit)).toEqual(['percent']);
    expect(pointers(found.countries)).toEqual(['/markets/countries/0', '/markets/countries/1']);
    expect(pointers(found.zones)).toEqual(['/markets/cutOffTimeZone']);
  });

  it.each([
    ['9.90', 9.9],
    ['-1', -1],
    [7, 7],
    ['1e3', null],
    ['', null],
    [' 1', null],
    [Number.NaN, null],
    [true, null],
  ])('are numbers when they are written as such: %p', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });
});

describe('times in targeting', () => {
  const time = { var: '$flagd.timestamp' };
  const seen = (condition: unknown) => targetingOf({ targeting: { if: [condition, 'on', 'off'] } }, undefined);

  it.each([
    ['after the time', { '>=': [time, 5] }, [5]],
    ['before the time', { '<': [5, { var: ['$flagd.timestamp', 0] }] }, [5]],
    ['between two', { '<': [1, time, 9] }, [1, 9]],
    ['compared with something computed', { '>': [time, { var: 'start' }] }, [null]],
    ['of something else', { '>': [{ var: 'timestamp' }, 5] }, []],
  ])('are found: %s', (_name, condition, seconds) => {
    expect(comparisonsWithTime(seen(condition)).map((comparison) => comparison.seconds)).toEqual(seconds);
  });

  it.each([
    ['both ends', { and: [{ '>=': [time, 2] }, { '>': [9, time] }] }, [[2, 9]]],
    ['one operator', { '<=': [2, time, 9] }, [[2, 9]]],
    ['no end', { and: [{ '>=': [time, 2] }, { '==': [1, 1] }] }, []],
  ])('make a window: %s', (_name, condition, windows) => {
    expect(timeWindows(seen(condition)).map(({ from, to }) => [from, to])).toEqual(windows);
  });
});
