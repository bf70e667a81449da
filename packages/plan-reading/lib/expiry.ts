const DAY_MS = 86_400_000;

/** What is let pass for longer than a year is a rule, and nobody looks at it again. */
export const LONGEST_DAYS = 366;

/** YYYY-MM-DD in UTC. @param instant epoch milliseconds */
export const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 'YYYY-MM-DD'.length);

interface Expiring {
  /** The last day on which it holds, as YYYY-MM-DD. */
  readonly expires: string;
}

/** @param today as YYYY-MM-DD, in UTC */
export const isExpired = ({ expires }: Expiring, today: string): boolean => expires < today;

/** Whether an entry ends so late that it does not hold. @param today as YYYY-MM-DD, in UTC */
export const isTooFar = ({ expires }: Expiring, today: string): boolean =>
  Date.parse(expires) - Date.parse(today) > LONGEST_DAYS * DAY_MS;
