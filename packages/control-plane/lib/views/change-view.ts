import type { ChangeRecord } from '@flaghoist/core/change';
import type { Order } from '@flaghoist/core/order';
import type { Follower } from '../follower.ts';
import type { HomePorts } from '../ports.ts';
import { conditionsOf } from './conditions.ts';
import { currentOf, envelopeOf, missing } from './flag-view.ts';
import type { ChangeHistory, ChangeView } from './schemas.ts';

/** @throws NotFoundError */
export const recordOf = async (
  flagKey: string,
  order: Order,
  home: Pick<HomePorts, 'changes' | 'flags'>,
): Promise<ChangeRecord> => {
  const record = await home.changes.record(flagKey, order);
  if (record !== undefined) return record;
  throw await missing('change', { flagKey, order }, home);
};

/** Of `created` and the like, what home keeps; of what is on its way, what this server has seen as well. */
export const changeViewOf = async (
  record: ChangeRecord,
  home: Pick<HomePorts, 'changes' | 'flags'>,
  follower: Follower,
): Promise<ChangeView> => {
  const { flagKey, order } = record;
  const proofs = await home.changes.proofs(record);
  const known = await home.flags.knownGood(flagKey);
  const current = await home.flags.current(flagKey);
  const seen = follower.seen(flagKey, order);
  const byRegion = new Map(proofs.map((proof) => [proof.region, proof]));
  return {
    ...record,
    conditions: conditionsOf({
      record,
      proofs,
      knownGood: known?.order ?? null,
      current: current?.order ?? order,
      seen,
    }).map((condition) => ({ ...condition })),
    progress: record.regions.map((region) => {
      const proof = byRegion.get(region);
      const own = seen.find((each) => each.region === region);
      return {
        region,
        expected: own?.expected ?? proof?.holding ?? 0,
        acknowledged: own?.acknowledged ?? (proof?.verdict === 'consistent' ? proof.holding : 0),
        seenAt: own?.seenAt ?? (proof?.verdict === 'consistent' ? proof.seenAt : null),
        publishedAt: own?.publishedAt ?? null,
        verdict: proof?.verdict ?? null,
        look: proof?.look ?? null,
        services: [...(proof?.services ?? [])],
      };
    }),
  };
};

/** The changes of a flag, newest first, from an order on. */
export const historyOf = async (
  flagKey: string,
  { before, limit }: { readonly before?: Order | undefined; readonly limit: number },
  { changes, flags }: Pick<HomePorts, 'changes' | 'flags'>,
): Promise<ChangeHistory['changes']> => {
  const newest = await currentOf(flagKey, { flags });
  const from = before ?? { epoch: newest.epoch, revision: newest.revision + 1 };
  const found: ChangeHistory['changes'][number][] = [];
  for await (const record of changes.recordsBefore(flagKey, from)) {
    if (found.length === limit) break;
    const stored = await flags.revision(flagKey, record.order);
    const change = stored && envelopeOf(stored.body).change;
    found.push({ ...record, ...(change && { actor: change.actor, reason: change.reason }) });
  }
  return found;
};
