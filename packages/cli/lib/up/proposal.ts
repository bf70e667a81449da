import type { Order } from '@flaghoist/core/order';
import type { Proposal } from '@flaghoist/core/proposal';

/** Who proposes what is shown. */
export const demonstrator = 'demonstration';

export const demonstrationFlag = 'instant-payments-to-new-payees';

const document = (defaultVariant: 'on' | 'off'): Record<string, unknown> => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant,
  // Whoever comes to a branch gets it with the second revision.
  targeting: {
    if: [{ in: [{ var: 'channel' }, ['mobile', 'web', ...(defaultVariant === 'on' ? ['branch'] : [])]] }, 'on', 'off'],
  },
});

/** A change of the demonstration: the flag is created, or switched on. */
export const proposalOf = (id: string, basedOn: Order | null, now: number): Proposal => ({
  flagKey: demonstrationFlag,
  kind: basedOn === null ? 'created' : 'updated',
  basedOn,
  document: document(basedOn === null ? 'off' : 'on'),
  ...(basedOn === null ? { offVariant: 'off', audience: '*' as const, owner: 'team-payments' } : {}),
  change: {
    id,
    actor: 'newcomer@example.com',
    authentication: 'local',
    reason: 'Demonstration of hoist up',
    ticket: 'DEMO-1',
  },
  proposedAt: now,
});
