import type { PlannedEnvironment } from '../lib/compare-environments.ts';
import { compare, environments, planned, unexpected } from './support.ts';

/** Real plans, each of them changed. */
const everywhere = (change: (plan: Record<string, unknown>, index: number) => void): readonly PlannedEnvironment[] =>
  planned().map((each, index) => {
    const plan = JSON.parse(each.planText);
    change(plan, index);
    return { ...each, planText: JSON.stringify(plan) };
  });

const pathsOf = async (all: readonly PlannedEnvironment[]) => (await compare(all)).differences.map(({ path }) => path);

describe('a plan of a part', () => {
  it('proves nothing, although each environment has the same part', async () => {
    const all = everywhere((plan) => {
      plan['complete'] = false;
      plan['resource_changes'] = [];
    });
    await expect(compare(all)).rejects.toThrow(/complete/);
  });

  it('proves nothing where Terraform put something off', async () => {
    const all = everywhere((plan) => {
      plan['deferred_changes'] = [{ reason: 'absent_prereq', resource_change: { address: 'aws_x.y' } }];
    });
    await expect(compare(all)).rejects.toThrow(/aws_x\.y/);
  });
});

describe('a check whose outcome nobody knows before apply', () => {
  it('is not among what is identical', async () => {
    const all = everywhere((plan) => {
      const [check] = plan['checks'] as { status: string; instances: { status: string }[] }[];
      if (check === undefined) throw new Error('no check');
      check.status = 'unknown';
      for (const each of check.instances) each.status = 'unknown';
    });
    const [before, after] = [await compare(planned()), await compare(all)];
    expect(after.identical).toBe(before.identical - 1);
    expect(after.unknown).toBe(before.unknown + 1);
  });
});

describe('a lock file', () => {
  const withLock = (change: (text: string) => string) =>
    planned().map((each, index) => ({ ...each, lockText: index === 1 ? change(each.lockText) : each.lockText }));

  it('is read with the line ends of Windows, too', async () => {
    expect(await unexpected(withLock((text) => text.replaceAll('\n', '\r\n')))).toEqual([]);
    expect(
      (await pathsOf(withLock((text) => text.replaceAll('\n', '\r\n').replace('h1:', 'h1:x')))).filter((path) =>
        path.startsWith('lock.'),
      ),
    ).toHaveLength(2);
  });
});

describe('the file of a backend', () => {
  const withBackend = (texts: readonly string[]) =>
    planned().map((each, index) => ({ ...each, backendText: texts[index] }));
  const same = (text: string) => environments.map(() => text);

  it.each([
    ['a list', 's3.allowed_account_ids = [\n  "1",\n  "2",\n]\n', '"2"', '"9"', 'backend.s3.allowed_account_ids'],
    [
      'a map',
      's3.role_arn = "a"\ns3.assume_role = {\n  s3.role_arn = "b" # }\n}\ns3.encrypt = true\n',
      '"b"',
      '"c"',
      'backend.s3.assume_role',
    ],
    ['what follows a map', 's3.x = {\n  y = "}"\n}\ns3.encrypt = true\n', 'true', 'false', 'backend.s3.encrypt'],
    [
      'a setting of the same name as one within a map',
      's3.role_arn = "a"\ns3.assume_role = {\n  s3.role_arn = "b"\n}\n',
      '"a"',
      '"c"',
      'backend.s3.role_arn',
    ],
  ])('is compared in %s', async (_what, text, from, to, path) => {
    expect(await pathsOf(withBackend(same(text)))).toEqual(await pathsOf(planned()));
    const [dev = '', staging = ''] = same(text);
    expect(await pathsOf(withBackend([dev, staging, text.replace(from, to)]))).toContain(path);
  });
});

describe('elements that one environment has more', () => {
  const ingress = (sources: readonly string[]) => (plan: Record<string, unknown>) => {
    const changes = plan['resource_changes'] as { address: string; change: { after: Record<string, unknown> } }[];
    const group = changes.find(({ address }) => address === 'aws_security_group.web');
    for (const rule of [group?.change.after['ingress']].flat()) Object.assign(rule ?? {}, { cidr_blocks: sources });
  };
  const rules = (more: string) =>
    everywhere((plan, index) => ingress(['192.0.2.0/24', '2001:db8:2::/48', ...(index === 2 ? [more] : [])])(plan));

  it.each(['0.0.0.0/0', '198.51.100.0/24', '198.51.100.7', '2001:db8:1::/48', '::/0'])(
    'are no sibling of another range: %s',
    async (range) => {
      expect(await pathsOf(rules(range))).toContain('aws_security_group.web.ingress[*].cidr_blocks[*]');
    },
  );

  it('are no sibling of another account', async () => {
    const all = everywhere((plan, index) => {
      const changes = plan['resource_changes'] as {
        address: string;
        change: Record<'after' | 'after_unknown', Record<string, unknown>>;
      }[];
      const key = changes.find(({ address }) => address === 'aws_kms_key.this');
      const accounts = ['999999999999', ...(index === 2 ? ['888888888888'] : [])];
      delete key?.change.after_unknown['policy'];
      Object.assign(key?.change.after ?? {}, {
        policy: JSON.stringify({
          Statement: [{ Principal: { AWS: accounts.map((id) => `arn:aws:iam::${id}:root`) } }],
        }),
      });
    });
    expect(await pathsOf(all)).toContain('aws_kms_key.this.policy.Statement[*].Principal.AWS[*]');
  });

  it.each([
    'name-0',
    'arn:aws:s3:::name-0',
    'arn:aws:rds:REGION:ACCOUNT:db:ENVIRONMENT-flags-0',
    'arn:aws:iam::ACCOUNT:role/ENVIRONMENT-flags-0',
  ])('are siblings of what differs by its own number: %s', async (pattern) => {
    const all = everywhere((plan, index) => {
      const { name = '', region = '', account = '' } = environments[index] ?? {};
      const own = pattern.replace('REGION', region).replace('ACCOUNT', account).replace('ENVIRONMENT', name);
      ingress(Array.from({ length: index + 1 }, (_, at) => `${own}${at + 1}`))(plan);
    });
    expect(await pathsOf(all)).not.toContain('aws_security_group.web.ingress[*].cidr_blocks[*]');
  });
});
