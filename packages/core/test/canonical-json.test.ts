import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { canonicalJson, digestOf } from '../lib/canonical-json.ts';

/** Reads the bit pattern of a double, as RFC 8785 appendix B gives it. */
const double = (hex: string): number => Buffer.from(hex, 'hex').readDoubleBE(0);

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const outcomeOf = (write: () => string | undefined): { text: string | undefined } | 'refused' => {
  try {
    return { text: write() };
  } catch {
    return 'refused';
  }
};

describe('canonical JSON', () => {
  // RFC 8785, appendix B.
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
  });

  // RFC 8785, section 3.2.3: keys are sorted by their UTF-16 code units.
  it('sorts keys by code units', () => {
    const keys = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  // RFC 8785, section 3.2.2.
  it('writes the sample of the standard', () => {
    const sample = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('does not normalise unicode: two spellings are two strings', () => {
    expect(canonicalJson('Å')).not.toBe(canonicalJson('A\u030a'));
  });

  it('is the same for the same data, in whatever order its keys were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const backwards = Object.fromEntries(Object.entries(data).reverse());
        expect(canonicalJson(backwards)).toBe(canonicalJson(data));
      }),
    );
  });

  it('survives a round trip through a parser', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const text = canonicalJson(data);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('is what canonicalize writes, also for data whose keys are in order already', () => {
    const anyJson = fc.jsonValue({ stringUnit: 'binary' });
    const inOrder = anyJson.map((data) => JSON.parse(JSON.stringify(data, sortKeys)));
    fc.assert(
      fc.property(fc.oneof(inOrder, anyJson), (data) => {
        expect(outcomeOf(() => canonicalJson(data))).toEqual(outcomeOf(() => canonicalize(data)));
      }),
    );
  });

  it.each([
    ['a lone surrogate', { a: '\ud83d' }],
    ['text that looks like one', { a: '\\ud83d' }],
    ['a hole and an undefined member', { a: [1, undefined], b: undefined }],
    ['a date', { a: new Date(0) }],
    ['a number in an object', { a: Object(1) }],
    ['keys that look like indexes', JSON.parse('{"10":1,"9":2}')],
    ['a key named __proto__', JSON.parse('{"__proto__":{"b":1,"a":2}}')],
    ['data as deep as it likes', JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
  ])('writes %s as canonicalize does', (_, data) => {
    expect(outcomeOf(() => canonicalJson(data))).toEqual(outcomeOf(() => canonicalize(data)));
  });

  it.each([undefined, () => 1, Symbol('x')])('refuses %p', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %p, which JSON does not know', (value) => {
    expect(() => canonicalJson({ value })).toThrow();
  });
});

describe('the digest', () => {
  it.each([
    [null, '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b'],
    [{}, '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    [{ b: 1, a: [true, 'ä'] }, '2285ebbb8f3dae7638e5828a3721d42f10dfd1bce486d7e4f31e0f62344a0fa7'],
  ])('of %j never changes', (value, expected) => {
    expect(digestOf(value)).toBe(expected);
  });
});
