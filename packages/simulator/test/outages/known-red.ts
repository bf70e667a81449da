import type { Cell } from './cell.ts';

/**
 * Outages that do not heal yet, by function and port. Whoever mends one takes it out; a new one may not come in: every other
 * outage must heal.
 */
const knownRed: readonly string[] = [
  'validator.accept · home',
  'validator.accept · flags',
  'validator.accept · proposals',
  'validator.accept · changes',
  'validator.accept · topology',
  'validator.distribute · home',
  'validator.distribute · flags',
  'validator.distribute · repair',
  'validator.distribute · verification',
  'validator.distribute · topic',
  'validator.distribute · bus',
  'rollback.judge · home',
  'rollback.judge · changes',
];

export const isKnownRed = ({ name, port }: Cell): boolean => knownRed.includes(`${name} · ${port}`);
