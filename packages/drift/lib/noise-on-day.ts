import { isEndingSoon, isExpired, isTooFar } from '@flaghoist/plan-reading/expiry';
import { type NoiseEntry, type NoiseList, noiseSubject } from './noise-list.ts';

interface ReportedEntry {
  readonly line: number;
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
}

export interface ReportedNoise {
  readonly file: string;
  /** They no longer hold: what they covered counts again. */
  readonly expired: readonly ReportedEntry[];
  /** They end within a month. */
  readonly ending: readonly ReportedEntry[];
  /** They end more than 366 days from the day, and do not hold. */
  readonly tooFar: readonly ReportedEntry[];
  /** They covered nothing this time. */
  readonly unused: readonly ReportedEntry[];
}

const namedEntry = (entry: NoiseEntry): ReportedEntry => ({
  line: entry.line,
  subject: noiseSubject(entry),
  owner: entry.owner,
  reason: entry.reason,
  expires: entry.expires,
});

/** The noise list on a day: which entries hold, and which of those were used. */
export const createNoiseOnDay = ({ file, entries }: NoiseList, day: string) => {
  const valid = entries.filter((entry) => !isExpired(entry, day) && !isTooFar(entry, day));
  const used = new Set<NoiseEntry>();
  return {
    /** The line of the first entry that holds and covers it; null when there is none. */
    lineFor(covers: (entry: NoiseEntry) => boolean): number | null {
      const entry = valid.find(covers);
      if (entry === undefined) return null;
      used.add(entry);
      return entry.line;
    },
    /** What the report says of the list, once everything was asked. */
    reported: (): ReportedNoise => ({
      file,
      expired: entries.filter((entry) => isExpired(entry, day)).map(namedEntry),
      ending: entries.filter((entry) => isEndingSoon(entry, day)).map(namedEntry),
      tooFar: entries.filter((entry) => isTooFar(entry, day)).map(namedEntry),
      unused: valid.filter((entry) => !used.has(entry)).map(namedEntry),
    }),
  };
};
