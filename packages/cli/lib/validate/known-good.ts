import type { Envelope } from '@flaghoist/core/envelope';
import type { Order } from '@flaghoist/core/order';
import type { Policy } from '@flaghoist/rules/policy';
import { provenOf } from '@flaghoist/rules/proven';
import { summaryOf } from '@flaghoist/rules/summary';
import type { FlagInFile } from './flag-in-file.ts';

/** By their keys, the revisions that every region is taken to hold, and from which steps are judged. */
export type KnownGood = ReadonlyMap<string, Envelope>;

const DAY_MS = 86_400_000;

/** A file does not say since when its flags are served: long enough for everything that must have been served for a while. */
export const servedSince = (now: number): number => now - 30 * DAY_MS;

export const knownGoodOf = (subjects: readonly FlagInFile[]): KnownGood =>
  new Map(subjects.flatMap(({ flagKey, envelope }) => (envelope === null ? [] : [[flagKey, envelope] as const])));

/** The known good of a flag, as the revision that a change of it was made against. */
export const revisionBefore = (
  against: KnownGood | undefined,
  flagKey: string,
  basedOn: Order | null,
): Envelope | null => {
  const known = against?.get(flagKey);
  return known === undefined ? null : { ...known, ...basedOn };
};

/** What home would seal of it. @param now when the change of it would be accepted, in epoch milliseconds */
export const factsFrom = (known: Envelope, { now, policy }: { readonly now: number; readonly policy: Policy }) => {
  const { epoch, revision, envelopeDigest, flagState } = known;
  return {
    current: { epoch, revision, envelopeDigest, flagState },
    before: summaryOf(known),
    knownGood: { epoch, revision, envelopeDigest },
    proven: provenOf(known, now, policy.assumedShare),
  };
};
