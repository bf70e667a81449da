import { authorPk } from '@flaghoist/core/storage/keys';
import type { Item } from '@flaghoist/core/storage/write';
import { contextOf } from '@flaghoist/test-kit/iam/conditions';
import { answerTo, arnOfRole, assume, type Caller, type Role, userOf } from '@flaghoist/test-kit/iam/evaluate';
import { parsePolicy } from '@flaghoist/test-kit/iam/policy';
import { accessFor } from '@flaghoist/wiring/access';
import type { TestWorld } from './world.ts';

/*
 * The account around the world's table `proposals`: who gets which session, and what a session may put into it. The policies
 * are those that ship.
 */

const ACCOUNT = '111111111111';
const table = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/proposals`;

const documents = accessFor({
  proposals: table,
  homeRoles: [arnOfRole({ account: ACCOUNT, name: 'flags-accept' })],
  samlProvider: `arn:aws:iam::${ACCOUNT}:saml-provider/company`,
  accountRoot: `arn:aws:iam::${ACCOUNT}:root`,
  programRole: arnOfRole({ account: ACCOUNT, name: 'console-task' }),
  sessionName: 'console',
  changes: table.replace('proposals', 'changes'),
  changeWriters: [],
  progressKeepers: [],
  canaryRoles: [],
});
const author = parsePolicy(documents.author);

const roleOf = (name: string, id: string, trust: object, account = ACCOUNT): Role => ({
  account,
  name,
  id,
  trust: parsePolicy(trust),
  policies: [author],
});

/** Everybody of the account may assume it, under any name: what an author's role must never be. */
const open = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
};

export const roles = {
  author: roleOf('flag-author', 'AROAPRDAUTHOREXAMPLE3', documents.trustUsers),
  /** Of another team, which trusts whom it likes. */
  second: roleOf('second', 'AROAPRDSECONDEXAMPLE4', open),
  console: roleOf('console', 'AROAPRDCONTRLEXAMPLE3', documents.trustProgram),
  pipeline: roleOf('pipeline', 'AROAPRDPIPELNEXAMPLE3', { ...documents.trustProgram }),
  elsewhere: roleOf('flag-author', 'AROAELSEWHEREEXAMPLE3', open, '222222222222'),
} as const;

const mayAssume = parsePolicy({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
});

export const user = (name: string): Caller => userOf(ACCOUNT, name, [mayAssume]);

export const task = (name: string): Caller => {
  const arn = arnOfRole({ account: ACCOUNT, name });
  const context = contextOf({ 'aws:userid': `AROATASK${name.length}:0a1b`, 'aws:PrincipalArn': arn });
  return { account: ACCOUNT, arn, kind: 'role', policies: [mayAssume], context };
};

/** What a session does to the table, as far as IAM lets it. */
export class Client {
  readonly #t: TestWorld;
  readonly #caller: Caller;

  constructor(t: TestWorld, caller: Caller) {
    this.#t = t;
    this.#caller = caller;
  }

  /** `aws:userid` */
  get principal(): string {
    return this.#caller.context['aws:userid']?.[0] ?? '';
  }

  /** One PutItem, without any condition. @throws Error when IAM refuses it */
  put(item: Item): void {
    const answer = answerTo({
      caller: this.#caller,
      action: 'dynamodb:PutItem',
      resource: table,
      owner: { account: ACCOUNT, policy: parsePolicy(documents.proposals) },
      context: contextOf({ 'dynamodb:LeadingKeys': [item.pk] }),
    });
    if (answer !== 'allowed') throw new Error(`AccessDenied: ${this.principal} under ${item.pk}`);
    this.#t.world.home.proposalsTable.put(item);
  }

  /** An item under the caller's own author key. */
  write(sk: string, attributes: Readonly<Record<string, string | number>>): void {
    this.put({ ...attributes, pk: authorPk(this.principal), sk });
  }
}

/** @throws Error when the role's trust policy does not let the caller have a session of that name */
export const sessionOf = (caller: Caller, role: Role, sessionName: string): Caller => {
  const session = assume(caller, role, { sessionName });
  if (session === undefined) throw new Error(`AccessDenied: ${caller.arn} as ${role.name}/${sessionName}`);
  return session;
};
