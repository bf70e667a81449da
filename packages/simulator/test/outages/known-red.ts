import type { Cell } from './cell.ts';

/**
 * Outages that do not heal yet when they last for a day, by function and port: home's stream of `flags` keeps a record for a
 * day, so a CURRENT that was written around meanwhile is never looked at. Whoever mends one takes it out; a new one may not
 * come in: every other outage must heal.
 */
const knownRedAfterADay: readonly string[] = [
  'validator.distribute · home',
  'validator.distribute · flags',
  'validator.distribute · repair',
  'validator.distribute · verification',
  'validator.distribute · topic',
  'validator.distribute · bus',
  'rollback.judge · home',
  'rollback.judge · changes',
];

export const isKnownRed = ({ name, port, seconds }: Cell): boolean =>
  seconds >= 86_400 && knownRedAfterADay.includes(`${name} · ${port}`);
