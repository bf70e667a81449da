import type { Bucketing } from '@flaghoist/core/evaluator';
import { isObject } from '@flaghoist/core/json';

const MAX_INT32 = 2 ** 31 - 1;

/** MurmurHash3, 32 bits for x86, seed 0. */
const murmur = (bytes: Uint8Array): number => {
  const mixed = (block: number): number => {
    const scaled = Math.imul(block, 0xcc9e2d51);
    return Math.imul((scaled << 15) | (scaled >>> 17), 0x1b873593);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let place = 0; place < whole; place += 4) {
    hash ^= mixed(view.getUint32(place, true));
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  let rest = 0;
  for (let place = bytes.length - 1; place >= whole; place -= 1) rest = (rest << 8) | (bytes[place] ?? 0);
  if (whole < bytes.length) hash ^= mixed(rest);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** CBOR of a text that is shorter than 256 bytes, or of a list of such. */
const cbor = (value: string | readonly string[]): Buffer => {
  if (typeof value !== 'string') return Buffer.concat([Buffer.from([0x80 + value.length]), ...value.map(cbor)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from(bytes.length < 24 ? [0x60 + bytes.length] : [0x78, bytes.length]), bytes]);
};

interface Caller {
  readonly flagKey: string;
  readonly targetingKey: string;
}

/** Where between 0 and 1 a caller falls whom a rule draws by flag and targeting key, as the clients of this bucketing have it. */
const drawn: Readonly<Record<Bucketing, (caller: Caller) => number>> = {
  v1: ({ flagKey, targetingKey }) => Math.abs(murmur(Buffer.from(flagKey + targetingKey)) | 0) / MAX_INT32,
  v2: ({ flagKey, targetingKey }) => murmur(Buffer.from(flagKey + targetingKey)) / 2 ** 32,
  v3: ({ flagKey, targetingKey }) => murmur(cbor([flagKey, targetingKey])) / 2 ** 32,
};

interface Evaluated extends Caller {
  readonly rule: unknown;
  readonly evaluators?: Readonly<Record<string, unknown>>;
}

/**
 * What a client answers to a rule that is made of `if`, `==`, `var`, `$ref` and `fractional` with flagd's own draw. Written after the
 * clients' sources; tests with the clients themselves hold it to them.
 */
export const answerBy = (bucketing: Bucketing, { rule, evaluators = {}, ...caller }: Evaluated): unknown => {
  const of = (value: unknown): unknown => {
    if (!isObject(value)) return value;
    const [[operator, operand] = ['', null]] = Object.entries(value);
    const args: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    if (operator === '$ref') return of(evaluators[String(operand)]);
    if (operator === 'var') return operand === 'targetingKey' ? caller.targetingKey : null;
    if (operator === '==') return of(args[0]) === of(args[1]);
    if (operator === 'if') return of(of(args[0]) === true ? args[1] : args[2]);
    if (operator !== 'fractional') throw new TypeError(`no client here knows ${operator}`);
    const buckets = args as readonly (readonly [string, number])[];
    const place = drawn[bucketing](caller) * buckets.reduce((sum, [, weight]) => sum + weight, 0);
    let end = 0;
    return buckets.find(([, weight]) => {
      end += weight;
      return place < end;
    })?.[0];
  };
  return of(rule);
};
