import { Parts } from '@flaghoist/core/parts';
import { isHome } from '@flaghoist/core/remember-home';
import type { ResumePorts } from './ports.ts';
import { restartWorkflows } from './restart-workflows.ts';
import { type ResumedProposals, resumeProposals } from './resume-proposals.ts';
import { createCurrentsSweep, type SweptRevisions } from './sweep-currents.ts';

export interface ResumeResult extends ResumedProposals, SweptRevisions {
  /** Changes whose home workflow was started again. */
  readonly restarted: number;
}

/**
 * Every minute: proposals that have no outcome, changes that have no decision, CURRENTs that nobody accepted, and revisions of a
 * former home that have no record. Whatever was given up, died or never arrived is found by one of the four, so nothing depends
 * on how often anybody tried before, and none of the four on what another one needs.
 *
 * @throws UnavailableError at the end, when a list could not be read or the bus took nothing; the next run is in a minute
 */
export const createResume = (ports: ResumePorts) => {
  const sweepCurrents = createCurrentsSweep(ports);
  return async (): Promise<ResumeResult> => {
    if (!(await isHome(ports.region, ports.home))) {
      return { found: 0, ended: 0, failed: 0, restarted: 0, putRight: 0, adopted: 0 };
    }
    const parts = new Parts();
    const proposals = await parts.attempt(() => resumeProposals(ports), { found: 0, ended: 0, failed: 0 });
    if (proposals.found > 0) ports.log.warn('proposals were without outcome', { ...proposals });
    const restarted = await parts.attempt(() => restartWorkflows(ports), 0);
    const swept = await parts.attempt(sweepCurrents, { putRight: 0, adopted: 0 });
    parts.end();
    return { ...proposals, restarted, ...swept };
  };
};
