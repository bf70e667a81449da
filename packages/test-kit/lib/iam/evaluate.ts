import { type Context, conditionHolds, contextOf, isNamed } from './conditions.ts';
import type { Policy, Statement } from './policy.ts';

/** Who calls, with what AWS says of them in every request. */
export interface Caller {
  readonly account: string;
  /** Of the user, or of the role; of a service or of an identity provider its name. */
  readonly arn: string;
  readonly kind: 'user' | 'role' | 'service' | 'federated';
  readonly context: Context;
  readonly policies: readonly Policy[];
}

export interface Request {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  /** Of the resource: its account, and the policy that stands on it. */
  readonly owner: { readonly account: string; readonly policy?: Policy | undefined };
  readonly context?: Context;
}

export type Answer = 'allowed' | 'denied' | 'not-allowed';

const isRootOf = (arn: string, account: string): boolean => arn === account || arn === `arn:aws:iam::${account}:root`;

/**
 * Whether a statement of a resource names the caller: by themselves, or as somebody of an account, whose own policies have
 * the say then.
 */
const naming = (
  { Principal: named }: Statement,
  { account, arn, kind }: Caller,
): 'directly' | 'by-account' | undefined => {
  if (named === undefined) throw new RangeError('a statement of a resource names a principal');
  if (named === '*') return 'directly';
  if (kind === 'service') return named.Service?.includes(arn) ? 'directly' : undefined;
  if (kind === 'federated') return named.Federated?.includes(arn) ? 'directly' : undefined;
  const accounts = named.AWS ?? [];
  if (accounts.includes('*') || accounts.includes(arn)) return 'directly';
  return accounts.some((each) => isRootOf(each, account)) ? 'by-account' : undefined;
};

/** Statements of the caller's own policies. */
const applies = (
  { Action, NotAction = [], Resource, Condition }: Statement,
  { action, resource }: Request,
  context: Context,
): boolean =>
  (Action === undefined ? !isNamed(NotAction, action, context, true) : isNamed(Action, action, context, true)) &&
  (Resource === undefined || isNamed(Resource, resource, context)) &&
  conditionHolds(Condition, context);

/**
 * What IAM answers, by AWS's "Policy evaluation logic": a denial anywhere decides; within one account the caller's policies
 * or the resource's may allow, from another account both must. The policy of a role says who may assume it, and is never
 * made up for by the caller's own.
 *
 * @throws RangeError for what is not judged here
 */
export const answerTo = (request: Request): Answer => {
  const { caller, owner, action } = request;
  const context: Context = { ...caller.context, ...request.context };
  const ofResource = owner.policy?.Statement ?? [];
  const found = [
    ...caller.policies.flatMap(({ Statement }) =>
      Statement.map((statement) => ({ statement, says: 'caller' as const })),
    ),
    ...ofResource.flatMap((statement) => {
      const says = naming(statement, caller);
      return says === undefined ? [] : [{ statement, says }];
    }),
  ].filter(({ statement }) => applies(statement, request, context));
  if (found.some(({ statement: { Effect } }) => Effect === 'Deny')) return 'denied';
  const allows = (...from: string[]): boolean =>
    found.some(({ statement: { Effect }, says }) => Effect === 'Allow' && from.includes(says));
  const sameAccount = caller.account === owner.account;
  if (/^sts:AssumeRole/i.test(action)) {
    const trusted = allows('directly') && (sameAccount || caller.kind === 'service' || caller.kind === 'federated');
    return trusted || (allows('directly', 'by-account') && allows('caller')) ? 'allowed' : 'not-allowed';
  }
  const isAllowed = sameAccount ? allows('caller', 'directly') : allows('caller') && allows('directly', 'by-account');
  return isAllowed ? 'allowed' : 'not-allowed';
};

export interface Role {
  readonly account: string;
  readonly name: string;
  /** `AROA…` */
  readonly id: string;
  readonly trust: Policy;
  readonly policies: readonly Policy[];
}

export const arnOfRole = ({ account, name }: Pick<Role, 'account' | 'name'>): string =>
  `arn:aws:iam::${account}:role/${name}`;

export const userOf = (account: string, name: string, policies: readonly Policy[]): Caller => {
  const arn = `arn:aws:iam::${account}:user/${name}`;
  const context = contextOf({
    'aws:username': name,
    'aws:userid': `AIDA${name.toUpperCase()}`,
    'aws:PrincipalArn': arn,
  });
  return { account, arn, kind: 'user', policies, context };
};

/**
 * A session of a role, if its trust policy lets the caller have it under that name.
 *
 * @param context what the identity provider says, for a caller that is one
 * @returns the session as a caller, or `undefined`
 */
export const assume = (
  caller: Caller,
  role: Role,
  { sessionName, context = {} }: { readonly sessionName: string; readonly context?: Context },
): Caller | undefined => {
  const action = caller.kind === 'federated' ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRole';
  const asked =
    caller.kind === 'federated' ? context : { ...context, ...contextOf({ 'sts:RoleSessionName': sessionName }) };
  const owner = { account: role.account, policy: role.trust };
  const resource = arnOfRole(role);
  if (answerTo({ caller, action, resource, owner, context: asked }) !== 'allowed') return undefined;
  return {
    account: role.account,
    arn: resource,
    kind: 'role',
    policies: role.policies,
    context: contextOf({ 'aws:userid': `${role.id}:${sessionName}`, 'aws:PrincipalArn': resource }),
  };
};
