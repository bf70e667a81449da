import type { TwoPlans, Unread } from './looked.ts';

const REASONS = new Map(
  Object.entries({
    instance_count_unknown: 'how many there are is known only after an apply',
    resource_config_unknown: 'its arguments are known only after an apply',
    provider_config_unknown: 'how to reach its provider is known only after an apply',
    absent_prereq: 'it needs something that does not exist yet',
    deferred_prereq: 'it needs something that was put off as well',
  }),
);

/**
 * What Terraform put off, or left out of its plan without a failure: it was not compared with the configuration. A plan that
 * failed says itself what is missing.
 */
export const putOff = ({ refresh, normal }: TwoPlans): readonly Unread[] => {
  const deferred = [refresh, normal].flatMap(({ deferred_changes: changes = [] }) => changes);
  const reasons = new Map(
    deferred.map(({ reason, resource_change: { address } }) => [
      address,
      `Terraform put it off: ${REASONS.get(reason) ?? reason}`,
    ]),
  );
  const unsaid = [refresh, normal].some(({ complete, errored }) => complete === false && !errored);
  return reasons.size === 0 && unsaid
    ? [{ address: '(the whole root)', reason: 'Terraform calls its own plan incomplete, without saying why' }]
    : [...reasons].map(([address, reason]) => ({ address, reason }));
};
