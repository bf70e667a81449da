import { type Audience, departedAfter, normaliseAudience } from './audience.ts';
import type { FlagState } from './change.ts';
import { ENVELOPE_SCHEMA, type Envelope, type FlagDocument, seal } from './envelope.ts';
import { formatOrder, nextOrder } from './order.ts';
import type { Proposal, SignedProposal } from './proposal.ts';
import { servingRegions, type Topology } from './topology.ts';

/**
 * The document of a killed flag: everybody gets `offVariant`, whoever asks. flagd's own `DISABLED` would hand each
 * caller its own default instead.
 */
export const killedDocument = (document: FlagDocument, offVariant: string | null): FlagDocument => {
  const { targeting: _targeting, ...rest } = document;
  return { ...rest, state: 'ENABLED', defaultVariant: offVariant };
};

/** What home knows at the moment of acceptance. */
export interface AcceptanceContext {
  /** Under whose key the proposal was written, and the digest of its text. Left out where it is not written anywhere. */
  written?: { readonly author: string; readonly proposedDigest: string };
  environment: string;
  epoch: number;
  rulesVersion: number;
  topology: Topology;
  /** The newest accepted revision, or none. */
  current: Envelope | null;
  /** Whether `current` is verified: then those that departed with it need no second goodbye. */
  currentVerified: boolean;
  evidence: Record<string, unknown>;
  /** Epoch milliseconds. */
  now: number;
}

const stateAfter = ({ kind }: Pick<Proposal, 'kind'>, current: Envelope | null): FlagState => {
  if (kind === 'killed') return 'killed';
  if (kind === 'archived') return 'archived';
  // Only a restore lifts a kill: an update of a killed flag changes what it will be, not what it serves.
  return kind === 'updated' && current?.flagState === 'killed' ? 'killed' : 'live';
};

const documentAfter = (
  proposal: Pick<Proposal, 'kind' | 'document'>,
  current: Envelope | null,
  state: FlagState,
  offVariant: string | null,
): FlagDocument | null => {
  if (state === 'archived') return null;
  // A proposal without its document is the rules' finding; the empty document carries it to them.
  const document = (proposal.kind === 'killed' ? current?.document : proposal.document) ?? {};
  return state === 'killed' ? killedDocument(document, offVariant) : document;
};

/**
 * Like audience and owner it stays until a proposal says otherwise; a tombstone has no document that could use it. A kill
 * changes nothing that would still be there once it is lifted: nobody has approved it.
 */
const sourceAfter = (
  proposal: Pick<Proposal, 'kind' | 'source'>,
  current: Envelope | null,
  document: FlagDocument | null,
): unknown => {
  if (document === null) return undefined;
  if (proposal.kind === 'killed') return current?.source;
  const source = proposal.source ?? current?.source;
  return proposal.source !== undefined && Object.keys(proposal.source).length === 0 ? undefined : source;
};

/** The revision that a proposal becomes if the rules pass it. Total: what is wrong with it is for the rules to say. */
export const buildRevision = (proposal: SignedProposal, context: AcceptanceContext): Envelope => {
  const { current, topology } = context;
  const offVariant = proposal.offVariant ?? current?.offVariant ?? null;
  const flagState = stateAfter(proposal, current);
  const audience: Audience = normaliseAudience(proposal.audience ?? current?.audience ?? '*');
  const prerequisites = proposal.prerequisites ?? current?.prerequisites;
  const document = documentAfter(proposal, current, flagState, offVariant);
  const source = sourceAfter(proposal, current, document);
  return seal({
    schema: ENVELOPE_SCHEMA,
    flagKey: proposal.flagKey,
    environment: context.environment,
    ...nextOrder(context.epoch, current),
    kind: proposal.kind,
    flagState,
    document,
    offVariant,
    audience: audience === '*' ? '*' : [...audience],
    departed: [...departedAfter(current && { ...current, verified: context.currentVerified }, audience, topology)],
    ...(prerequisites === undefined ? {} : { prerequisites }),
    owner: proposal.owner ?? current?.owner ?? '',
    ...(source === undefined ? {} : { source }),
    regions: [...servingRegions(topology)],
    topologyVersion: topology.version,
    rulesVersion: context.rulesVersion,
    evidence: context.evidence,
    change: { ...proposal.change, ...context.written },
    at: { proposed: proposal.proposedAt, accepted: context.now },
    previousEnvelopeDigest: current?.envelopeDigest ?? null,
  });
};

export interface RevertContext {
  judged: Envelope;
  /** The revision to go back to; `null` when there is none, and the flag becomes a tombstone. */
  target: Envelope | null;
  epoch: number;
  rulesVersion: number;
  topology: Topology;
  /** Epoch milliseconds. */
  now: number;
  /** When the caches were seen whose answer decides: from then on the rollback is timed. Left out: now. */
  answeredAt?: number;
  reason: string;
}

/** The id of the change that takes another one back: derived, so that a repeated attempt meets its own work. */
export const revertIdOf = (changeId: string): string => `revert-${changeId}`;

/** What stays of a flag that was never good: its name, its owner, and nothing to serve. */
const tombstoneOf = ({ source: _evaluators, ...judged }: Envelope): Envelope => ({
  ...judged,
  document: null,
  flagState: 'archived',
});

const takesBackOf = ({ change, epoch, revision }: Envelope): Pick<Envelope['change'], 'takesBack'> => {
  const { id: changeId, author, proposedDigest } = change;
  if (author === undefined || proposedDigest === undefined) return {};
  return { takesBack: { author, changeId, proposedDigest, order: { epoch, revision } } };
};

/** A revert is a new revision that carries its target's document (rule 14). */
export const buildRevert = ({
  judged,
  target,
  epoch,
  rulesVersion,
  topology,
  now,
  answeredAt = now,
  reason,
}: RevertContext): Envelope => {
  const { envelopeDigest: _sealed, documentDigest: _hashed, ...source } = target ?? tombstoneOf(judged);
  return seal({
    ...source,
    schema: ENVELOPE_SCHEMA,
    ...nextOrder(epoch, judged),
    kind: 'rolled-back',
    departed: [...departedAfter({ ...judged, verified: false }, source.audience, topology)],
    regions: [...servingRegions(topology)],
    topologyVersion: topology.version,
    rulesVersion,
    change: {
      id: revertIdOf(judged.change.id),
      actor: 'flaghoist/rollback',
      authentication: 'service',
      reason,
      causeId: judged.change.id,
      ...takesBackOf(judged),
    },
    at: { proposed: Math.min(answeredAt, now), accepted: now },
    previousEnvelopeDigest: judged.envelopeDigest,
  });
};

export interface KillAgainContext {
  /** The kill that a former home accepted. */
  found: Envelope;
  /** The newest revision here, alive. */
  current: Envelope;
  /** What the rules ask of a kill of `current`. */
  evidence: Record<string, unknown>;
  epoch: number;
  topology: Topology;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * The id of the kill that carries out another one again: derived, in whichever epoch that is.
 *
 * @param changeId of the kill that somebody proposed: an id that grew with every move of home would be too long in the end
 */
export const killAgainIdOf = (changeId: string, epoch: number): string => `again-${epoch}-${changeId}`;

/** A kill that a former home accepted, and that nothing here has carried out: the flag as it is here, killed (rule 17). */
export const buildKillAgain = ({ found, current, evidence, epoch, topology, now }: KillAgainContext): Envelope => {
  const { envelopeDigest, documentDigest: _hashed, ...source } = current;
  return seal({
    ...source,
    schema: ENVELOPE_SCHEMA,
    ...nextOrder(epoch, current),
    kind: 'killed',
    flagState: 'killed',
    document: killedDocument(current.document ?? {}, current.offVariant),
    departed: [...departedAfter({ ...current, verified: false }, current.audience, topology)],
    regions: [...servingRegions(topology)],
    topologyVersion: topology.version,
    evidence,
    change: {
      id: killAgainIdOf(found.change.causeId ?? found.change.id, epoch),
      actor: 'flaghoist/home',
      authentication: 'service',
      reason: `${found.change.actor} killed it as ${formatOrder(found)}, before home was moved: ${found.change.reason}`,
      causeId: found.change.id,
    },
    at: { proposed: now, accepted: now },
    previousEnvelopeDigest: envelopeDigest,
  });
};
