import type { Envelope } from '@flaghoist/core/envelope';
import { isRetryable } from '@flaghoist/core/errors';
import { lookAtOthers } from '@flaghoist/core/other-flags';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import { unmetNeeds } from '@flaghoist/core/unmet-needs';

interface Ports {
  readonly flags: FlagStore;
  readonly changes: Pick<ChangeStore, 'record' | 'outcome'>;
  readonly home: HomeSource;
  readonly log: Logger;
}

/**
 * Names what two homes accepted that no home would have accepted alone: keys that look alike, and flags that lack what they
 * need. Each was judged where the other was not known, so neither is wrong by itself: somebody must choose.
 *
 * @param epoch of this home
 * @throws UnavailableError when they are out of reach: it comes again
 */
export const nameMisfits = async (envelope: Envelope, epoch: number, ports: Ports): Promise<void> => {
  const { flagKey } = envelope;
  try {
    const found = await misfitsOf(envelope, epoch, ports);
    if (found === undefined) return;
    ports.log.error('two homes accepted flags that do not go together: archive or change one of them', {
      flagKey,
      ...found,
    });
  } catch (error) {
    if (isRetryable(error)) throw error;
    // What cannot be read keeps nothing from being taken over.
    ports.log.warn('flags that go with one that was taken over cannot be looked at', { flagKey, error });
  }
};

const misfitsOf = async (envelope: Envelope, epoch: number, ports: Ports): Promise<object | undefined> => {
  const { flagKey, flagState } = envelope;
  const { flags } = ports;
  const others = lookAtOthers({ ...ports, epoch, walk: null });
  const isGone = flagState === 'archived';
  const looksLike = isGone ? [] : await alive((await flags.alike(flagKey)).keys, flagKey, others);
  // As if it had just come, with all that it needs; or gone, with all that need it.
  const before = isGone ? { ...envelope, flagState: 'live' as const, prerequisites: [], audience: '*' as const } : null;
  const needs = await unmetNeeds({ flagKey, before, after: envelope }, others);
  if (looksLike.length === 0 && needs.length === 0) return undefined;
  return { ...(looksLike.length === 0 ? {} : { looksLike }), ...(needs.length === 0 ? {} : { needs }) };
};

const alive = async (
  keys: readonly string[],
  flagKey: string,
  others: Pick<ReturnType<typeof lookAtOthers>, 'flag'>,
): Promise<readonly string[]> => {
  const found = await Promise.all(
    keys.filter((key) => key !== flagKey).map(async (key) => [key, await others.flag(key)] as const),
  );
  return found.filter(([, flag]) => flag !== null && flag.flagState !== 'archived').map(([key]) => key);
};
