import { dayOf, isEndingSoon, isExpired, isTooFar, LONGEST_DAYS } from '../lib/expiry.ts';

const entry = { expires: '2027-03-31' };

it('holds on its last day, and not on the next', () => {
  expect(isExpired(entry, '2027-03-31')).toBe(false);
  expect(isExpired(entry, '2027-04-01')).toBe(true);
});

it('holds when it ends in 366 days, and not when it ends in 367', () => {
  expect(LONGEST_DAYS).toBe(366);
  expect(isTooFar(entry, '2026-03-30')).toBe(false);
  expect(isTooFar(entry, '2026-03-29')).toBe(true);
});

it('ends soon when it ends in 30 days, and no more when it has ended', () => {
  const soon = ['2027-02-28', '2027-03-01', '2027-03-31', '2027-04-01'].filter((day) => isEndingSoon(entry, day));
  expect(soon).toEqual(['2027-03-01', '2027-03-31']);
});

it('takes the day of an instant in UTC', () => {
  expect(dayOf(Date.parse('2026-12-24T23:59:59.999+02:00'))).toBe('2026-12-24');
  expect(dayOf(Date.parse('2026-12-25T00:30:00+02:00'))).toBe('2026-12-24');
});
