import { compare, meant, planned, plannedWith, unexpected } from './support.ts';

interface Change {
  address: string;
  change: { after: Record<string, unknown>; after_unknown: Record<string, unknown>; after_sensitive: object };
}
interface PlanText {
  resource_changes: Change[];
  output_changes: Record<string, { after?: unknown }>;
  configuration: {
    provider_config: Record<string, { version_constraint: string; expressions: object }>;
    root_module: {
      module_calls: Record<string, { source: string; expressions: object }>;
      resources: { address: string; depends_on?: string[] }[];
    };
  };
  checks: { address: { to_display: string }; status: string; instances: { status: string }[] }[];
  terraform_version: string;
}

const edit = (change: (plan: PlanText) => void) =>
  plannedWith((text) => {
    const plan = JSON.parse(text) as PlanText;
    change(plan);
    return JSON.stringify(plan);
  });

const changeOf = (plan: PlanText, address: string): Change => {
  const found = plan.resource_changes.find((each) => each.address === address);
  if (found === undefined) throw new Error(`no ${address}`);
  return found;
};

it('finds only what the inputs make different in real plans of one root', async () => {
  const { compared, identical, unknown, differences } = await compare(planned());
  expect(differences.map(({ path }) => path)).toEqual(meant);
  expect(identical + unknown).toBe(compared - 3);
  expect(unknown).toBeGreaterThan(50);
  expect(compared).toBeGreaterThan(500);
});

it('does not care for the order of resources', async () => {
  expect(await unexpected(edit((plan) => plan.resource_changes.reverse()))).toEqual([]);
});

it.each<[string, (plan: PlanText) => void, string]>([
  [
    'an attribute',
    (plan) => {
      changeOf(plan, 'aws_vpc.this').change.after['enable_dns_support'] = false;
    },
    'aws_vpc.this.enable_dns_support: true | true | false',
  ],
  [
    'a tag that one lacks',
    (plan) => {
      delete (changeOf(plan, 'aws_vpc.this').change.after['tags'] as Record<string, string>)['Name'];
    },
    'aws_vpc.this.tags.Name: "dev-vpc" | "staging-vpc" | -',
  ],
  [
    'a name of another form',
    (plan) => {
      changeOf(plan, 'aws_security_group.web').change.after['name'] = 'web-prod';
    },
    'aws_security_group.web.name: "dev-web" | "staging-web" | "web-prod"',
  ],
  [
    'a name with another environment in it',
    (plan) => {
      changeOf(plan, 'aws_security_group.web').change.after['name'] = 'dev-web';
    },
    'aws_security_group.web.name: "dev-web" | "staging-web" | "dev-web"',
  ],
  [
    'a value that became known',
    (plan) => {
      const { change } = changeOf(plan, 'aws_vpc.this');
      delete change.after_unknown['id'];
      change.after['id'] = 'vpc-1';
    },
    'aws_vpc.this.id: (known after apply) | (known after apply) | "vpc-1"',
  ],
  [
    'a missing resource',
    (plan) => {
      plan.resource_changes = plan.resource_changes.filter(({ address }) => address !== 'aws_kms_key.this');
    },
    'aws_kms_key.this.#count: 1 | 1 | 0',
  ],
  [
    'a missing instance',
    (plan) => {
      plan.resource_changes = plan.resource_changes.filter(({ address }) => address !== 'aws_sqs_queue.this["mail"]');
    },
    'aws_sqs_queue.this[*].#count: 2 | 2 | 1',
  ],
  [
    'one instance of several',
    (plan) => {
      changeOf(plan, 'aws_sqs_queue.this["mail"]').change.after['delay_seconds'] = 5;
    },
    'aws_sqs_queue.this[*].delay_seconds ["mail"]: 0 | 0 | 5',
  ],
  [
    'a network of another size',
    (plan) => {
      changeOf(plan, 'aws_subnet.private[1]').change.after['cidr_block'] = '10.2.16.0/21';
    },
    'aws_subnet.private[*].cidr_block [1]: "10.0.16.0/20" | "10.1.16.0/20" | "10.2.16.0/21"',
  ],
  [
    'a network at another place',
    (plan) => {
      changeOf(plan, 'aws_subnet.private[1]').change.after['cidr_block'] = '10.2.32.0/20';
    },
    'aws_subnet.private[*].cidr_block [1]: "10.0.16.0/20" | "10.1.16.0/20" | "10.2.32.0/20"',
  ],
  [
    'a zone at another place',
    (plan) => {
      changeOf(plan, 'aws_subnet.private[1]').change.after['availability_zone'] = 'us-east-1c';
    },
    'aws_subnet.private[*].availability_zone [1]: "eu-west-1b" | "us-west-2b" | "us-east-1c"',
  ],
  [
    'the internet where the others have the network',
    (plan) => {
      (changeOf(plan, 'aws_security_group.web').change.after['ingress'] as { cidr_blocks: string[] }[])[0] = {
        ...(changeOf(plan, 'aws_security_group.web').change.after['ingress'] as { cidr_blocks: string[] }[])[0],
        cidr_blocks: ['0.0.0.0/0'],
      };
    },
    'aws_security_group.web.ingress[*].cidr_blocks[*] [0][0]: "10.0.0.0/16" | "10.1.0.0/16" | "0.0.0.0/0"',
  ],
  [
    'an output',
    (plan) => {
      Object.assign(plan.output_changes['url'] ?? {}, { after: 'http://prod.example' });
    },
    'output.url: "https://dev.example" | "https://staging.example" | "http://prod.example"',
  ],
  [
    'a provider alias',
    (plan) => {
      const { resources } = (
        plan.configuration.root_module.module_calls['store'] as unknown as {
          module: { resources: { address: string; provider_config_key: string }[] };
        }
      ).module;
      for (const each of resources) each.provider_config_key = 'aws';
    },
    'module.store.aws_s3_bucket.replica.#configuration.provider_config_key: "aws.replica" | "aws.replica" | "aws"',
  ],
  [
    "a provider's region",
    (plan) => {
      Object.assign(plan.configuration.provider_config['aws.replica']?.expressions ?? {}, {
        region: { references: ['var.region'] },
      });
    },
    'provider.aws.replica.expressions.region.references[*] [0]: "var.replica_region" | "var.replica_region" | "var.region"',
  ],
  [
    'a provider constraint',
    (plan) => {
      Object.assign(plan.configuration.provider_config['aws'] ?? {}, { version_constraint: '~> 5.99' });
    },
    'provider.aws.version_constraint: "~> 5.100" | "~> 5.100" | "~> 5.99"',
  ],
  [
    'where an unknown value comes from',
    (plan) => {
      Object.assign(plan.configuration.root_module.module_calls['store']?.expressions ?? {}, {
        kms_key_arn: { references: ['aws_kms_key.other.arn'] },
      });
    },
    'module.store.#call.expressions.kms_key_arn.references.#count: 2 | 2 | 1',
  ],
  [
    "a module's source",
    (plan) => {
      Object.assign(plan.configuration.root_module.module_calls['store'] ?? {}, { source: './modules/shop' });
    },
    'module.store.#call.source: "./modules/store" | "./modules/store" | "./modules/shop"',
  ],
  [
    'a dependency',
    (plan) => {
      Object.assign(plan.configuration.root_module.resources[0] ?? {}, { depends_on: ['aws_vpc.this'] });
    },
    'aws_kms_key.this.#configuration.depends_on: - | - | ["aws_vpc.this"]',
  ],
  [
    'a check that fails',
    (plan) => {
      for (const check of plan.checks) {
        check.status = 'fail';
        for (const each of check.instances) each.status = 'fail';
      }
    },
    'check.check.cidr[*] [0]: "pass" | "pass" | "fail"',
  ],
  [
    'the version of Terraform',
    (plan) => {
      plan.terraform_version = '1.10.0';
    },
    'plan.terraform_version: "1.11.4" | "1.11.4" | "1.10.0"',
  ],
])('finds %s', async (_what, change, found) => {
  expect(await unexpected(edit(change))).toContain(found);
});

it('finds a hash in the provider lock that differs', async () => {
  const all = planned().map((each, index) =>
    index === 1 ? { ...each, lockText: each.lockText.replace('h1:', 'h1:x') } : each,
  );
  expect(await unexpected(all)).toHaveLength(2);
});
