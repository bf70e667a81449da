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
  /** Where it was to be wrong, and nothing could be planted. */
  readonly notPlanted?: string | undefined;
}

/** Where a change was planted wrong, by its id: whoever keeps nothing between two changes reads it there. `null`: nowhere. */
export const plantedIn = (changeId: string): string | null =>
  /^canary-\d+-in-([a-z0-9-]+)$/.exec(changeId)?.[1] ?? null;

/** Where nothing could be planted when it was that region's turn, by the id of the change that was made all the same. */
export const notPlantedIn = (changeId: string): string | null =>
  /^canary-\d+-not-in-([a-z0-9-]+)$/.exec(changeId)?.[1] ?? null;

const idOf = ({ now, planted, notPlanted }: Next): string => {
  if (planted !== null) return `canary-${now}-in-${planted}`;
  return notPlanted === undefined ? `canary-${now}` : `canary-${now}-not-in-${notPlanted}`;
};

/** The next change of the canary's flag, for its own service. */
export const nextProposal = (next: Next): Proposal => {
  const { current, now } = next;
  const change = {
    id: idOf(next),
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
