import { RULES_VERSION } from '@flaghoist/rules/version';
import type { DistributePorts } from './ports.ts';

type Ports = Pick<DistributePorts, 'region' | 'flags' | 'clock' | 'rulesVersion' | 'log'>;

/**
 * Tells home which rules this region has (rule 3): whenever a new process begins, or its rules become newer. Nothing waits
 * for it: until home has heard, it accepts under older rules.
 */
export const createRulesReport = (ports: Ports): (() => Promise<void>) => {
  const { region, flags, clock, log } = ports;
  let reported: number | undefined;
  return async () => {
    const { rulesVersion = RULES_VERSION } = ports;
    if (reported === rulesVersion) return;
    try {
      if ((await flags.rulesVersion(region)) !== rulesVersion) {
        await flags.reportRulesVersion(region, rulesVersion, clock.now());
        log.info('rules version reported', { rulesVersion });
      }
      reported = rulesVersion;
    } catch (error) {
      log.warn('rules version not reported, the next batch does it', { rulesVersion, error });
    }
  };
};
