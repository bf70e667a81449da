import { parseNoiseList } from '@flaghoist/drift/noise-list';
import { createDriftReport } from '@flaghoist/drift/report';
import type { LookOptions } from '@flaghoist/drift/take-plan';
import { takePlans } from '@flaghoist/drift/take-plans';

/** @param day by which expiry is judged, as YYYY-MM-DD */
export const worstDrift = async (environment: string, look: LookOptions, list: string, day: string) => {
  const looked = await takePlans(look); // two plans, neither with a lock
  const noise = parseNoiseList(list, 'drift-noise.yaml');
  const { workspace, root } = look;
  const report = createDriftReport({ environment, workspace, root, day, noise, unmanaged: undefined, ...looked });
  return report.findings[0]; // { address, path, class, severity, recorded, now, configured }
};
