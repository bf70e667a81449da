const DAY_MS = 86_400_000;

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?Z)?$/;

/**
 * Epoch milliseconds of `2026-12-24`, `2026-12-24T06:00Z` or `2026-12-24T06:00:00Z`; `null` for everything else, and for days
 * that the calendar does not have. UTC only, so that every machine reads the same.
 */
export const readInstant = (text: unknown): number | null => {
  const parts = typeof text === 'string' ? iso.exec(text) : null;
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
};

export const daysBetween = (from: number, to: number): number => (to - from) / DAY_MS;

const LAST_DATE = 8.64e15;

/** Milliseconds as a person reads them: `2026-12-24T06:00Z`. */
export const showInstant = (epochMs: number): string =>
  Math.abs(epochMs) > LAST_DATE ? `${epochMs} ms` : `${new Date(epochMs).toISOString().slice(0, -8)}Z`;

/** Minutes since Monday 00:00 UTC. */
export const minuteOfWeek = (epochMs: number): number => {
  // 1 January 1970 was a Thursday.
  const minutes = Math.floor(epochMs / 60_000) + 3 * 1_440;
  return ((minutes % 10_080) + 10_080) % 10_080;
};
