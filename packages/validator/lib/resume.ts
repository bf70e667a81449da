import { isHome } from '@flaghoist/core/remember-home';
import type { ResumePorts } from './ports.ts';
import { restartWorkflows } from './restart-workflows.ts';
import { type ResumedProposals, resumeProposals } from './resume-proposals.ts';

export interface ResumeResult extends ResumedProposals {
  /** Changes whose home workflow was started again. */
  readonly restarted: number;
}

/**
 * Every minute: proposals that have no outcome, then changes that have no decision. Whatever was given up, died or never
 * arrived is in one of the two lists, so nothing depends on how often anybody tried before.
 *
 * @throws UnavailableError when a list cannot be read, or the bus takes nothing; the next run is in a minute
 */
export const resume = async (ports: ResumePorts): Promise<ResumeResult> => {
  if (!(await isHome(ports.region, ports.home))) return { found: 0, ended: 0, failed: 0, restarted: 0 };
  const proposals = await resumeProposals(ports);
  if (proposals.found > 0) ports.log.warn('proposals were without outcome', { ...proposals });
  return { ...proposals, restarted: await restartWorkflows(ports) };
};
