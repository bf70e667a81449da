import { isOfLaterHome } from '@flaghoist/core/accepted-revision';
import { orderOf } from '@flaghoist/core/order';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { putCurrentRight } from '@flaghoist/operations/put-current-right';
import { keepKill } from './defend-epoch.ts';
import type { Distribution } from './distribute-revision.ts';
import { type FlagItem, isRefused } from './flag-item.ts';
import type { DistributePorts } from './ports.ts';
import { refusalOf } from './refusal.ts';
import { reportIntruder, reportUnreadable } from './report.ts';

/**
 * What a CURRENT record sets off in its region: the message, if its REVISION is here and has the same digest. Without one
 * it goes nowhere. In the home region that is an intruder for certain, and CURRENT is put back; elsewhere its REVISION may
 * be on the way, and will bring the message along.
 */
export const createCurrentCheck =
  ({ ports, read, publish }: Distribution) =>
  async (found: FoundItem): Promise<void> => {
    const item = read(found);
    const home = await ports.home.home();
    const decides = home.region === ports.region;
    // A former home's write that came late, and lost: nobody went around anybody.
    const isLeftover = item.readable && item.envelope.epoch < home.epoch;
    if (await isAccepted(item, ports)) {
      if (!item.readable) return;
      const isNewest = !decides || (await defend(item, found, { isLeftover, epoch: home.epoch }, ports));
      if (isNewest && refusalOf(item, ports) === null) await publish(item.envelope);
      return;
    }
    if (decides) {
      if (isLeftover) await keepKill(item.envelope, ports.repair);
      await putCurrentRight(item.flagKey, { ...ports, epoch: home.epoch });
      if (isLeftover) return;
      // Home has moved this moment, and the REVISION is still on its way.
      if (item.readable && (await isOfLaterHome({ order: orderOf(item.envelope) }, { ...ports, epoch: home.epoch })))
        return;
      await (item.readable ? reportIntruder(item, found, ports) : reportUnreadable(item, found, ports));
    } else if (!item.readable) await reportUnreadable(item, found, ports);
    else if (isRefused(item)) await reportIntruder(item, found, ports);
  };

const isAccepted = async (item: FlagItem, { flags }: DistributePorts): Promise<boolean> => {
  if (!item.readable) return false;
  const revision = await flags.revision(item.flagKey, item.envelope);
  return revision?.envelopeDigest === item.envelope.envelopeDigest;
};

/**
 * In the home region: an accepted revision that somebody put back as CURRENT over a newer one is an intruder too.
 *
 * @returns whether the item is the newest accepted revision
 */
const defend = async (
  item: FlagItem & { readable: true },
  found: FoundItem,
  { isLeftover, epoch }: { readonly isLeftover: boolean; readonly epoch: number },
  ports: DistributePorts,
): Promise<boolean> => {
  const newest = await ports.flags.newestRevision(item.flagKey);
  if (newest?.envelopeDigest === item.envelope.envelopeDigest) return true;
  const { newest: accepted, current } = await putCurrentRight(item.flagKey, { ...ports, epoch });
  if (current === 'restored' && !isLeftover) await reportIntruder(item, found, ports);
  return accepted?.envelopeDigest === item.envelope.envelopeDigest;
};
