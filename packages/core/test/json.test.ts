import { isObject, memberOf, own, parseJsonText } from '../lib/json.ts';

describe('isObject', () => {
  it.each([{}, { a: 1 }, Object.create(null)])('takes %j for an object', (value) => {
    expect(isObject(value)).toBe(true);
  });

  it.each([null, undefined, [], 'text', 1, true])('does not take %j for an object', (value) => {
    expect(isObject(value)).toBe(false);
  });
});

describe('own', () => {
  it('finds a member of the object', () => {
    expect(own({ a: false }, 'a')).toBe(false);
  });

  it.each(['constructor', 'toString', '__proto__'])('does not find %s, which the object only inherits', (key) => {
    expect(own({}, key)).toBeUndefined();
  });

  it('finds a member that the text of a document calls __proto__', () => {
    expect(own(JSON.parse('{"__proto__": 1}') as Record<string, unknown>, '__proto__')).toBe(1);
  });
});

describe('memberOf', () => {
  it('finds a member of an object', () => {
    expect(memberOf({ a: 0 }, 'a')).toBe(0);
  });

  it.each([[['first']], ['text'], [null], [undefined]])('finds no member in %j', (value) => {
    expect(memberOf(value, '0')).toBeUndefined();
    expect(memberOf(value, 'length')).toBeUndefined();
  });
});

it('takes a number that is too small for the smallest there is, and not for 0', () => {
  const text = '{"a":[1e-400,-2.5E-999,0e-400,0.00e-999,1e-320],"b":"1e-400","__proto__":1e-400}';
  const read = parseJsonText(text);
  expect(read).toEqual(JSON.parse('{"a":[5e-324,5e-324,0,0,1e-320],"b":"1e-400","__proto__":5e-324}'));
  expect(Object.keys(Object(read))).toEqual(['a', 'b', '__proto__']);
});
