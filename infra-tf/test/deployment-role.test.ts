import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { prepareOffline } from '@flaghoist/terraform/plan-offline';
import { openTerraform, type Terraform } from '@flaghoist/terraform/terraform';
import { contextOf } from '@flaghoist/test-kit/iam/conditions';
import { type Answer, answerTo, type Caller } from '@flaghoist/test-kit/iam/evaluate';
import { type Policy, parsePolicy } from '@flaghoist/test-kit/iam/policy';
import * as z from 'zod/mini';
import { needsTerraform } from './needs-terraform.ts';

const { describe } = needsTerraform();

const lib = join(__dirname, '..', 'lib');
const environments = readEnvironments(fleetBeside(lib));
const workDirectory = mkdtempSync(join(tmpdir(), 'deployment-role-'));
afterAll(() => rmSync(workDirectory, { recursive: true, force: true }));

const file = join(lib, 'modules/deployment-role/access.json');
const everywhere = Object.keys(
  parseJson(z.looseObject({ no_resource: z.record(z.string(), z.string()) }), readFileSync(file, 'utf8'), {
    what: file,
    hint: 'no_resource says which actions AWS takes for everything alone.',
  }).no_resource,
);

const planSchema = z.looseObject({
  resource_changes: z.array(
    z.looseObject({ type: z.string(), change: z.looseObject({ after: z.record(z.string(), z.unknown()) }) }),
  ),
});

const boundaryOf = ({ account }: Environment): string => `arn:aws:iam::${account}:policy/boundary`;

let terraform: Terraform;
let directory: string;
const policies = new Map<string, readonly Policy[]>();

/** What the stack account-access gives the role of an environment, as its plan says it. */
const planRole = async (environment: Environment): Promise<readonly Policy[]> => {
  const { name } = environment;
  const saved = `${name}.tfplan`;
  const run = { directory, variables: { AWS_ACCESS_KEY_ID: 'offline', AWS_SECRET_ACCESS_KEY: 'offline' } };
  const inputs = {
    environment: name,
    services: '["flags","hoist"]',
    principal_arns: '["arn:aws:iam::444444444444:role/pipeline"]',
    permissions_boundary_arn: boundaryOf(environment),
    cost_center: 'platform-1001',
    owner: 'team-platform',
  };
  const given = Object.entries(inputs).map(([key, value]) => `-var=${key}=${value}`);
  await terraform.expect(['plan', '-refresh=false', '-lock=false', `-out=${saved}`, ...given], run);
  const { resource_changes: changes } = parseJson(planSchema, await terraform.expect(['show', '-json', saved], run), {
    what: 'the plan of account-access',
    hint: 'It is what "terraform show -json" prints.',
  });
  return changes
    .filter(({ type }) => type === 'aws_iam_policy')
    .map(({ change }) => parsePolicy(JSON.parse(String(change.after['policy']))));
};

beforeAll(async () => {
  terraform = await openTerraform(process.env);
  ({ directory } = await prepareOffline(terraform, { sources: lib, stack: 'account-access', workDirectory }));
  for (const environment of environments) policies.set(environment.name, await planRole(environment));
});

/** Whether the role of an environment may. */
const ask = (
  { name, account, region }: Environment,
  action: string,
  resource: string,
  said: Readonly<Record<string, string>> = {},
): Answer => {
  const arn = `arn:aws:iam::${account}:role/flaghoist-deployment`;
  const caller: Caller = {
    account,
    arn,
    kind: 'role',
    policies: policies.get(name) ?? [],
    context: contextOf({ 'aws:PrincipalArn': arn }),
  };
  const context = contextOf({ 'aws:RequestedRegion': region, ...said });
  return answerTo({ caller, action, resource, owner: { account }, context });
};

describe.each(environments.map((environment) => ({ name: environment.name, environment })))(
  '$name',
  ({ environment }) => {
    const { name, account, region } = environment;
    const role = `arn:aws:iam::${account}:role`;
    const boundary = { 'iam:PermissionsBoundary': boundaryOf(environment) };

    it.each(everywhere)('may %s, which knows no resource', (action) => {
      expect(ask(environment, action, '*')).toBe('allowed');
    });

    it('stays within its names, its account and its regions', () => {
      const table = (start: string, where = region) => `arn:aws:dynamodb:${where}:${account}:table/${start}-table-x`;
      expect(ask(environment, 'dynamodb:DeleteTable', table(`${name}-hoist`))).toBe('allowed');
      expect(ask(environment, 'dynamodb:DeleteTable', table(`${name}-payments`))).toBe('not-allowed');
      expect(ask(environment, 'sqs:DeleteQueue', `arn:aws:sqs:${region}:999999999999:${name}-hoist-queue-x`)).toBe(
        'not-allowed',
      );
      const elsewhere = { 'aws:RequestedRegion': 'af-south-1' };
      expect(ask(environment, 'ec2:CreateVpc', '*')).toBe('allowed');
      expect(ask(environment, 'ec2:CreateVpc', '*', elsewhere)).toBe('denied');
      expect(ask(environment, 'dynamodb:DeleteTable', table(`${name}-hoist`), elsewhere)).toBe('denied');
      expect(ask(environment, 'iam:GetRole', `${role}/${name}-hoist-role-x`, elsewhere)).toBe('allowed');
    });

    it('makes roles only that its boundary bounds, and leaves the boundary and itself alone', () => {
      const made = `${role}/${name}-flags-role-task-x`;
      for (const action of ['iam:CreateRole', 'iam:PutRolePolicy']) {
        expect(ask(environment, action, made, boundary)).toBe('allowed');
        expect(ask(environment, action, made)).toBe('denied');
        expect(ask(environment, action, made, { 'iam:PermissionsBoundary': `${boundaryOf(environment)}-2` })).toBe(
          'denied',
        );
      }
      expect(ask(environment, 'iam:DeleteRolePermissionsBoundary', made, boundary)).toBe('denied');
      expect(ask(environment, 'iam:CreateRole', `${role}/somebody`, boundary)).toBe('not-allowed');
      for (const action of ['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:DeleteRole'])
        expect(ask(environment, action, `${role}/flaghoist-deployment`, boundary)).toBe('denied');
      for (const action of ['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:SetDefaultPolicyVersion']) {
        expect(ask(environment, action, boundaryOf(environment), boundary)).toBe('denied');
        expect(ask(environment, action, `arn:aws:iam::${account}:policy/flaghoist-deployment-guards`)).toBe('denied');
      }
    });

    it('attaches no policy of an administrator, and passes its roles to what runs alone', () => {
      const made = `${role}/${name}-flags-role-task-x`;
      const policy = (path: string) => ({ ...boundary, 'iam:PolicyARN': `arn:aws:iam::aws:policy/${path}` });
      expect(ask(environment, 'iam:AttachRolePolicy', made, policy('service-role/AWS_ConfigRole'))).toBe('allowed');
      expect(ask(environment, 'iam:AttachRolePolicy', made, policy('AdministratorAccess'))).toBe('denied');
      expect(ask(environment, 'iam:PassRole', made, { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe('allowed');
      expect(ask(environment, 'iam:PassRole', made, { 'iam:PassedToService': 'ec2.amazonaws.com' })).toBe(
        'not-allowed',
      );
      const link = `${role}/aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKMSMultiRegionKeys`;
      expect(
        ask(environment, 'iam:CreateServiceLinkedRole', link, { 'iam:AWSServiceName': 'mrk.kms.amazonaws.com' }),
      ).toBe('allowed');
    });

    it('reads the zips that it deploys, restores from a snapshot, and opens nothing itself', () => {
      const key = `arn:aws:kms:${region}:${account}:key/mrk-1`;
      expect(ask(environment, 's3:GetObject', `arn:aws:s3:::${name}-hoist-bucket-artifacts-x/functions/a.zip`)).toBe(
        'allowed',
      );
      expect(ask(environment, 'route53:GetChange', 'arn:aws:route53:::change/C1')).toBe('allowed');
      for (const resource of ['og:default:aurora-postgresql-16', 'cluster-snapshot:by-hand'])
        expect(
          ask(environment, 'rds:RestoreDBClusterFromSnapshot', `arn:aws:rds:${region}:${account}:${resource}`),
        ).toBe('allowed');
      expect(ask(environment, 'kms:Decrypt', key)).toBe('not-allowed');
      expect(ask(environment, 'kms:Decrypt', key, { 'kms:ViaService': `lambda.${region}.amazonaws.com` })).toBe(
        'allowed',
      );
      expect(ask(environment, 'kms:CreateGrant', key)).toBe('not-allowed');
      expect(ask(environment, 'kms:CreateGrant', key, { 'kms:GrantIsForAWSResource': 'true' })).toBe('allowed');
      const ofFunction = (own: string) => ({
        'lambda:FunctionArn': `arn:aws:lambda:${region}:${account}:function:${own}-x`,
      });
      expect(ask(environment, 'lambda:CreateEventSourceMapping', '*', ofFunction(`${name}-hoist`))).toBe('allowed');
      expect(ask(environment, 'lambda:CreateEventSourceMapping', '*', ofFunction('payments'))).toBe('not-allowed');
    });
  },
);
