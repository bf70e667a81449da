import type { ChangeRecord } from '@flaghoist/core/change';
import { outagesOf } from '@flaghoist/core/complaint';
import type { Proof } from '@flaghoist/core/proof';
import type { RollbackPorts } from './ports.ts';

type Ports = Pick<RollbackPorts, 'changes'>;

/**
 * That servers refuse writes, and which services they fail: what acceptance may ask for. Not of an outage that its region has
 * not named: its end would be told under another name, and this one would never be over.
 */
export const noteRefusals = async (answers: readonly Proof[], { changes }: Ports): Promise<void> => {
  for (const { region, refusing } of answers) {
    for (const [redis, caches] of Map.groupBy(refusing, (cache) => cache.redis)) {
      const since = caches.find(({ outageSince }) => outageSince !== null)?.outageSince;
      if (since == null) continue;
      const known = (await changes.redis({ region, redis }))?.services ?? [];
      const services = new Set([...known, ...caches.map(({ service }) => service)]);
      await changes.noteDegraded({ region, redis, since }, [...services]);
    }
  }
};

/**
 * Every Redis that refused a taken-back change at the third look has taken it back with the one whose answer decided
 * (rule 15): those that are heard of only now, too.
 */
export const noteTakenBack = async (
  { state }: ChangeRecord,
  answers: readonly Proof[],
  { changes }: Ports,
): Promise<void> => {
  if (state !== 'rolled-back') return;
  for (const outage of outagesOf(answers, OUTGROWS_NOTHING)) await changes.noteTaken(outage);
};

/** An outage too many: the next larger change onto a full Redis is taken back all the same. */
const OUTGROWS_NOTHING = false;
