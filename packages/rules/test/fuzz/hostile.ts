/** Mulberry32: the same seed gives the same inputs, so that a failure can be repeated by its number. */
const generator = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const operators = [
  'if',
  'and',
  'or',
  '!',
  'in',
  '==',
  '<',
  'var',
  'fractional',
  'sem_ver',
  'starts_with',
  'cat',
  'map',
  'reduce',
  'some',
  '$ref',
  'nope',
  '__proto__',
];
export const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'state',
  'variants',
  'defaultVariant',
  'targeting',
  'metadata',
  'flags',
  '',
  '/',
  '~',
  'on',
  'off',
  'type',
  'expires',
  'reviewBy',
  'valueKind',
  'unit',
  'amount',
  'currency',
  'tiers',
  'upTo',
  'min',
  'max',
  'countries',
  'timeZone',
  'clientSecret',
  '\u202e',
  '\ud800',
  'a'.repeat(200),
  '0',
  'length',
];
const texts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\udc00x',
  '\u202eabc',
  '\u200b',
  '\ufeff',
  'e\u0301',
  '\ufffe',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '__proto__',
  'on',
  'off',
  '4111111111111111',
  'DE89370400440532013000',
  'mia@example.com',
  '{{7*7}}',
  `$\{jndi:ldap://x}`,
  '<script>',
  'javascript:alert(1)',
  "' or 1=1 --",
  'http://10.0.0.1/',
  '2026-02-30',
  'EUR',
  'release',
  'fee',
];
/** Texts that make careless regular expressions take for ever. */
const bombs = [
  (n: number) => `${'a'.repeat(n)}!`,
  (n: number) => `${'a@'.repeat(n)}`,
  (n: number) => `${'0'.repeat(n)}x`,
  (n: number) => '('.repeat(n),
  (n: number) => `${' '.repeat(n)}x`,
  (n: number) => `${'a.'.repeat(n)}`,
  (n: number) => `http://${'a-'.repeat(n)}`,
  (n: number) => `${'<a '.repeat(n)}`,
  (n: number) => `${'{'.repeat(n)}`,
  (n: number) => `${'4 '.repeat(n)}`,
  (n: number) => `${'\ud83d\ude00'.repeat(n)}`,
  (n: number) => `${'; drop '.repeat(n)}`,
  (n: number) => `eyJ${'A'.repeat(n)}.`,
  (n: number) => `+${'1-'.repeat(n)}`,
  (n: number) => `${'e\u0301'.repeat(n)}`,
];
const numbers = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e308,
  5e-324,
  2 ** 53,
  2 ** 31,
  1_760_000_000,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  4111111111111111,
];

/** Makes values that nobody should send. Those of `json` are what JSON could bring in. */
export class Hostile {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = generator(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  text(size: number): string {
    const kind = this.below(10);
    if (kind < 6) return this.pick(texts);
    if (kind < 9) return this.pick(bombs)(1 + this.below(size));
    return String.fromCharCode(...Array.from({ length: 12 }, () => this.below(0x1_0000)));
  }

  json(depth: number, size: number): unknown {
    const kind = this.below(depth <= 0 ? 5 : 12);
    if (kind < 2) return this.text(size);
    if (kind === 2) return this.pick(numbers);
    if (kind === 3) return this.pick([true, false, null]);
    if (kind === 4) return this.pick([[], {}, [[]], [null]]);
    if (kind < 7) return Array.from({ length: this.below(5) }, () => this.json(depth - 1, size));
    if (kind < 10) return this.operation(depth - 1, size);
    return this.object(depth - 1, size);
  }

  object(depth: number, size: number): Record<string, unknown> {
    const entries = Array.from({ length: this.below(5) }, () => [this.pick(names), this.json(depth, size)] as const);
    return Object.fromEntries(entries);
  }

  operation(depth: number, size: number): Record<string, unknown> {
    const operands = Array.from({ length: this.below(4) }, () => this.json(depth, size));
    return Object.fromEntries([[this.pick(operators), this.below(4) === 0 ? (operands[0] ?? null) : operands]]);
  }

  nest(levels: number): unknown {
    const wrap = this.pick<(inner: unknown) => unknown>([
      (inner) => [inner],
      (inner) => ({ a: inner }),
      (inner) => ({ '!': [inner] }),
      (inner) => ({ if: [inner, 'on', inner === 0 ? 'off' : 'on'] }),
      (inner) => ({ and: [inner, true] }),
    ]);
    let value: unknown = 0;
    for (let level = 0; level < levels; level += 1) value = wrap(value);
    return value;
  }

  /** What no JSON can be, but a caller without a schema might pass. */
  impossible(depth: number): unknown {
    const cycle: Record<string, unknown> = { state: 'ENABLED' };
    cycle['targeting'] = { if: [cycle, cycle, cycle] };
    cycle['variants'] = cycle;
    const throws = (): never => {
      throw new Error('trap');
    };
    return this.pick<() => unknown>([
      // A cycle is walked until the survey gives up, which takes its time.
      () => (this.below(50) === 0 ? cycle : { state: [cycle['state']] }),
      () => new Proxy({}, { get: throws, ownKeys: throws, has: throws }),
      () => Object.defineProperty({}, 'state', { get: throws, enumerable: true }),
      () => undefined,
      () => Symbol('x'),
      () => 10n,
      () => () => 1,
      () => new Date(Number.NaN),
      () => new Map([['a', 1]]),
      () => Object.create(null),
      () => Array(this.below(1_000)),
      () => new (class extends Array {})(),
      () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
      () => this.json(depth, 50),
    ])();
  }
}
