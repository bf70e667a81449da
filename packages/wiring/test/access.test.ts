import { type Context, contextOf } from '@flaghoist/test-kit/iam/conditions';
import { answerTo, arnOfRole, assume, type Caller, type Role, userOf } from '@flaghoist/test-kit/iam/evaluate';
import { parsePolicy } from '@flaghoist/test-kit/iam/policy';
import { accessFor } from '../lib/access.ts';

/*
 * The documents, judged as AWS judges them: who gets which session, and what each session may write where.
 */

const ACCOUNT = '111111111111';
const table = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/proposals`;
const accept = { account: ACCOUNT, name: 'flags-accept' };
const changes = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/changes`;
const promoter = { account: ACCOUNT, name: 'flags-promoter' };
const sweep = { account: ACCOUNT, name: 'flags-sweep' };
const saml = `arn:aws:iam::${ACCOUNT}:saml-provider/company`;
const program = { account: ACCOUNT, name: 'control-plane-task' };
const canaryOfHome = { account: ACCOUNT, name: 'flags-canary-run-use1' };
const canaryOfStandby = { account: ACCOUNT, name: 'flags-canary-run-usw2' };
const documents = accessFor({
  proposals: table,
  homeRoles: [arnOfRole(accept)],
  samlProvider: saml,
  accountRoot: `arn:aws:iam::${ACCOUNT}:root`,
  programRole: arnOfRole(program),
  sessionName: 'control-plane',
  canaryRoles: [arnOfRole(canaryOfHome), arnOfRole(canaryOfStandby)],
  changes,
  changeWriters: [arnOfRole(accept), arnOfRole(promoter)],
  progressKeepers: [arnOfRole(sweep)],
});
const author = parsePolicy(documents.author);
const onTable = parsePolicy(documents.proposals);

const roleOf = (name: string, id: string, trust: unknown): Role => ({
  account: ACCOUNT,
  name,
  id,
  trust: parsePolicy(trust),
  policies: [author],
});
const users = roleOf('author', 'AROAPRDAUTHOREXAMPLE3', documents.trustUsers);
const signIn = roleOf('author-sso', 'AROAPRDSIGNINEXAMPLE3', documents.trustSignIn);
const canary = roleOf('author-canary', 'AROAPRDCANARYEXAMPLE3', documents.trustCanary);
const submitter = roleOf('control-plane', 'AROAPRDCONTRLEXAMPLE3', documents.trustProgram);

const everything = parsePolicy({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const sessionOf = (caller: Caller, role: Role, sessionName: string, context?: Context): Caller => {
  const session = assume(caller, role, { sessionName, ...(context === undefined ? {} : { context }) });
  if (session === undefined) throw new Error(`${caller.arn} may not be ${role.name}/${sessionName}`);
  return session;
};
const ada = sessionOf(userOf(ACCOUNT, 'ada', [everything]), users, 'ada');
const administrator: Caller = { ...ada, arn: `arn:aws:iam::${ACCOUNT}:role/admin`, policies: [everything] };

const does = (caller: Caller, action: string, ...keys: string[]) =>
  answerTo({
    caller,
    action: `dynamodb:${action}`,
    resource: table,
    owner: { account: ACCOUNT, policy: onTable },
    context: keys.length === 0 ? {} : contextOf({ 'dynamodb:LeadingKeys': keys }),
  });
const mine = 'AROAPRDAUTHOREXAMPLE3:ada';
const foreign = 'AROAPRDAUTHOREXAMPLE3:ben';

describe('an author', () => {
  it('puts items under their own key', () => {
    expect(does(ada, 'PutItem', `AUTHOR#${mine}`)).toBe('allowed');
    expect(does(ada, 'PutItem', `APPROVER#${mine}`)).toBe('allowed');
    expect(does(ada, 'PutItem', `AUTHOR#${mine}`, `APPROVER#${mine}`)).toBe('allowed');
  });

  it.each([
    ['another’s', [`AUTHOR#${foreign}`]],
    ['another’s beside their own', [`AUTHOR#${mine}`, `APPROVER#${foreign}`]],
    ['their own in another case', ['AUTHOR#AROAPRDAUTHOREXAMPLE3:Ada']],
    ['a key that begins with theirs', [`AUTHOR#${mine}2`]],
    ['a key of home', ['CHANGE#x']],
    ['their bare name', [mine]],
    ['no key at all, as some request of tomorrow', []],
  ])('puts nothing under %s', (_whose, keys) => {
    expect(does(ada, 'PutItem', ...keys)).not.toBe('allowed');
  });

  it('is held to it by their own policy, should the table’s ever be missing', () => {
    const owner = { account: ACCOUNT };
    const put = { caller: ada, action: 'dynamodb:PutItem', resource: table, owner };
    expect(answerTo(put)).toBe('not-allowed');
    for (const key of [`AUTHOR#${foreign}`, 'CHANGE#x']) {
      expect(answerTo({ ...put, context: contextOf({ 'dynamodb:LeadingKeys': [key] }) })).toBe('not-allowed');
    }
    expect(answerTo({ ...put, context: contextOf({ 'dynamodb:LeadingKeys': [`AUTHOR#${mine}`] }) })).toBe('allowed');
  });

  it('reads what others ask and approve', () => {
    for (const action of ['GetItem', 'Query']) expect(does(ada, action, `APPROVER#${foreign}`)).toBe('allowed');
  });

  it.each([
    'UpdateItem',
    'DeleteItem',
    'BatchWriteItem',
    'BatchGetItem',
    'Scan',
    'ConditionCheckItem',
    'PartiQLInsert',
    'PartiQLUpdate',
    'PartiQLDelete',
    'PartiQLSelect',
    'PutResourcePolicy',
    'UpdateTable',
  ])('may not do anything else: %s', (action) => {
    expect(does(ada, action, `AUTHOR#${mine}`)).not.toBe('allowed');
  });
});

describe('an administrator, to whom IAM allows everything', () => {
  it('writes under their own key only', () => {
    expect(does(administrator, 'PutItem', `AUTHOR#${mine}`)).toBe('allowed');
    expect(does(administrator, 'PutItem', `AUTHOR#${foreign}`)).toBe('denied');
    expect(does(administrator, 'PutItem', `AUTHOR#${mine}`, `AUTHOR#${foreign}`)).toBe('denied');
    expect(does(administrator, 'PutItem')).toBe('denied');
  });

  it.each(['UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'])(
    'changes nothing that is written, not their own either: %s',
    (action) => expect(does(administrator, action, `AUTHOR#${mine}`)).toBe('denied'),
  );
});

describe('home’s functions', () => {
  const home: Caller = {
    ...administrator,
    arn: arnOfRole(accept),
    context: contextOf({ 'aws:userid': 'AROAACCEPT:accept', 'aws:PrincipalArn': arnOfRole(accept) }),
  };

  it('settle what authors wrote', () => {
    expect(does(home, 'UpdateItem', `AUTHOR#${mine}`)).toBe('allowed');
  });

  it('are known by their whole ARN', () => {
    const arn = `${arnOfRole(accept)}-of-somebody`;
    const other = { ...home, arn, context: { ...home.context, ...contextOf({ 'aws:PrincipalArn': arn }) } };
    expect(does(other, 'UpdateItem', `AUTHOR#${mine}`)).toBe('denied');
  });
});

describe('what home keeps of changes', () => {
  const onChanges = parsePolicy(documents.changes);
  const session = (name: string): Caller => {
    const arn = arnOfRole({ account: ACCOUNT, name });
    return { ...administrator, arn, context: contextOf({ 'aws:PrincipalArn': arn }) };
  };
  const answer = (name: string, action: string, ...keys: string[]) =>
    answerTo({
      caller: session(name),
      action: `dynamodb:${action}`,
      resource: changes,
      owner: { account: ACCOUNT, policy: onChanges },
      context: keys.length === 0 ? {} : contextOf({ 'dynamodb:LeadingKeys': keys }),
    });
  const roles = ['flags-accept', 'flags-promoter', 'flags-sweep', 'administrator', 'flags-accept-of-somebody'];
  const who = (action: string, ...keys: string[]) =>
    roles.filter((role) => answer(role, action, ...keys) === 'allowed');

  it.each(['PutItem', 'UpdateItem'])('is written by home’s functions and a promotion alone: %s', (action) => {
    for (const key of [`AUTHOR#${mine}`, 'FLAG#checkout', 'CHANGE#x', 'REDIS#eu-west-1#r', 'SWEEP#x'])
      expect(who(action, key)).toEqual(['flags-accept', 'flags-promoter']);
  });

  it('has the sweep’s progress, which the sweep alone writes, and nothing else', () => {
    expect(who('PutItem', 'SWEEP')).toEqual(['flags-sweep']);
    expect(who('PutItem', 'SWEEP', 'FLAG#checkout')).toEqual([]);
  });

  it.each(['DeleteItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'])(
    'loses nothing, and is written in no other way: %s',
    (action) => expect(who(action, 'FLAG#checkout')).toEqual([]),
  );

  it('is written by nobody without a key, and read by everybody whose own policy allows it', () => {
    expect(who('PutItem')).toEqual([]);
    expect(who('GetItem', 'FLAG#checkout')).toEqual(roles);
  });
});

describe('the session of a user', () => {
  const may = (caller: Caller, sessionName: string) => assume(caller, users, { sessionName }) !== undefined;

  it('has their own name, byte by byte', () => {
    expect(ada.context['aws:userid']).toEqual([mine]);
    expect(may(userOf(ACCOUNT, 'ada', [everything]), 'ben')).toBe(false);
    expect(may(userOf(ACCOUNT, 'ada', [everything]), 'Ada')).toBe(false);
  });

  it('needs their own permission to assume roles', () => {
    expect(may(userOf(ACCOUNT, 'ada', []), 'ada')).toBe(false);
  });

  it.each<[string, Caller]>([
    ['a user of that name in another account', userOf('222222222222', 'ada', [everything])],
    ['another role, also one that may do everything', administrator],
    ['the session that they have already', { ...ada, policies: [everything] }],
    ['a function', { ...administrator, kind: 'service', arn: 'lambda.amazonaws.com', context: {} }],
    ['the sign-in', { ...administrator, kind: 'federated', arn: saml, context: {} }],
  ])('is not given to %s', (_who, caller) => {
    expect(may(caller, 'ada')).toBe(false);
  });
});

describe('the session of somebody who signs in', () => {
  const provider = (arn: string): Caller => ({ account: ACCOUNT, arn, kind: 'federated', context: {}, policies: [] });
  const audience = contextOf({ 'SAML:aud': 'https://signin.aws.amazon.com/saml' });

  it('has the name that the provider’s assertion gives', () => {
    const session = sessionOf(provider(saml), signIn, 'ada.abel@bank.example', audience);
    expect(session.context['aws:userid']).toEqual(['AROAPRDSIGNINEXAMPLE3:ada.abel@bank.example']);
  });

  it.each<[string, Caller, Context]>([
    ['another provider', provider(`${saml}2`), audience],
    ['an assertion for somebody else', provider(saml), contextOf({ 'SAML:aud': 'https://elsewhere.example' })],
    ['an assertion for nobody', provider(saml), {}],
    ['a role that may do everything', administrator, audience],
    ['a user', userOf(ACCOUNT, 'ada', [everything]), audience],
  ])('is not given by %s', (_who, caller, context) => {
    expect(assume(caller, signIn, { sessionName: 'ada', context })).toBeUndefined();
  });
});

describe('the session of a program', () => {
  const task = (name: string): Caller => ({
    ...administrator,
    arn: arnOfRole({ ...program, name }),
    context: contextOf({ 'aws:userid': `AROATASK:0a1b`, 'aws:PrincipalArn': arnOfRole({ ...program, name }) }),
  });

  it('has one name, whichever task it is', () => {
    expect(sessionOf(task(program.name), submitter, 'control-plane').context['aws:userid']).toEqual([
      'AROAPRDCONTRLEXAMPLE3:control-plane',
    ]);
    expect(assume(task(program.name), submitter, { sessionName: 'ada' })).toBeUndefined();
  });

  it('is given to that program’s role only', () => {
    expect(assume(task('another-task'), submitter, { sessionName: 'control-plane' })).toBeUndefined();
    expect(assume(userOf(ACCOUNT, 'ada', [everything]), submitter, { sessionName: 'control-plane' })).toBeUndefined();
  });
});

describe('the key of the canary', () => {
  const running = ({ name }: { name: string }): Caller => ({
    ...administrator,
    arn: arnOfRole({ account: ACCOUNT, name }),
    context: contextOf({
      'aws:userid': `AROAFUNCTION:${name}`,
      'aws:PrincipalArn': arnOfRole({ account: ACCOUNT, name }),
    }),
  });

  it.each([canaryOfHome, canaryOfStandby])('is its function’s alone, in home and standby: $name', (role) => {
    const session = sessionOf(running(role), canary, 'flaghoist-canary');
    expect(session.context['aws:userid']).toEqual(['AROAPRDCANARYEXAMPLE3:flaghoist-canary']);
    expect(does(session, 'PutItem', 'AUTHOR#AROAPRDCANARYEXAMPLE3:flaghoist-canary')).toBe('allowed');
    for (const key of [`AUTHOR#${mine}`, 'AUTHOR#AROAPRDCANARYEXAMPLE3:ada', 'CHANGE#x'])
      expect(does(session, 'PutItem', key)).not.toBe('allowed');
    expect(does(session, 'UpdateItem', 'AUTHOR#AROAPRDCANARYEXAMPLE3:flaghoist-canary')).toBe('denied');
    expect(assume(running(role), canary, { sessionName: 'ada' })).toBeUndefined();
  });

  it.each<[string, Caller]>([
    ['another function', running(accept)],
    ['one whose name begins alike', running({ name: `${canaryOfHome.name}2` })],
    ['a user who may do everything', userOf(ACCOUNT, 'flaghoist-canary', [everything])],
    ['the function of that name in another account', { ...running(canaryOfHome), account: '222222222222' }],
  ])('is not given to %s', (_who, caller) => {
    expect(assume(caller, canary, { sessionName: 'flaghoist-canary' })).toBeUndefined();
  });
});

it('leaves no placeholder open', () => {
  expect(JSON.stringify(documents)).not.toMatch(/"\{\w+\}"/);
});
