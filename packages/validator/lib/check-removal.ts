import { FLAG_PREFIX } from '@flaghoist/core/storage/keys';
import type { DistributePorts } from './ports.ts';

/**
 * CURRENT and REVISION are never removed (rule 5); removing a CURRENT that never was accepted is how it is put right. Home
 * alone can tell, and tells.
 */
export const checkRemoval = async (
  { pk, sk }: { pk: string; sk: string },
  { flags, repair, log }: Pick<DistributePorts, 'flags' | 'repair' | 'log'>,
): Promise<void> => {
  if (repair === null) return;
  const flagKey = pk.slice(FLAG_PREFIX.length);
  if ((await flags.newestRevision(flagKey)) === undefined) return;
  log.error('item of flags was removed; the next accepted change writes CURRENT again', { flagKey, sk });
};
