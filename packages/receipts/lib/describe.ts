import type { ChangeRecord } from '@flaghoist/core/change';
import { EVENT_SOURCE, type EventOf, parseEvent } from '@flaghoist/core/events';
import { sameOrder } from '@flaghoist/core/order';
import type { Proof } from '@flaghoist/core/proof';
import type { ChangeEvidence } from './change-evidence.ts';
import type { ReceiptFacts, ReceiptRow, RegionFacts } from './receipt.ts';
import { rowsOf } from './rows.ts';

/** The events of the regions about this very change, as the trail has them. */
const eventsOf = ({ trail, envelope }: ChangeEvidence) => {
  const events = trail
    .filter(({ type }) => type === 'RegionVerdict' || type === 'ChangePublished')
    .map(({ id, type, region, at, detail }) =>
      parseEvent({ source: EVENT_SOURCE, type, version: 1, id, region, at, detail }),
    )
    .filter((event) => event.type === 'RegionVerdict' || event.type === 'ChangePublished')
    .filter(({ detail }) => detail.flagKey === envelope.flagKey && sameOrder(detail.order, envelope));
  return {
    verdicts: events.filter((event) => event.type === 'RegionVerdict'),
    published: events.filter((event) => event.type === 'ChangePublished'),
  };
};

/** The event that a proof was made of, if the trail has it. */
const verdictBehind = (
  { region, verdict, seenAt }: Proof,
  verdicts: readonly EventOf<'RegionVerdict'>[],
): EventOf<'RegionVerdict'> | undefined =>
  verdicts.find(
    ({ at, detail }) => detail.region === region && detail.verdict === verdict && (detail.seenAt ?? at) === seenAt,
  );

/** What a receipt says of a change that has ended. Pure. */
export const describeChange = (
  evidence: ChangeEvidence,
): { readonly facts: ReceiptFacts; readonly rows: readonly ReceiptRow[] } => {
  const { envelope, record, proofs } = evidence;
  const { verdicts, published } = eventsOf(evidence);
  const answers = envelope.regions.map((region) => {
    const proof = proofs.find((each) => each.region === region);
    return { region, proof, event: proof && verdictBehind(proof, verdicts) };
  });
  const regions = answers.map(({ region, proof, event }): RegionFacts => {
    const instances = event?.detail.instances;
    return {
      region,
      publishedAt: published.find(({ detail }) => detail.region === region)?.at ?? null,
      verdict: proof?.verdict ?? null,
      look: proof?.look ?? null,
      seenAt: proof?.seenAt ?? null,
      holding: proof?.holding ?? null,
      instances: instances === undefined ? null : { alive: instances.alive, holding: instances.holding },
    };
  });
  return {
    facts: { ...sealedFacts(evidence), ...outcomeOf(record), regions, issuedAt: evidence.issuedAt },
    rows: answers.flatMap((answer) => rowsOf(answer, evidence)),
  };
};

const sealedFacts = ({ environment, envelope, record }: ChangeEvidence) => {
  const { change, at } = envelope;
  const { actor, authentication, author = null, reason, ticket = null, approvals = [], proposedDigest = null } = change;
  const { waivers } = envelope.evidence;
  return {
    environment,
    flagKey: envelope.flagKey,
    order: { epoch: envelope.epoch, revision: envelope.revision },
    changeId: change.id,
    kind: envelope.kind,
    flagState: envelope.flagState,
    documentDigest: envelope.documentDigest,
    envelopeDigest: envelope.envelopeDigest,
    previousEnvelopeDigest: envelope.previousEnvelopeDigest,
    proposedDigest,
    proposedBy: { actor, authentication, author, reason, ticket },
    approvals,
    rulesVersion: envelope.rulesVersion,
    waivers: Array.isArray(waivers) ? waivers : [],
    audience: envelope.audience,
    departed: envelope.departed,
    topologyVersion: envelope.topologyVersion,
    times: { proposed: at.proposed, accepted: at.accepted, decided: record.decidedAt ?? null },
  };
};

const outcomeOf = ({ state, knownGood, holdReason, revertOrder, causeId, blame, needs = [] }: ChangeRecord) => ({
  state,
  outcome: {
    knownGood: knownGood ?? false,
    holdReason: holdReason ?? null,
    revertOrder: revertOrder ?? null,
    causeId: causeId ?? null,
    blame: blame === undefined ? null : { region: blame.region, services: [...blame.services] },
    needs: needs.map((need) => ({ ...need })),
  },
});
