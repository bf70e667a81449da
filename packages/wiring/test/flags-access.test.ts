import { EVENT_SOURCE, eventTypes } from '@flaghoist/core/events';
import { contextOf } from '@flaghoist/test-kit/iam/conditions';
import { answerTo, assume, type Caller, type Role, userOf } from '@flaghoist/test-kit/iam/evaluate';
import { parsePolicy } from '@flaghoist/test-kit/iam/policy';
import { flagsAccessFor } from '../lib/flags-access.ts';

/*
 * Who writes which item of `flags`: the table's own policy, judged for roles whose own policies allow everything.
 */

const ACCOUNT = '111111111111';
const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const queueArn = (name: string): string => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
const table = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/flags`;
const replication = roleArn('replication');
const documents = flagsAccessFor({
  flags: table,
  flagWriters: [roleArn('accept'), roleArn('promoter'), replication],
  ruleReporters: [roleArn('distribute'), replication],
  publishers: [roleArn('operator'), replication],
  movers: [roleArn('promoter'), replication],
  replication: [replication],
  allFlags: [table],
  homeFlags: [table],
  readable: [table],
  changes: [`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/changes`],
  proposals: [`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/proposals`],
  letters: [queueArn('cache-loads-dead'), queueArn('dead-flags-*')],
  queues: [queueArn('cache-loads'), queueArn('flags-*')],
  evidenceLetters: [queueArn('audit-dead'), queueArn('region-verdicts-dead')],
  evidence: [queueArn('audit'), queueArn('region-verdicts')],
  workflows: [`arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:verify-window`],
  functions: [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:read`],
  buses: [`arn:aws:events:us-east-1:${ACCOUNT}:event-bus/events`],
  tables: [table],
  allQueues: [queueArn('*')],
  reconcilers: [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:reconcile`],
  acknowledgements: [`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:acknowledgements`],
  anything: '*',
  accountRoot: `arn:aws:iam::${ACCOUNT}:root`,
  userNames: ['ada', 'eva'],
});
const onTable = parsePolicy(documents.flags);
const everything = parsePolicy({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

const session = (name: string, policies = [everything]): Caller => ({
  ...userOf(ACCOUNT, name, policies),
  arn: roleArn(name),
  context: contextOf({ 'aws:PrincipalArn': roleArn(name) }),
});
const answer = (caller: Caller, action: string, keys: readonly string[]) =>
  answerTo({
    caller,
    action: `dynamodb:${action}`,
    resource: table,
    owner: { account: ACCOUNT, policy: onTable },
    context: keys.length === 0 ? {} : contextOf({ 'dynamodb:LeadingKeys': [...keys] }),
  });

const writers: Readonly<Record<string, readonly string[]>> = {
  'FLAG#checkout': ['accept', 'promoter'],
  'ALIKE#checkout': ['accept', 'promoter'],
  'DRAWN#07': ['accept', 'promoter'],
  'RULES#us-east-1': ['distribute'],
  TOPOLOGY: ['operator'],
  HOME: ['promoter'],
  ANYTHING: [],
};
const roles = ['accept', 'distribute', 'operator', 'promoter', 'administrator', 'replication'];

it.each(Object.entries(writers))('lets %s be written by %j, and by replication', (key, allowed) => {
  const who = roles.filter((role) => answer(session(role), 'PutItem', [key]) === 'allowed');
  expect(who).toEqual([...allowed, 'replication']);
});

it.each(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'])('holds %s to it', (action) => {
  expect(answer(session('administrator'), action, ['FLAG#checkout'])).toBe('denied');
  expect(answer(session('accept'), action, ['FLAG#checkout'])).toBe('allowed');
  expect(answer(session('accept'), action, ['FLAG#checkout', 'TOPOLOGY'])).toBe('denied');
  expect(answer(session('accept'), action, [])).toBe('denied');
});

it.each(['PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'])('lets nobody write by %s', (action) => {
  expect(roles.filter((role) => answer(session(role), action, ['FLAG#checkout']) !== 'denied')).toEqual([]);
});

it('lets everybody read whose own policy allows it', () => {
  expect(answer(session('administrator'), 'GetItem', ['FLAG#checkout'])).toBe('allowed');
});

it('holds an operator and a promotion to their items by their own policies too', () => {
  const own = {
    operator: parsePolicy(documents.operator),
    promoter: parsePolicy(documents.promoter),
    witness: parsePolicy(documents.witness),
    doctor: parsePolicy(documents.doctor),
  };
  const written = (role: keyof typeof own) =>
    Object.keys(writers).filter((key) => answer(session(role, [own[role]]), 'PutItem', [key]) === 'allowed');
  expect(written('doctor')).toEqual([]);
  expect(written('witness')).toEqual([]);
  expect(written('operator')).toEqual(['TOPOLOGY']);
  expect(written('promoter')).toEqual(['FLAG#checkout', 'ALIKE#checkout', 'HOME']);
});

it('lets an operator approve in their own name alone, and read who did', () => {
  const proposals = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/proposals`;
  const can = (action: string, key: string) =>
    answerTo({
      caller: session('operator', [parsePolicy(documents.operator)]),
      action: `dynamodb:${action}`,
      resource: proposals,
      owner: { account: ACCOUNT },
      context: contextOf({ 'aws:userid': 'AROAEXAMPLE:ada', 'dynamodb:LeadingKeys': [key] }),
    }) === 'allowed';
  const keys = ['APPROVER#AROAEXAMPLE:ada', 'APPROVER#AROAEXAMPLE:ben', 'AUTHOR#AROAEXAMPLE:ada'];
  expect(keys.filter((key) => can('PutItem', key))).toEqual(keys.slice(0, 1));
  expect(keys.filter((key) => can('GetItem', key))).toEqual(keys);
});

it('lets an operator and the witness tell the bus of redriven letters and of nothing else, and a promotion of nothing', () => {
  const bus = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/events`;
  const tells = (role: 'operator' | 'promoter' | 'witness', type: string, source = EVENT_SOURCE) =>
    answerTo({
      caller: session(role, [parsePolicy(documents[role])]),
      action: 'events:PutEvents',
      resource: bus,
      owner: { account: ACCOUNT },
      context: contextOf({ 'events:source': source, 'events:detail-type': type }),
    }) === 'allowed';
  const told = (role: 'operator' | 'promoter' | 'witness') => eventTypes.filter((type) => tells(role, type));
  expect(told('operator')).toEqual(['DeadLettersRedriven']);
  expect(told('witness')).toEqual(['DeadLettersRedriven']);
  expect(told('promoter')).toEqual([]);
  expect(tells('operator', 'DeadLettersRedriven', 'somebody')).toBe(false);
});

it('lets nobody but the witness write what is believed: answers of regions, and events of the trail', () => {
  const reached = (role: 'operator' | 'promoter' | 'witness', action: string) =>
    [
      'flags-checkout',
      'dead-flags-checkout',
      'cache-loads',
      'cache-loads-dead',
      'audit',
      'audit-dead',
      'region-verdicts',
    ]
      .concat('region-verdicts-dead')
      .filter(
        (name) =>
          answerTo({
            caller: session(role, [parsePolicy(documents[role])]),
            action: `sqs:${action}`,
            resource: queueArn(name),
            owner: { account: ACCOUNT },
            context: {},
          }) === 'allowed',
      );
  expect(reached('operator', 'SendMessage')).toEqual(['flags-checkout', 'cache-loads']);
  expect(reached('operator', 'ReceiveMessage')).toEqual(['dead-flags-checkout', 'cache-loads-dead']);
  expect(reached('witness', 'SendMessage')).toEqual(['audit', 'region-verdicts']);
  expect(reached('witness', 'ReceiveMessage')).toEqual(['audit-dead', 'region-verdicts-dead']);
  expect(reached('promoter', 'SendMessage')).toEqual([]);
});

it('is taken on by named users alone, each under their own name: so those of two roles can be different people', () => {
  const role: Role = {
    account: ACCOUNT,
    name: 'witness',
    id: 'AROAWITNESSEXAMPLE123',
    trust: parsePolicy(documents.trustNamedUsers),
    policies: [parsePolicy(documents.witness)],
  };
  const taken = (user: string, sessionName: string) =>
    assume(userOf(ACCOUNT, user, [everything]), role, { sessionName }) !== undefined;
  expect([taken('ada', 'ada'), taken('eva', 'eva')]).toEqual([true, true]);
  expect([taken('ada', 'eva'), taken('ben', 'ben'), taken('ben', 'ada')]).toEqual([false, false, false]);
  expect(assume(session('administrator'), role, { sessionName: 'ada' })).toBeUndefined();
});

it('leaves no placeholder open', () => {
  expect(JSON.stringify(documents)).not.toMatch(/"\{\w+\}"/);
});
