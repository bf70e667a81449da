import type { FlagDocument } from '@flaghoist/core/envelope';

/** A boolean flag; each number gives another document. Even numbers serve `on` by default. */
export const booleanFlag = (number: number): FlagDocument => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: number % 2 === 0 ? 'on' : 'off',
  metadata: { note: `document ${number}` },
});

/** The order of a flag's n-th accepted change in the first epoch. */
export const rev = (revision: number): { epoch: number; revision: number } => ({ epoch: 1, revision });
