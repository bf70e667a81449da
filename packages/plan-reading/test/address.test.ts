import { member, parseAddress, withoutKeys } from '../lib/address.ts';

it.each<[string, string, (string | number)[]]>([
  ['aws_x.y', 'aws_x.y', []],
  ['aws_x.y[0]', 'aws_x.y[*]', [0]],
  ['module.a["eu"].aws_x.y["b.c[0]"]', 'module.a[*].aws_x.y[*]', ['eu', 'b.c[0]']],
])('parts %s into group and keys', (address, group, keys) => {
  expect(parseAddress(address)).toEqual({ group, keys });
});

it('quotes a member that is not a plain name, so that a path has one reading', () => {
  expect(['size', 'cost-center', 'a.b', 'a[0]'].map(member)).toEqual(['.size', '.cost-center', '["a.b"]', '["a[0]"]']);
});

it.each([
  ['module.a["x"].aws_x.y[0]', 'module.a.aws_x.y'],
  ['aws_x.y["a]b.c"]', 'aws_x.y'],
  ['aws_x.y["a\\"]"]', 'aws_x.y'],
])('knows %s as the sources do', (address, name) => {
  expect(withoutKeys(address)).toBe(name);
});
