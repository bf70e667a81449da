import { contextOf } from '../../lib/iam/conditions.ts';
import { answerTo, arnOfRole, assume, type Caller, type Role, userOf } from '../../lib/iam/evaluate.ts';
import { type Policy, parsePolicy } from '../../lib/iam/policy.ts';

/** A variable of a policy, as the policy writes it. */
const variable = (name: string): string => `$\{${name}}`;

const OURS = '111111111111';
const THEIRS = '222222222222';
const policy = (...Statement: object[]): Policy => parsePolicy({ Version: '2012-10-17', Statement });
const table = `arn:aws:dynamodb:us-east-1:${OURS}:table/proposals`;
const put = { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: table };
const user = (account: string, ...policies: Policy[]): Caller => userOf(account, 'ada', policies);
const ask = (caller: Caller, ofTable?: Policy, action = 'dynamodb:PutItem') =>
  answerTo({ caller, action, resource: table, owner: { account: OURS, policy: ofTable } });

/* "Policy evaluation logic" of the IAM user guide. */
describe('permissions', () => {
  const allowed = policy(put);
  const onTable = (Effect: string, Principal: unknown) => policy({ ...put, Effect, Principal });

  it('are none where nobody has said anything', () => expect(ask(user(OURS))).toBe('not-allowed'));
  it('come from the caller’s policies', () => expect(ask(user(OURS, allowed))).toBe('allowed'));
  it('come from the resource’s policy', () => expect(ask(user(OURS), onTable('Allow', '*'))).toBe('allowed'));
  it('of an account leave it to the caller’s policies', () => {
    const account = { AWS: `arn:aws:iam::${OURS}:root` };
    expect(ask(user(OURS), onTable('Allow', account))).toBe('not-allowed');
    expect(ask(user(OURS, allowed), onTable('Allow', account))).toBe('allowed');
  });
  it('are taken away by a denial anywhere', () => {
    expect(ask(user(OURS, allowed), onTable('Deny', '*'))).toBe('denied');
    expect(ask(user(OURS, allowed, policy({ ...put, Effect: 'Deny' })))).toBe('denied');
  });
  it('need both sides from another account', () => {
    expect(ask(user(THEIRS, allowed))).toBe('not-allowed');
    expect(ask(user(THEIRS), onTable('Allow', '*'))).toBe('not-allowed');
    expect(ask(user(THEIRS, allowed), onTable('Allow', { AWS: THEIRS }))).toBe('allowed');
  });
  it('are for the actions and the resources that they name, with wildcards', () => {
    expect(ask(user(OURS, allowed), undefined, 'dynamodb:DeleteItem')).toBe('not-allowed');
    expect(ask(user(OURS, policy({ ...put, Action: 'dynamodb:p*' })))).toBe('allowed');
    expect(ask(user(OURS, policy({ ...put, Resource: `${table}/index/*` })))).toBe('not-allowed');
    expect(ask(user(OURS, policy({ ...put, Resource: '*' })))).toBe('allowed');
  });
  it('are for all actions but those that a NotAction names', () => {
    const others = policy(
      { Effect: 'Deny', NotAction: 'dynamodb:p*', Resource: '*' },
      { ...put, Action: 'dynamodb:*' },
    );
    expect(ask(user(OURS, others))).toBe('allowed');
    expect(ask(user(OURS, others), undefined, 'dynamodb:DeleteItem')).toBe('denied');
  });
});

describe('trust', () => {
  const roleTrusting = (Principal: unknown, Condition: object = {}): Role => ({
    account: OURS,
    name: 'author',
    id: 'AROAPRDAUTHOREXAMPLE3',
    trust: policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition }),
    policies: [policy(put)],
  });
  const account = { AWS: `arn:aws:iam::${OURS}:root` };
  const mayAssume = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
  const session = { sessionName: 'ada' };

  it('of an account lets those in whose own policies allow it', () => {
    expect(assume(user(OURS, mayAssume), roleTrusting(account), session)).toBeDefined();
    expect(assume(user(OURS), roleTrusting(account), session)).toBeUndefined();
    expect(assume(user(THEIRS, mayAssume), roleTrusting(account), session)).toBeUndefined();
  });

  it('of somebody by name needs nothing else within the account, and their own policy from another', () => {
    const named = roleTrusting({ AWS: [`arn:aws:iam::${OURS}:user/ada`, `arn:aws:iam::${THEIRS}:user/ada`] });
    expect(assume(user(OURS), named, session)).toBeDefined();
    expect(assume(user(THEIRS), named, session)).toBeUndefined();
    expect(assume(user(THEIRS, mayAssume), named, session)).toBeDefined();
  });

  it('is never made up for by the caller’s own policies', () => {
    expect(assume(user(OURS, mayAssume), roleTrusting({ Service: 'lambda.amazonaws.com' }), session)).toBeUndefined();
  });

  it('sees the name that is asked for, and gives a session with its id and its name', () => {
    const own = roleTrusting(account, { StringEquals: { 'sts:RoleSessionName': variable('aws:username') } });
    expect(assume(user(OURS, mayAssume), own, { sessionName: 'ben' })).toBeUndefined();
    const ada = assume(user(OURS, mayAssume), own, session);
    expect(ada).toMatchObject({ kind: 'role', account: OURS, arn: arnOfRole(own) });
    expect(ada?.context).toEqual(
      contextOf({ 'aws:userid': 'AROAPRDAUTHOREXAMPLE3:ada', 'aws:PrincipalArn': arnOfRole(own) }),
    );
    // A session has no user name, so it cannot go on under that condition.
    expect(ada && assume({ ...ada, policies: [mayAssume] }, own, session)).toBeUndefined();
  });
});

describe('what is not judged', () => {
  it.each<[string, object]>([
    ['another version', { Version: '2008-10-17', Statement: [put] }],
    ['Action beside NotAction', { Version: '2012-10-17', Statement: [{ ...put, NotAction: 'dynamodb:GetItem' }] }],
    ['neither of them', { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Resource: '*' }] }],
    ['NotPrincipal', { Version: '2012-10-17', Statement: [{ ...put, NotPrincipal: '*' }] }],
    ['a kind of principal', { Version: '2012-10-17', Statement: [{ ...put, Principal: { CanonicalUser: 'x' } }] }],
    ['no statement', { Version: '2012-10-17', Statement: [] }],
  ])('is refused: %s', (_what, document) => {
    expect(() => parsePolicy(document)).toThrow();
  });
});
