import { compareAndSet } from '@flaghoist/core/compare-and-set';
import { decide } from '@flaghoist/core/decision';
import { parseEnvelope, recordOf, serialiseEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import { parseProposal } from '@flaghoist/core/proposal';
import { buildRevision } from '@flaghoist/core/revision';
import { parseTopology } from '@flaghoist/core/topology';
import { judgeService } from '@flaghoist/core/verdict';

export const lifeOfAChange = (proposalText: string, topologyText: string) => {
  const accepted = buildRevision(parseProposal(proposalText), {
    environment: 'dev',
    epoch: 1,
    rulesVersion: 1,
    topology: parseTopology(topologyText),
    current: null,
    currentVerified: false,
    evidence: {},
    now: 1_780_000_000_000,
  });

  // On the wire it is text; whoever reads it recomputes both digests.
  const received = parseEnvelope(serialiseEnvelope(accepted));

  // A cache takes it if it is newer than what it holds.
  const held = heldOf('billing', received);
  const { outcome } = compareAndSet(null, held, { hasManifest: true, repair: false });

  // A look at the cache gives a verdict, the regions' verdicts decide.
  const order = { epoch: accepted.epoch, revision: accepted.revision };
  const { verdict } = judgeService({
    service: 'billing',
    redis: 'redis-1',
    change: { ...accepted, order },
    observation: { reachable: true, hasManifest: true, held, intact: true },
    logged: true,
    late: false,
    revisionAt: () => undefined,
    mayBeOnItsWay: false,
  });
  const now = accepted.at.accepted;
  const said = { services: [], degraded: [], refusing: [], holding: 3, look: 1, seenAt: now } as const;
  const decision = decide({
    judged: recordOf(accepted),
    proofs: accepted.regions.map((region) => ({ ...said, region, verdict })),
    excusedRegions: new Set(),
    current: order,
    knownGood: null,
    floor: null,
    earlier: [],
    revertsLeft: 20,
    now,
    outages: [],
    outgrows: false,
    concluding: 'none',
  });
  return { outcome, verdict, decision };
};
