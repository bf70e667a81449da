import { parseEnvelope } from '@flaghoist/core/envelope';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { compareOrders, formatOrder, type Order } from '@flaghoist/core/order';
import type { World } from '../../lib/world.ts';

/** What somebody outside of a world was told, and may rely on from then on. */
export class Witness {
  /** @param text what `toString` wrote */
  static from(text: string): Witness {
    const { proposed, accepted, verified } = JSON.parse(text);
    const witness = new Witness();
    for (const [id, flagKey] of proposed) witness.proposed.set(id, flagKey);
    for (const [id, order] of accepted) witness.accepted.set(id, order);
    for (const [flagKey, order] of verified) witness.verified.set(flagKey, order);
    return witness;
  }

  toString(): string {
    const { proposed, accepted, verified } = this;
    return JSON.stringify({ proposed: [...proposed], accepted: [...accepted], verified: [...verified] });
  }

  /** Proposals that were answered: change id to flag. */
  readonly proposed = new Map<string, string>();
  /** Accepted changes as the trail named them: change id to order. */
  readonly accepted = new Map<string, Order>();
  /** What was verified of a flag, the newest. */
  readonly verified = new Map<string, Order>();

  hear(event: FlaghoistEvent): void {
    const { type, detail } = event;
    const { flagKey, changeId, order } = detail as { flagKey?: string; changeId?: string; order?: Order };
    if (flagKey === undefined || changeId === undefined || order === undefined) return;
    if (type === 'ChangeAccepted') this.accepted.set(changeId, order);
    if (type !== 'ChangeVerified') return;
    const before = this.verified.get(flagKey);
    if (before === undefined || compareOrders(before, order) < 0) this.verified.set(flagKey, order);
  }

  /** What a world does not keep of it, in words; nothing when all is there, once. */
  async brokenBy(world: World, author: string): Promise<readonly string[]> {
    const broken: string[] = [];
    const { changes, region } = world.home;
    const { store } = world.region(region);
    const ordersOf = new Map<string, Order[]>();
    const revisionsOf = new Map<string, number[]>();
    for await (const { flagKey, order, body } of store.revisions()) {
      const { id } = parseEnvelope(body).change;
      ordersOf.set(id, [...(ordersOf.get(id) ?? []), order]);
      revisionsOf.set(flagKey, [...(revisionsOf.get(flagKey) ?? []), order.revision]);
    }
    for (const [flagKey, revisions] of revisionsOf) {
      if (revisions.some((revision, place) => revision !== place + 1)) broken.push(`${flagKey} has ${revisions}`);
    }
    for (const [id, orders] of ordersOf)
      if (orders.length > 1) broken.push(`${id} is doubled: ${orders.map(formatOrder)}`);
    for (const [id, order] of this.accepted) {
      const [found] = ordersOf.get(id) ?? [];
      if (found === undefined || compareOrders(found, order) !== 0) broken.push(`${id} was ${formatOrder(order)}`);
    }
    for (const [id, flagKey] of this.proposed) {
      const outcome = await changes.outcome(author, id);
      if (outcome === undefined) broken.push(`proposal ${id} of ${flagKey} has no outcome`);
      else if (outcome.outcome === 'accepted' && !ordersOf.has(id))
        broken.push(`${id} is accepted and has no revision`);
    }
    for (const [flagKey, order] of this.verified) {
      const good = (await store.knownGood(flagKey))?.order;
      if (good === undefined || compareOrders(good, order) < 0)
        broken.push(`${flagKey} was known good at ${formatOrder(order)}`);
    }
    for await (const { flagKey, order } of changes.undecided(Number.MAX_SAFE_INTEGER)) {
      broken.push(`${flagKey} ${formatOrder(order)} is undecided`);
    }
    return broken;
  }
}
