import { InvalidInputError } from '@flaghoist/core/errors';
import type { Order } from '@flaghoist/core/order';

const form = /^(?<epoch>[1-9]\d{0,5})\.(?<revision>[1-9]\d{0,11})$/;

/** Reads an order as people write it, such as `1.42`. @throws InvalidInputError */
export const readOrder = (text: string): Order => {
  const { epoch, revision } = form.exec(text)?.groups ?? {};
  if (epoch !== undefined && revision !== undefined) return { epoch: Number(epoch), revision: Number(revision) };
  throw new InvalidInputError(
    'order',
    [`${JSON.stringify(text)} is none`],
    'Write it as epoch and revision with a dot between them, such as 1.42; the history of a flag lists them.',
  );
};
