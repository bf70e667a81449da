import { isObject, memberOf } from '@flaghoist/core/json';
import { type Plan, variablesOf } from '@flaghoist/plan-reading/plan';

/** What resources name of their own account: the key that encrypts them, the queue or stream that they read. */
const OWN: ReadonlySet<string> = new Set([
  'event_source_arn',
  'kms_key_arn',
  'kms_key_id',
  'kms_master_key_id',
  'primary_key_arn',
]);

/** The input of stacks for the role that Terraform assumes, which is in the account that is deployed to. */
const ROLE = 'deployment_role_arn';

const accountIn = (arn: unknown): readonly string[] => {
  const account = typeof arn === 'string' ? /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(arn)?.[1] : undefined;
  return account === undefined ? [] : [account];
};

const accountsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(accountsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => (OWN.has(name) ? accountIn(each) : accountsIn(each)));
};

/** The account that a plan makes things in: what all that it makes says of it, or else the role that it is made with. */
export const accountOf = (plan: Plan): string | undefined => {
  const managed = plan.resource_changes.filter(({ mode }) => mode === 'managed');
  const shown = new Set(managed.flatMap(({ change: { after } }) => accountsIn(after)));
  const accounts = shown.size === 0 ? accountIn(memberOf(variablesOf(plan), ROLE)) : [...shown];
  return accounts.length === 1 ? accounts[0] : undefined;
};
