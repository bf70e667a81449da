import { findingsOf } from '@flaghoist/drift/finding';
import type { TwoPlans } from '@flaghoist/drift/looked';
import { resourceDrifts } from '@flaghoist/drift/resource-drift';
import { isAtLeast, type Level } from '@flaghoist/drift/severity';
import { secretsOfPlans, withoutSecrets } from '@flaghoist/plan-reading/secrets';

/** What was added or changed outside and the configuration does not mind: no apply takes it away, so a person has to. */
export interface Standing {
  readonly address: string;
  readonly type: string;
  readonly path: string;
  readonly severity: Level;
  /** JSON, or `(sensitive)`. */
  readonly now: string;
}

/** All of it that is high or worse: an open port, a right. */
export const standingIn = (plans: TwoPlans): readonly Standing[] => {
  const secrets = secretsOfPlans([plans.refresh, plans.normal]);
  const clean = (text: string): string => withoutSecrets(text, secrets);
  return resourceDrifts(plans)
    .flatMap(findingsOf)
    .filter(({ class: kind, severity }) => kind === 'state-only' && isAtLeast(severity, 'high'))
    .map(({ address, type, path, severity, now }) => ({ address, type, path: clean(path), severity, now: clean(now) }));
};
