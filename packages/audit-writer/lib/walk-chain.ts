import type { SweepProgress } from '@flaghoist/core/ports/trail-store';
import { type ChainBreak, createChainCheck } from './hash-chain.ts';
import type { SweepPorts } from './ports.ts';
import { readEnvelope } from './read-envelope.ts';

interface Walk {
  readonly after: SweepProgress['chain'];
  readonly endsAt: number;
}

interface Walked {
  /** Revisions read. */
  readonly checked: number;
  readonly chainBreaks: readonly ChainBreak[];
  /** Where the next run goes on; `null`: it begins anew. */
  readonly reached: SweepProgress['chain'];
}

/** Revisions between two looks at the clock. */
const STRIDE = 100;

/**
 * Walks revisions: each must name the digest of the one before it. One walk over all of them may take many runs.
 *
 * @throws UnavailableError when the table cannot be read
 */
export const walkChain = async ({ after, endsAt }: Walk, { flags, clock, log }: SweepPorts): Promise<Walked> => {
  const checkChain = createChainCheck(after ?? undefined);
  const chainBreaks: ChainBreak[] = [];
  let checked = 0;
  for await (const revision of flags.revisions(after ?? undefined)) {
    checked += 1;
    const broken = checkChain(revision, readEnvelope(revision, log));
    if (broken !== undefined) {
      log.error('hash chain broken', { ...broken });
      chainBreaks.push(broken);
    }
    if (checked % STRIDE > 0 || clock.now() < endsAt) continue;
    const { flagKey, order, envelopeDigest } = revision;
    return { checked, chainBreaks, reached: { flagKey, order, envelopeDigest } };
  }
  return { checked, chainBreaks, reached: null };
};
