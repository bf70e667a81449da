import { planned, unexpected } from './support.ts';

interface Zoned {
  readonly region?: string;
  readonly letters: unknown;
  /** The letters of the zones that the subnets stand in. */
  readonly zones?: readonly string[];
}

/** What differs where the environments name their zones so; the first and the last are in the regions that they are in. */
const found = (all: readonly Zoned[]): Promise<readonly string[]> =>
  unexpected(
    planned().map((each, index) => {
      const { region = each.environment.region, letters, zones = letters } = all[index] ?? { letters: [] };
      const plan = JSON.parse(each.planText.replaceAll(each.environment.region, region));
      const names = Array.isArray(zones) ? zones.map((letter) => `${region}${letter}`) : [];
      plan.variables.letters = { value: letters };
      plan.variables.availability_zones.value = names;
      for (const { type, change } of plan.resource_changes) {
        if (type === 'aws_subnet' && Number(change.after.cidr_block.split('.')[2]) >= 0)
          change.after.availability_zone = names[Number(change.after.cidr_block.split('.')[2]) / 16];
      }
      return { ...each, environment: { ...each.environment, region }, planText: JSON.stringify(plan) };
    }),
  );

const abc = { letters: ['a', 'b', 'c'] };

it('takes the letters of the zones that a region has for their positions', async () => {
  const tokyo = { region: 'ap-northeast-1', letters: ['a', 'c', 'd'] };
  expect(await found([abc, tokyo, abc])).toEqual([]);
  expect(await found([abc, { region: 'ap-northeast-1', letters: ['d', 'a', 'c'] }, abc])).toEqual([]);
});

it('takes them so where they stand by region', async () => {
  const by = (region: string, letters: readonly string[]) => ({
    region,
    letters: { [region]: letters },
    zones: letters,
  });
  expect(
    await found([
      by('eu-west-1', ['a', 'b', 'c']),
      by('ap-northeast-1', ['a', 'c', 'd']),
      by('us-east-1', ['a', 'b', 'c']),
    ]),
  ).toEqual([]);
});

it.each<[string, readonly Zoned[]]>([
  ['fewer zones', [abc, { letters: ['a', 'b'] }, abc]],
  ['letters that no subnet is in', [abc, { letters: ['a', 'c', 'd'], zones: ['a', 'b', 'c'] }, abc]],
  ['other letters in the same region', [{ region: 'us-east-1', letters: ['a', 'b', 'd'] }, abc, abc]],
  ['another order in the same region', [{ region: 'us-east-1', letters: ['b', 'a', 'c'] }, abc, abc]],
])('finds %s', async (_what, all) => {
  expect((await found(all)).filter((line) => line.startsWith('var.letters'))).not.toEqual([]);
});
