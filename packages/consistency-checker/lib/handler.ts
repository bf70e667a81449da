import { type ComparePorts, createCompareChanges } from './compare-changes.ts';
import { createScanWindow, type ScanPorts } from './scan-window.ts';
import { type CompareResult, parseCompareInput, parseScanInput, type ScanResult } from './workflow.ts';

export type ScanHandler = (input: unknown) => Promise<ScanResult>;
export type CompareHandler = (input: unknown) => Promise<CompareResult>;

/** The state Scan of verify-window: waits until some changes can be compared, or nothing is open. */
export const createScanHandler = (ports: ScanPorts): ScanHandler => {
  const scanWindow = createScanWindow(ports);
  return async (input) => scanWindow(parseScanInput(input));
};

/** The state Compare of verify-window: answers for the changes that Scan found ripe. */
export const createCompareHandler = (ports: ComparePorts): CompareHandler => {
  const compareChanges = createCompareChanges(ports);
  return async (input) => compareChanges(parseCompareInput(input));
};
