import { isObject } from '@flaghoist/core/json';
import fc from 'fast-check';
import { inlined } from '../lib/inlined.ts';
import { createService, says, serveService } from './support/service.ts';

const ref = (name: string) => ({ $ref: name });
const list = (characters: number): string[] =>
  Array.from({ length: characters / 10 }, (_, place) => `c-${10_000 + place}`);

it('writes every evaluator where it is referred to, as one who copies it there does', () => {
  const names = ['a', 'b', 'c', 'd'];
  const copied = (rule: unknown, evaluators: Record<string, unknown>): unknown => {
    if (Array.isArray(rule)) return rule.map((member) => copied(member, evaluators));
    if (!isObject(rule)) return rule;
    const name = rule['$ref'];
    if (typeof name === 'string') return copied(evaluators[name], evaluators);
    return Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, copied(value, evaluators)]));
  };
  /** Each refers to later ones alone, so that all of them end. */
  const ruleOver = (those: readonly string[]) =>
    fc.letrec((tie) => ({
      rule: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(
          fc.string(),
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
          ...those.map((name) => fc.constant(ref(name))),
        ),
        fc.array(tie('rule'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('if', 'and', '__proto__x', 'var'), tie('rule'), { maxKeys: 3 }),
      ),
    })).rule;
  const evaluators = fc.record(
    Object.fromEntries(names.map((name, place) => [name, ruleOver(names.slice(place + 1))])),
  );
  fc.assert(
    fc.property(ruleOver(names), evaluators, (rule, shared) => {
      expect(inlined(rule, shared)).toEqual(copied(rule, shared));
    }),
    { seed: 1 },
  );
});

it.each([
  [
    'a list of 140 KB 480 times',
    { or: Array.from({ length: 480 }, () => ref('long')) },
    { long: { in: [{ var: 'id' }, list(140_000)] } },
  ],
  [
    'evaluators that double each other 20 times',
    ref('e0'),
    Object.fromEntries(
      Array.from({ length: 21 }, (_, place) => [
        `e${place}`,
        place === 20 ? true : { or: [ref(`e${place + 1}`), ref(`e${place + 1}`)] },
      ]),
    ),
  ],
])('refuses at once what would be too long when it is written out: %s', (_what, rule, evaluators) => {
  expect(() => inlined(rule, evaluators)).toThrow('more than 4000000 characters');
});

it('takes a long list that is referred to a few times', () => {
  const long = { in: [{ var: 'id' }, list(140_000)] };
  const rule = { or: Array.from({ length: 3 }, () => ref('long')) };
  expect(inlined(rule, { long })).toEqual({ or: Array.from({ length: 3 }, () => long) });
});

it('knows how deep an evaluator makes a rule that was written at another place before', () => {
  const nested = (depth: number, within: unknown): unknown =>
    Array.from({ length: depth }).reduce((inner: unknown) => ({ '!': inner }), within);
  const deep = nested(50, true);
  expect(inlined([ref('deep'), nested(5, ref('deep'))], { deep })).toEqual([deep, nested(5, deep)]);
  expect(() => inlined([ref('deep'), nested(20, ref('deep'))], { deep })).toThrow('deeper than 64');
  expect(() => inlined(ref('a'), { a: ref('b'), b: [ref('a')] })).toThrow('refers to itself');
});

it('refuses such a flag, and goes on with the revision that it had and with all others', async () => {
  const service = createService();
  const served = await serveService(service, { evaluation: 'v2' });
  await service.write({ flagKey: 'long', ...says('before') });
  await service.load();
  await service.agent.start();
  const source = { $evaluators: { long: { in: [{ var: 'id' }, list(140_000)] } } };
  const targeting = { if: [{ or: Array.from({ length: 480 }, () => ref('long')) }, 'it', 'it'] };
  await service.write({ flagKey: 'long', revision: 2, source, ...says('after', { targeting }) });
  await service.write({ flagKey: 'other', ...says('new') });
  await service.clock.advance(1_000);
  expect((await served.evaluate('long')).json).toMatchObject({ value: 'before' });
  expect((await served.evaluate('other')).json).toMatchObject({ value: 'new' });
  const refused = [{ flagKey: 'long', order: '1.2', reason: expect.stringContaining('refer to a long list once') }];
  expect((await served.ask('GET', '/status')).json).toMatchObject({ refused });
  expect(served.streams.setBytes).toBeLessThan(10_000);
  await served.stop();
  await service.agent.stop();
});
