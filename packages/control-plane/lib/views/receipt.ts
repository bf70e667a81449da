import { CANARY_FLAG } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import { formatOrder, type Order, sameOrder } from '@flaghoist/core/order';
import { RefusedError } from '@flaghoist/operations/errors';
import { describeChange } from '@flaghoist/receipts/describe';
import type { Receipt } from '@flaghoist/receipts/receipt';
import { sealReceipt } from '@flaghoist/receipts/seal';
import { NotFoundError } from '../errors.ts';
import type { ControlPlanePorts, HomePorts } from '../ports.ts';
import { recordOf } from './change-view.ts';
import { envelopeOf, missing } from './flag-view.ts';

interface Named {
  readonly flagKey: string;
  readonly order: Order;
}

/** The receipt of a change that has ended. @throws NotFoundError, RefusedError */
export const receiptOf = async (
  { flagKey, order }: Named,
  { home: homeNow, receipts, environment, clock }: ControlPlanePorts,
): Promise<Receipt> => {
  const home = homeNow();
  const record = await recordOf(flagKey, order, home);
  const change = `change ${formatOrder(order)} of ${flagKey}`;
  refuseWithout(record, change);
  if (receipts === undefined)
    throw new RefusedError(
      `the receipt of ${change}`,
      ['this server has no key to sign it with'],
      'Ask a server that hoist up has started, or start the one of an account with RECEIPT_KEYS.',
    );
  const stored = await home.flags.revision(flagKey, order);
  if (stored === undefined) throw await missing('revision', { flagKey, order }, home);
  const envelope = envelopeOf(stored.body);
  const evidence = {
    environment,
    envelope,
    record,
    proofs: await home.changes.proofs(record),
    trail: await home.audit.search({ flagKey, changeId: record.changeId }),
    atAcceptance: await home.topology.at(envelope.topologyVersion),
    now: await home.topology.latest(),
    issuedAt: clock.now(),
  };
  return sealReceipt(describeChange(evidence), receipts.signer);
};

const refuseWithout = ({ state, flagKey }: ChangeRecord, change: string): void => {
  if (flagKey === CANARY_FLAG)
    throw new RefusedError(
      `the receipt of ${change}`,
      ['it is the canary, a flag of nobody, and its revisions expire'],
      'hoist status says what the canary has proven.',
    );
  if (state !== 'accepted') return;
  throw new RefusedError(
    `the receipt of ${change}`,
    ['nobody has decided it yet, and a receipt says how a change ended'],
    'hoist wait FLAG waits until it has ended.',
  );
};

/**
 * The change of an id, by the trail. Two authors may have given one id to two changes.
 *
 * @throws NotFoundError for an id that the trail has not, or not yet; RefusedError for one of several changes
 */
export const changeOfId = async (
  changeId: string,
  flagKey: string | undefined,
  { audit }: Pick<HomePorts, 'audit'>,
): Promise<Named> => {
  const about = flagKey === undefined ? {} : { flagKey };
  const documents = await audit.search({ changeId, type: 'ChangeAccepted', ...about });
  const changes = documents.flatMap(({ flagKey: key, detail }) =>
    key === undefined ? [] : [{ flagKey: key, order: detail['order'] as Order }],
  );
  const [first] = changes;
  if (first === undefined)
    throw new NotFoundError(
      `accepted change with the id ${changeId}`,
      'hoist history FLAG lists the changes of a flag. The trail hears of a change some seconds after it was accepted.',
    );
  if (changes.every((each) => each.flagKey === first.flagKey && sameOrder(each.order, first.order))) return first;
  const names = changes.map((each) => `${each.flagKey}@${formatOrder(each.order)}`);
  throw new RefusedError(
    `the receipt of ${changeId}`,
    [`several changes have this id: ${names.join(', ')}`],
    'Name one of them: hoist receipt FLAG@ORDER.',
  );
};
