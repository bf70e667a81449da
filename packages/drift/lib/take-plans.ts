import { stateResources } from '@flaghoist/plan-reading/plan';
import type { Terraform } from '@flaghoist/terraform/terraform';
import type { Applied } from './applied.ts';
import type { Looked, Unread } from './looked.ts';
import { refuseOtherPlans } from './other-environment.ts';
import { readOnly } from './read-only.ts';
import { askApplied, type LookOptions, type TakenPlan, takePlan } from './take-plan.ts';

/**
 * Looks at an environment by two plans: a refresh-only one shows what differs from the record, a normal one shows what
 * differs from the configuration. Neither takes a lock, and both write below `workDirectory` only.
 *
 * @throws {NoWorkspaceError} when there is no such workspace; planning one that is not there would create it
 * @throws {OtherEnvironmentError} when what is read says that it is another environment's
 * @throws {NoStateError} when nothing could be read because there is nothing
 * @throws {TerraformFailedError} when nothing could be read for another reason
 */
export const takePlans = async (options: LookOptions): Promise<Looked & { readonly applied: Applied }> => {
  const terraform = readOnly(options.terraform);
  const { applied, all } = await askApplied(terraform, options);
  return { applied, ...(await bothPlans(terraform, all)) };
};

/** The two plans of what was initialised and asked. */
export const bothPlans = async (terraform: Terraform, all: LookOptions): Promise<Looked> => {
  const plans = [
    takePlan(terraform, all, { name: 'refresh-only', more: ['-refresh-only'] }),
    takePlan(terraform, all, { name: 'normal', more: [] }),
  ] as const;
  // Where one fails, the other is at work still, and saves what it has planned.
  await Promise.allSettled(plans);
  const [refresh, normal] = await Promise.all(plans);
  const both = { refresh: refresh.plan, normal: normal.plan };
  if (all.environment !== undefined) refuseOtherPlans(both, all.environment);
  return {
    plans: both,
    unread: unreadOf(refresh, normal),
    finished: !refresh.failed && !normal.failed,
  };
};

/** What is in the state and was not read by both plans, once one of them failed. An error is not "clean". */
const unreadOf = (refresh: TakenPlan, normal: TakenPlan): readonly Unread[] => {
  if (!refresh.failed && !normal.failed) return [];
  const errors = [...refresh.events.errors, ...normal.events.errors];
  const known = stateResources(refresh.plan, 'managed').map(({ address }) => address);
  const missing = refresh.failed ? known.filter((address) => !refresh.events.read.has(address)) : [];
  const addresses = [...new Set([...missing, ...errors.flatMap(({ address }) => address ?? [])])].sort();
  const general = errors.filter(({ address }) => address === undefined).map(({ text }) => text);
  const unread = addresses.map((address) => ({
    address,
    reason: errors.find((each) => each.address === address)?.text ?? general[0] ?? 'reading stopped before it',
  }));
  const said = new Set(unread.map(({ reason }) => reason));
  const unsaid = [...new Set(general)].filter((reason) => !said.has(reason));
  return [...unread, ...unsaid.map((reason) => ({ address: '(the whole root)', reason }))];
};
