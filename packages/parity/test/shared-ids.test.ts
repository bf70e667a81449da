import { parseAllowList } from '../lib/allow-list/allow-list.ts';
import { createReport } from '../lib/report/report.ts';
import { compare, planned, unexpected } from './support.ts';

/** The same plans, each with a value for an input more. */
const given = (values: readonly unknown[], accounts?: readonly string[]) =>
  planned().map((each, index) => {
    const plan = JSON.parse(each.planText);
    plan.variables.given = { value: values[index] };
    const account = accounts?.[index] ?? each.environment.account;
    return { ...each, environment: { ...each.environment, account }, planText: JSON.stringify(plan) };
  });

const shared = async (values: readonly unknown[], accounts?: readonly string[]) =>
  (await unexpected(given(values, accounts))).filter((line) => line.includes('.#shared'));

const zones = ['Z01111111111111111111', 'Z02222222222222222222', 'Z03333333333333333333'];

it.each<[string, string]>([
  ['a hosted zone', 'Z02222222222222222222'],
  ['a VPC', 'vpc-0123456789abcdef0'],
  ['a prefix list', 'pl-0123456789abcdef0'],
  ['a snapshot of a volume', 'snap-0123456789abcdef0'],
  ['a key of several regions', 'mrk-0123456789abcdef0123456789abcdef'],
  ['a certificate', 'arn:aws:acm:us-west-2:222222222222:certificate/0b1c'],
  ['a key', 'arn:aws:kms:us-west-2:222222222222:key/0b1c'],
  ['a snapshot of a database', 'arn:aws:rds:us-west-2:222222222222:cluster-snapshot:before'],
])('finds %s that two environments name, whose accounts are not the same', async (_what, id) => {
  expect(await shared([id, id, 'other'])).toEqual([`var.given.#shared: "${id}" | "${id}" | -`]);
  expect(await shared([id, 'other', id])).toEqual([`var.given.#shared: "${id}" | - | "${id}"`]);
  expect(await shared([id, id, id])).toEqual([`var.given.#shared: "${id}" | "${id}" | "${id}"`]);
});

it('finds it wherever it stands in the inputs, each once', async () => {
  const [, two, three] = zones;
  expect(await shared([{ zone_id: two }, { zone_id: two, others: [three] }, { zone_id: three }])).toEqual([
    `var.given.zone_id.#shared: "${two}" | "${two}" | -`,
    `var.given.others[*].#shared [0]: - | "${three}" | "${three}"`,
  ]);
});

it.each<[string, readonly unknown[]]>([
  ['ids of their own', zones],
  ['words that look like ids', ['release-20261130', 'release-20261130', 'release-20261130']],
  ['an image, which accounts share', ['ami-0123456789abcdef0', 'ami-0123456789abcdef0', 'ami-0123456789abcdef0']],
  ['what is in an account of none of them', Array.from({ length: 3 }, () => 'arn:aws:iam::444444444444:role/pipeline')],
  ['what AWS has in no account', Array.from({ length: 3 }, () => 'arn:aws:iam::aws:policy/ReadOnlyAccess')],
  ['nothing', [null, null, null]],
])('finds nothing in %s', async (_what, values) => {
  expect(await shared(values)).toEqual([]);
});

it('lets environments of one account share what it has', async () => {
  const [one = '', two = ''] = ['111111111111', '222222222222'];
  expect(await shared([zones[0], zones[0], zones[2]], [one, one, two])).toEqual([]);
  expect(await shared([zones[0], zones[0], zones[0]], [one, one, two])).toHaveLength(1);
});

it('is not allowed by an entry that lets each have another one, but by one of its own', async () => {
  const [, two, three] = zones;
  const compared = await compare(given([two, two, three]));
  const reported = (...paths: readonly string[]) =>
    createReport(compared, {
      stack: 'application',
      allowList: parseAllowList(
        `version: 1\nallowed:\n${paths.map((path) => `  - {path: "${path}", direction: any, reason: x, owner: y, expires: 2027-03-31}\n`).join('')}`,
        'parity.yaml',
      ),
      plannedBy: 'hoist',
      clock: { now: () => Date.parse('2026-11-22T12:00:00Z') },
    }).differences.filter(({ kind }) => kind === 'shared');
  expect(reported('var.given')).toMatchObject([
    {
      path: 'var.given.#shared',
      status: 'violation',
      note: 'the same in dev and staging, whose accounts have their own',
    },
  ]);
  expect(reported('var.given', 'var.given.#shared')).toMatchObject([{ status: 'allowed' }]);
});
