import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { exitCodes } from '../lib/exit-codes.ts';
import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';
import { environments, sources, terraformIn } from './told-states.ts';

const [first] = environments as readonly [Environment];
const recording = join(__dirname, '..', '..', 'drift', 'test', 'fixtures', 'pending.jsonl');

/** Terraform's answers to the two plans that a look takes. */
const planned = `  plan) for each in "$@"; do case "$each" in -out=*) echo plan > "\${each#-out=}" ;; esac; done ;;
  show) case "$4" in *refresh-only.tfplan) sed -n 1p '${recording}' ;; *) sed -n 2p '${recording}' ;; esac ;;
`;

const parameter = (path: string): string =>
  `arn:aws:ssm:${first.region}:${first.account}:parameter/${first.name}/flaghoist/${path}`;
const tagged = (arn: string, managedBy: string, service?: string) => ({
  ResourceARN: arn,
  Tags: [
    ...(service === undefined ? [] : [{ Key: 'service', Value: service }]),
    { Key: 'environment', Value: first.name },
    { Key: 'managed-by', Value: managedBy },
  ],
});

let folder: string;
let aws: Server;
let found: readonly ReturnType<typeof tagged>[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-drift-published-'));
  // AWS as far as the search goes: the role of the stack, and what has the tag.
  aws = createServer((request, response) => {
    if (request.headers['x-amz-target'] === undefined) {
      response.setHeader('content-type', 'text/xml');
      response.end(
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken><Expiration>2126-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
      );
    } else {
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ ResourceTagMappingList: found }));
    }
  });
  await new Promise<void>((listening) => aws.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  await new Promise((closed) => aws.close(closed));
  rmSync(folder, { recursive: true });
});

const look = async (terraform: string, ...more: readonly string[]) => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const variables = {
    PATH: process.env['PATH'],
    HOME: folder,
    FLAGHOIST_TERRAFORM: terraform,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const exitCode = await runProgram(
    ['drift', first.name, '--sources', sources, '--region', first.region, '--at', '2026-11-22T12:00Z', ...more],
    { stdout, stderr, noColour: true, variables },
    new AbortController().signal,
  );
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};

const drift = async (terraform: string) => {
  const { exitCode, stdout, stderr } = await look(terraform, '--json');
  const { unmanaged } = JSON.parse(stdout);
  const arns = unmanaged.resources.map(({ arn }: { readonly arn: string }) => arn);
  const reasons = unmanaged.unknown.map(({ reason }: { readonly reason: string }) => reason);
  return {
    exitCode,
    arns,
    leftToOthers: unmanaged.leftToOthers,
    reasons: reasons.filter((reason: string) => reason.includes('pulumi')),
    stderr,
  };
};

it('reports of what Pulumi made only what the record does not name', async () => {
  found = [
    tagged(parameter('endpoints'), 'pulumi'),
    tagged(parameter('of-somebody-else'), 'pulumi'),
    // Where the record has one, but not made by Pulumi.
    tagged(parameter('network'), 'terraform'),
  ];
  const { arns, reasons } = await drift(await terraformIn(folder, { more: planned }));
  expect(arns).toEqual([parameter('network'), parameter('of-somebody-else')]);
  expect(reasons).toEqual([]);
});

it('says how the state of another stack is named where something has none, and nothing of it where one was', async () => {
  found = [tagged(parameter('endpoints'), 'terraform')];
  const terraform = await terraformIn(folder, { more: planned });
  const other = join(folder, 'other.json');
  writeFileSync(other, '{}');
  const hint = 'What another stack has made is known by its state: --other-state, with its terraform show -json\n';
  expect((await look(terraform)).stdout).toContain(hint);
  expect((await look(terraform, '--other-state', other)).stdout).not.toContain(hint);
  found = [];
  expect((await look(terraform)).stdout).not.toContain(hint);
});

it('reads no state of another stack while nothing is tagged as of Pulumi', async () => {
  found = [tagged(parameter('endpoints'), 'terraform')];
  const { arns, stderr } = await drift(await terraformIn(folder, { more: planned }));
  expect(arns).toEqual([parameter('endpoints')]);
  expect(stderr).not.toContain('flags-global');
});

it('does not know what Pulumi made while the record cannot be made, and says why', async () => {
  found = [tagged(parameter('endpoints'), 'pulumi'), tagged('arn:aws:sqs:eu-west-1:1:by-hand', 'terraform')];
  const without = (stack: string): boolean => stack === 'flags-global';
  const { exitCode, arns, reasons } = await drift(await terraformIn(folder, { without, more: planned }));
  expect(arns).toEqual(['arn:aws:sqs:eu-west-1:1:by-hand']);
  expect(reasons).toEqual([
    expect.stringMatching(/^1 tagged managed-by = pulumi may be published or not.*stack flags-global, workspace/),
  ]);
  expect(exitCode).toBe(exitCodes.no);
});

it('leaves to other stacks what says that it is theirs, such as the policies of the role that deploys', async () => {
  const policy = `arn:aws:iam::${first.account}:policy/flaghoist-deployment-network`;
  const queue = 'arn:aws:sqs:eu-west-1:1:by-hand';
  found = [
    tagged(policy, 'terraform', serviceIn('account-access', 'main.tf')),
    tagged(
      'arn:aws:sqs:eu-west-1:1:theirs',
      'terraform',
      serviceIn('flags-global', 'environments', `${first.name}.tfvars`),
    ),
    tagged(queue, 'terraform', 'of-no-stack'),
  ];
  const terraform = await terraformIn(folder, { more: planned });
  const { arns, leftToOthers } = await drift(terraform);
  expect(arns).toEqual([queue]);
  expect(leftToOthers).toEqual({ 'account-access': 1, hoist: 1 });
  expect((await look(terraform)).stdout).toContain(
    'left to other stacks, by the tag service: 1 of account-access, 1 of hoist\n',
  );
});

/** The service that a stack gives to what it makes. */
const serviceIn = (...path: readonly string[]): string =>
  /^ *service *= "(.*)"$/m.exec(readFileSync(join(sources, 'stacks', ...path), 'utf8'))?.[1] ?? 'none';
