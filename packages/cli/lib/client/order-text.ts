import type { Order } from '@flaghoist/core/order';

/** As core's `formatOrder`, which stands beside schemas: to read those takes longer than most commands. */
export const orderText = ({ epoch, revision }: Order): string => `${epoch}.${revision}`;
