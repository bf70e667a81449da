import { isCanaryRevision } from '@flaghoist/core/canary';
import { changeIdentity } from '@flaghoist/core/change-events';
import { changeKeyOf, type Envelope } from '@flaghoist/core/envelope';
import { eventOf } from '@flaghoist/core/events';
import { expectRowOf } from '@flaghoist/core/expect-row';
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { ItemReader } from './flag-item.ts';
import type { DistributePorts } from './ports.ts';
import type { RegionPublisher } from './publish-in-region.ts';
import { type Refusal, refusalOf, refusalText } from './refusal.ts';
import { reportRefused, reportUnreadable } from './report.ts';

export interface Distribution {
  readonly ports: DistributePorts;
  readonly read: ItemReader;
  readonly publish: RegionPublisher;
}

/**
 * What a REVISION record sets off in its region: the expectation row, the message if CURRENT is here already and agrees,
 * and the request to verify. The row comes from REVISION, never from CURRENT: a merged replica may never show a revision
 * as CURRENT (rule 10). It comes before the message, so that no acknowledgement is older than what expects it.
 */
export const createRevisionDistribution =
  ({ ports, read, publish }: Distribution) =>
  async (found: FoundItem): Promise<void> => {
    const item = read(found);
    if (!item.readable) return reportUnreadable(item, found, ports);
    const { envelope } = item;
    const refusal = refusalOf(item, ports);
    const isExpected = envelope.regions.includes(ports.region);
    if (isExpected) await expect(envelope, refusal, ports);
    if (refusal !== null) await reportRefused(envelope, refusal, ports);
    else if (await isCurrent(envelope, ports)) await publish(envelope);
    if (isExpected) await askToVerify(envelope, ports);
  };

const expect = async (
  envelope: Envelope,
  refusal: Refusal | null,
  { verification, clock, metrics }: DistributePorts,
): Promise<void> => {
  const text = refusal === null ? null : refusalText(refusal);
  const expectedAt = clock.now();
  const expected = await verification.expect(expectRowOf(envelope, { expectedAt, refusal: text }));
  // Whoever finds the row there was not the first to be shown the change.
  if (expected === 'exists' || isCanaryRevision(envelope)) return;
  const { flagKey, change, at } = envelope;
  metrics.measure({ stream: expectedAt - at.accepted }, { flagKey, changeId: change.id });
};

const isCurrent = async ({ flagKey, envelopeDigest }: Envelope, { flags }: DistributePorts): Promise<boolean> =>
  (await flags.current(flagKey))?.envelopeDigest === envelopeDigest;

const askToVerify = async (envelope: Envelope, { region, bus, clock }: DistributePorts): Promise<void> => {
  const key = changeKeyOf(envelope);
  const detail = { region, changeIds: [key.changeId] };
  const identity = [...changeIdentity(key), region];
  await bus.publish([eventOf({ type: 'VerifyRequested', identity, region, at: clock.now(), detail })]);
};
