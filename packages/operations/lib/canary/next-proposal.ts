import { CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import { parseEnvelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Proposal } from '@flaghoist/core/proposal';

interface Next {
  readonly current: StoredRevision | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Where it is wrong on purpose; `null`: nowhere. */
  readonly planted: string | null;
}

/** Where a change was planted wrong, by its id: whoever keeps nothing between two changes reads it there. `null`: nowhere. */
export const plantedIn = (changeId: string): string | null =>
  /^canary-\d+-in-([a-z0-9-]+)$/.exec(changeId)?.[1] ?? null;

/** The next change of the canary's flag, for its own service. */
export const nextProposal = ({ current, now, planted }: Next): Proposal => {
  const change = {
    id: planted === null ? `canary-${now}` : `canary-${now}-in-${planted}`,
    actor: SHADOW_SERVICE,
    authentication: 'local',
    reason: 'To prove that a wrong cache is found',
  };
  const state = current === undefined ? undefined : parseEnvelope(current.body).flagState;
  const document = {
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    metadata: { owner: SHADOW_SERVICE, at: String(now) },
  };
  const about = { flagKey: CANARY_FLAG, document, change, proposedAt: now };
  if (current === undefined)
    return {
      ...about,
      kind: 'created',
      basedOn: null,
      offVariant: 'off',
      audience: [SHADOW_SERVICE],
      owner: SHADOW_SERVICE,
    };
  return { ...about, kind: state === 'live' ? 'updated' : 'restored', basedOn: orderOf(current.order) };
};
