import type { ProposableKind } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { factsMoved } from '@flaghoist/core/flag-facts';
import { orderOf } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { type Proposal, proposedDigestOf } from '@flaghoist/core/proposal';
import { buildRevision } from '@flaghoist/core/revision';

/** The home region, as an author finds it. */
interface HomePorts {
  readonly flags: Pick<FlagStore, 'current'>;
  readonly changes: Pick<ChangeStore, 'accept' | 'record'>;
  readonly topology: Pick<TopologySource, 'latest'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly epoch?: number;
}

/** The principal under whose key ada writes. */
export const AUTHOR = 'local:ada';

/** An author who never asks twice: ada, whose flags are boolean ones for everybody. */
export const authorAt = ({ flags, changes, topology, clock, epoch = 1 }: HomePorts) => {
  let proposed = 0;

  const current = async (flagKey: string): Promise<Envelope | null> => {
    const stored = await flags.current(flagKey);
    return stored === undefined ? null : parseEnvelope(stored.body);
  };

  /** A sound proposal against what is there, different only in what is named. */
  const proposalOf = async (
    kind: ProposableKind,
    parts: Partial<Proposal> & { readonly flagKey: string },
  ): Promise<Proposal> => {
    proposed += 1;
    const basedOn = parts.basedOn === undefined ? await current(parts.flagKey) : parts.basedOn;
    const takesDocument = kind !== 'killed' && kind !== 'archived';
    return {
      kind,
      basedOn: basedOn && orderOf(basedOn),
      ...(takesDocument
        ? { document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } }
        : {}),
      ...(basedOn === null ? { offVariant: 'off', owner: 'team-core' } : {}),
      change: {
        id: `change-${String(proposed).padStart(4, '0')}`,
        actor: 'ada',
        authentication: 'local',
        reason: 'Because it is time.',
      },
      proposedAt: clock.now(),
      ...parts,
    };
  };

  /**
   * A change as the validator accepts it: built on CURRENT, written in one transaction.
   *
   * @param evidence what home seals into it
   * @param by under whose key it is proposed
   * @throws Error when somebody else was faster
   */
  const accept = async (proposal: Proposal, evidence: Record<string, unknown> = {}, by = AUTHOR): Promise<Envelope> => {
    const found = await current(proposal.flagKey);
    const record = found && (await changes.record(proposal.flagKey, found));
    const envelope = buildRevision(proposal, {
      written: { author: by, proposedDigest: proposedDigestOf(JSON.stringify(proposal)) },
      environment: 'test',
      epoch,
      rulesVersion: 1,
      topology: await topology.latest(),
      current: found,
      currentVerified: record?.state === 'verified',
      evidence,
      now: clock.now(),
    });
    const replaces = found && { order: orderOf(found), envelopeDigest: found.envelopeDigest };
    const move = { flagKey: proposal.flagKey, before: found, after: envelope };
    const result = await changes.accept(envelope, replaces, factsMoved(move, epoch));
    if (result !== 'written') throw new Error(`CURRENT of ${proposal.flagKey} has moved`);
    return envelope;
  };

  return { current, proposalOf, accept };
};
