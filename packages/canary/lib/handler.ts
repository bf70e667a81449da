import { type CanaryPorts, type CanaryResult, canary } from './canary.ts';

export type CanaryHandler = () => Promise<CanaryResult>;

/** Scheduled. What it does not get done, the next run does. */
export const createCanaryHandler =
  (ports: CanaryPorts): CanaryHandler =>
  () =>
    canary(ports);
