import { readApplied } from '../../lib/quota/applied.ts';
import { checkQuotas } from '../../lib/quota/check.ts';
import { many, worldOf } from '../support.ts';

/** As `aws service-quotas list-service-quotas` writes it. */
const listed = (arn: string, value: number): string =>
  JSON.stringify({
    Quotas: [
      {
        ServiceCode: 'vpc',
        ServiceName: 'Amazon VPC',
        QuotaArn: arn,
        QuotaCode: 'L-F678F1CE',
        QuotaName: 'VPCs per Region',
        Value: value,
        Adjustable: true,
        GlobalQuota: false,
      },
    ],
  });
const read = (text: string) => readApplied([{ name: 'vpc.json', text }]);
const six = worldOf([...many(6, 'aws_vpc'), ...many(6, 'aws_vpc', undefined, 'us-east-1')]);

it("the account's own limit holds in its region, the default elsewhere", () => {
  const applied = read(listed('arn:aws:servicequotas:eu-west-1:123456789012:vpc/L-F678F1CE', 20));
  const { verdicts } = checkQuotas(six, { load: { changesPerDay: 0 }, applied });
  const own = verdicts
    .filter(({ quota }) => quota === 'vpc.networks')
    .map(({ region, limit, status, applied: yours }) => ({ region, limit, status, yours }));
  expect(own).toEqual([
    { region: 'us-east-1', limit: 5, status: 'exceeded', yours: false },
    { region: 'eu-west-1', limit: 20, status: 'ok', yours: true },
  ]);
});

it('a limit of the account may also be less than the default', () => {
  const applied = read(listed('arn:aws:servicequotas:eu-west-1:123456789012:vpc/L-F678F1CE', 1));
  const { verdicts } = checkQuotas(worldOf(many(2, 'aws_vpc')), { load: { changesPerDay: 0 }, applied });
  expect(verdicts[0]).toMatchObject({ quota: 'vpc.networks', limit: 1, status: 'exceeded' });
});

it.each([
  ['no JSON', 'Unable to locate credentials'],
  ['another document', '{"Quota":{}}'],
  ['a value that is none', listed('arn:x', -1)],
])('refuses %s, and says how to make one', (_, text) => {
  expect(() => read(text)).toThrow('vpc.json is not valid');
});
