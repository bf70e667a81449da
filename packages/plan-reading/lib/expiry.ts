const DAY_MS = 86_400_000;

/** What is let pass for longer than a year is a rule, and nobody looks at it again. */
export const LONGEST_DAYS = 366;

/** Long enough for somebody to decide again. */
const NOTICE_DAYS = 30;

/** YYYY-MM-DD in UTC. @param instant epoch milliseconds */
export const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 'YYYY-MM-DD'.length);

interface Expiring {
  /** The last day on which it holds, as YYYY-MM-DD. */
  readonly expires: string;
}

/** @param today as YYYY-MM-DD, in UTC */
export const isExpired = ({ expires }: Expiring, today: string): boolean => expires < today;

/** Whether an entry still holds and ends within a month. @param today as YYYY-MM-DD, in UTC */
export const isEndingSoon = (entry: Expiring, today: string): boolean =>
  !isExpired(entry, today) && Date.parse(entry.expires) - Date.parse(today) <= NOTICE_DAYS * DAY_MS;

/** Whether an entry ends so late that it does not hold. @param today as YYYY-MM-DD, in UTC */
export const isTooFar = ({ expires }: Expiring, today: string): boolean =>
  Date.parse(expires) - Date.parse(today) > LONGEST_DAYS * DAY_MS;
