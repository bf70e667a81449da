import { isObject, memberOf } from '@flaghoist/core/json';

export type Values = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The account in an ARN. */
const accountIn = (arn: unknown): string => textOf(arn).split(':')[4] ?? '';

/** A policy with those of its statements that fit; nothing when there are none. */
const withStatements = (policy: unknown, fits: (statement: unknown) => boolean): unknown => {
  let document: unknown;
  try {
    document = JSON.parse(textOf(policy));
  } catch {
    return null;
  }
  if (!isObject(document)) return null;
  const own = listOf(document['Statement']).filter(fits);
  return own.length === 0 ? null : JSON.stringify({ ...document, Statement: own });
};

/**
 * The statement of a topic that nobody gave a policy: everybody, and therefrom the account that owns it.
 * https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
 */
export const topicPolicyByAws = (policy: unknown, { arn }: Values): unknown =>
  withStatements(
    policy,
    (statement) =>
      memberOf(statement, 'Sid') === '__default_statement_ID' &&
      String(listOf(memberOf(memberOf(memberOf(statement, 'Condition'), 'StringEquals'), 'AWS:SourceOwner'))) ===
        accountIn(arn),
  );

/**
 * The statement of a key that nobody gave a policy: what its account allows.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const keyPolicyByAws = (policy: unknown, { arn }: Values): unknown =>
  withStatements(policy, (statement) => {
    const principal = memberOf(statement, 'Principal');
    const [who = '', ...more] = Object.values(isObject(principal) ? principal : {}).flat();
    const account = accountIn(arn);
    return more.length === 0 && (who === account || (textOf(who).endsWith(':root') && accountIn(who) === account));
  });

/**
 * The owner of a bucket may do anything with it. The provider does not say who that is, so of several users who may, none is taken for
 * the owner.
 */
export const grantByAws = (grants: unknown): unknown => {
  const own = listOf(grants).filter(
    (grant) =>
      memberOf(grant, 'type') === 'CanonicalUser' && String(listOf(memberOf(grant, 'permissions'))) === 'FULL_CONTROL',
  );
  return own.length === 1 ? own : [];
};

/** Every bucket is encrypted with a key of S3. */
export const encryptionByAws = (blocks: unknown): unknown =>
  JSON.stringify(blocks ?? null).includes('"sse_algorithm":"AES256"') ? blocks : null;

/** A bucket that never had versions. */
export const versioningByAws = (blocks: unknown): unknown =>
  listOf(blocks).every((block) => memberOf(block, 'enabled') !== true && memberOf(block, 'mfa_delete') !== true)
    ? blocks
    : null;
