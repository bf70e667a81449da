import type { AcknowledgementRow } from '@flaghoist/core/acknowledgement';
import { compareOrders, type Order } from '@flaghoist/core/order';

/** What the lines of a window show: the highest order by flag and service. */
export class Acknowledged {
  readonly #byFlag = new Map<string, Map<string, Order>>();

  add(rows: readonly AcknowledgementRow[]): void {
    for (const { flagKey, service, heldOrder } of rows) {
      const services = this.#byFlag.get(flagKey) ?? new Map<string, Order>();
      this.#byFlag.set(flagKey, services);
      const known = services.get(service);
      if (known === undefined || compareOrders(heldOrder, known) > 0) services.set(service, heldOrder);
    }
  }

  /** A line of the service shows this order of the flag, or a later one. */
  shows(flagKey: string, service: string, order: Order): boolean {
    const held = this.#byFlag.get(flagKey)?.get(service);
    return held !== undefined && compareOrders(held, order) >= 0;
  }
}
