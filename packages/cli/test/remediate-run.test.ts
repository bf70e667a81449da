import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { standInAws } from './aws-stand-in.ts';
import { RemediateCheckout } from './remediate-checkout.ts';

let aws: Awaited<ReturnType<typeof standInAws>>;
let checkout: RemediateCheckout;
beforeAll(async () => {
  aws = await standInAws(() => ({}));
});
afterAll(() => aws[Symbol.asyncDispose]());
beforeEach(() => {
  checkout = new RemediateCheckout();
});
afterEach(() => checkout[Symbol.dispose]());

const DAY_MS = 86_400_000;

it('plans what somebody has opened, and applies that plan', async () => {
  const planned = await checkout.remediate('--plan');
  expect(planned).toMatchObject({ exitCode: 0, document: { outcome: 'planned', record: { need: 'auto' } } });
  expect(await checkout.remediate('--apply')).toMatchObject({ exitCode: 0, document: { outcome: 'mended' } });
});

describe('--at', () => {
  const noise = `version: 1
noise:
  - type: aws_rds_cluster_instance
    attribute: publicly_accessible
    class: any
    reason: It was allowed once.
    owner: team-platform
    expires: 2020-06-30
`;

  it('judges the ends of entries of the noise list', async () => {
    writeFileSync(join(checkout.fleet, 'drift-noise.yaml'), noise);
    expect((await checkout.remediate('--plan')).document.outcome).toBe('planned');
    const then = await checkout.remediate('--plan', '--at', '2020-06-30T12:00Z');
    expect(then.document).toMatchObject({ outcome: 'refused', leaves: [{ refused: ['noise'] }] });
  });

  it('makes no plan older or newer than it is, so that it may be applied within a day of its making', async () => {
    const { document } = await checkout.remediate('--plan', '--at', '2020-01-01T00:00Z');
    expect(document.record.plannedAt).toBeGreaterThan(Date.UTC(2026, 0));
    expect((await checkout.remediate('--apply', '--at', '2020-06-30T12:00Z')).document.outcome).toBe('mended');
  });

  it('brings no plan back that is older than a day', async () => {
    const { document } = await checkout.remediate('--plan');
    const file = join(checkout.plans, 'remediation.json');
    const plannedAt = document.record.plannedAt - 2 * DAY_MS;
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), plannedAt }));
    const applied = await checkout.remediate('--apply', '--at', `${new Date(plannedAt).toISOString().slice(0, 16)}Z`);
    expect(applied.document.error.code).toBe('FH_REMEDIATION_OUTDATED');
    expect(checkout.calls.filter((each) => each.startsWith('apply'))).toEqual([]);
  });
});

it('refuses a policy of an environment that there is not, before it asks Terraform anything', async () => {
  checkout.write('remediation.json', {
    default: { closing: 'auto', mending: 'ask', attempts: 2 },
    environments: { Blue: { closing: 'ask' } },
  });
  const { exitCode, stderr } = await checkout.hoist('remediate', 'blue', '--plan');
  expect(exitCode).toBe(66);
  expect(stderr).toContain('fleet/environments.json has no environment "Blue". Name one of: blue, green.');
});
