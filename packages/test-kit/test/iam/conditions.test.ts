import { conditionHolds, contextOf } from '../../lib/iam/conditions.ts';

/** A variable of a policy, as the policy writes it. */
const variable = (name: string): string => `$\{${name}}`;

const KEY = 'dynamodb:LeadingKeys';
const given = (...values: string[]) => (values.length === 0 ? {} : contextOf({ [KEY]: values }));
const asks = (operator: string, values: readonly string[], context = given()) =>
  conditionHolds({ [operator]: { [KEY]: values } }, context);

/*
 * "Set operators for multivalued context keys" of the IAM user guide: each row of its tables. The policy's values are a and b.
 */
describe('set operators', () => {
  it.each<[string, readonly string[], boolean]>([
    ['ForAllValues:StringEquals', ['a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['c'], false],
    // "returns true if there are no context keys in the request": why Null stands beside it.
    ['ForAllValues:StringEquals', [], true],
    ['ForAnyValue:StringEquals', ['a', 'c'], true],
    ['ForAnyValue:StringEquals', ['c'], false],
    ['ForAnyValue:StringEquals', [], false],
    ['ForAllValues:StringNotEquals', ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'c'], false],
    ['ForAllValues:StringNotEquals', [], true],
    ['ForAnyValue:StringNotEquals', ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
    ['ForAnyValue:StringNotEquals', [], false],
  ])('%s over %j is %s', (operator, values, expected) => {
    expect(asks(operator, ['a', 'b'], given(...values))).toBe(expected);
  });

  it('are demanded where a key has several values', () => {
    expect(() => asks('StringEquals', ['a'], given('a', 'b'))).toThrow('Use ForAllValues or ForAnyValue');
  });
});

describe('operators for one value', () => {
  it.each<[string, readonly string[], readonly string[], boolean]>([
    ['StringEquals', ['a', 'b'], ['b'], true],
    ['StringEquals', ['a'], ['A'], false],
    ['StringEquals', ['a'], [], false],
    ['StringEquals', ['a*'], ['ab'], false],
    ['StringNotEquals', ['a', 'b'], ['b'], false],
    ['StringNotEquals', ['a'], [], true],
    ['StringEqualsIfExists', ['a'], [], true],
    ['StringEqualsIfExists', ['a'], ['b'], false],
    ['StringEqualsIgnoreCase', ['a'], ['A'], true],
    ['StringLike', ['a*'], ['abc'], true],
    ['StringLike', ['a?'], ['abc'], false],
    ['StringNotLike', ['a*'], ['abc'], false],
    ['StringNotLike', ['a*'], [], true],
    ['ArnEquals', ['arn:aws:iam::1:role/x*'], ['arn:aws:iam::1:role/xy'], true],
    ['ArnEquals', ['arn:aws:iam::*:role/x'], ['arn:aws:iam::1:role/x'], true],
    ['ArnEquals', ['arn:aws:*:role/x'], ['arn:aws:iam::1:role/x'], false],
    ['ArnNotEquals', ['arn:aws:iam::1:role/x'], ['arn:aws:iam::1:role/y'], true],
    ['ArnNotEquals', ['arn:aws:iam::1:role/x'], [], true],
    ['Null', ['true'], [], true],
    ['Null', ['true'], ['a'], false],
    ['Null', ['false'], ['a'], true],
    ['Null', ['false'], [], false],
    ['Bool', ['true'], ['true'], true],
    ['Bool', ['true'], [], false],
  ])('%s %j over %j is %s', (operator, values, found, expected) => {
    expect(asks(operator, values, given(...found))).toBe(expected);
  });

  it('of which nothing is known here are refused', () => {
    expect(() => asks('DateLessThan', ['2027-01-01'], given('x'))).toThrow('DateLessThan is not judged here');
  });
});

describe('a variable of a policy', () => {
  const context = contextOf({ [KEY]: ['AUTHOR#AROA1:ada'], 'aws:userid': 'AROA1:ada', 'aws:username': 'a*' });

  it('stands for what the request carries, whatever the case of its name', () => {
    expect(asks('StringEquals', [`AUTHOR#${variable('aws:userid')}`], context)).toBe(true);
    expect(asks('StringEquals', [`AUTHOR#${variable('AWS:UserId')}`], context)).toBe(true);
  });

  it('brings no wildcards in', () => {
    const key = (value: string) => ({ ...context, ...contextOf({ [KEY]: value }) });
    expect(asks('StringLike', [variable('aws:username')], key('abc'))).toBe(false);
    expect(asks('StringLike', [variable('aws:username')], key('a*'))).toBe(true);
    expect(asks('StringLike', [`a${variable('*')}`], key('abc'))).toBe(false);
  });

  it('that the request lacks makes the statement say nothing, also where it is negated', () => {
    const { 'aws:userid': _absent, ...without } = context;
    expect(asks('StringEquals', [`AUTHOR#${variable('aws:userid')}`], without)).toBe(false);
    expect(asks('StringNotEquals', [`AUTHOR#${variable('aws:userid')}`], without)).toBe(false);
  });

  it('with a default is not judged here', () => {
    expect(() => asks('StringEquals', [variable("aws:userid, 'x'")], context)).toThrow('is not judged here');
  });
});

it('asks for all operators and all keys', () => {
  const context = contextOf({ a: '1', b: '2' });
  expect(conditionHolds({ StringEquals: { a: ['1'], b: ['2'] } }, context)).toBe(true);
  expect(conditionHolds({ StringEquals: { a: ['1'], b: ['3'] } }, context)).toBe(false);
  expect(conditionHolds({ StringEquals: { a: ['1'] }, Null: { b: ['true'] } }, context)).toBe(false);
  expect(conditionHolds({}, context)).toBe(true);
});
