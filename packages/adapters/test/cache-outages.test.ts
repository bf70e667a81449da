import fc from 'fast-check';
import { CacheOutages } from '../lib/cache-outages.ts';

type Line = readonly [level: 'INFO' | 'WARN', message: string, fields: Record<string, unknown>];

const watched = () => {
  const lines: Line[] = [];
  let now = 0;
  const outages = new CacheOutages({
    log: {
      info: (message, fields = {}) => void lines.push(['INFO', message, fields]),
      warn: (message, fields = {}) => void lines.push(['WARN', message, fields]),
    },
    clock: { now: () => now },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { outages, lines, pass };
};
const error = new Error('no');
const [one, other] = [{ name: 'one' }, { name: 'other' }];

it('tells of an outage once per reason, over all connections, and of its end with its length', () => {
  const { outages, lines, pass } = watched();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    outages.failed(one, 'ECONNREFUSED', error);
    outages.failed(other, attempt < 50 ? 'ECONNREFUSED' : 'ENOTFOUND', error);
    pass(1_000);
  }
  outages.works(one);
  outages.works(other);
  expect(lines).toEqual([
    ['WARN', 'cache cannot be used', { reason: 'ECONNREFUSED', error }],
    ['WARN', 'cache cannot be used', { reason: 'ENOTFOUND', error }],
    ['INFO', 'cache can be used again', { reasons: ['ECONNREFUSED', 'ENOTFOUND'], lastedMs: 100_000 }],
  ]);
  expect([...outages.counts]).toEqual([['ECONNREFUSED', 1]]);
});

it('is over only when every connection is there, and what was refused is answered', () => {
  const { outages, lines } = watched();
  outages.failed(one, 'ECONNRESET', error);
  outages.failed(other, 'ECONNRESET', error);
  outages.works(one);
  outages.failed('hset', 'READONLY', error);
  outages.works(other);
  outages.works('get');
  expect(lines.map(([level]) => level)).toEqual(['WARN', 'WARN']);
  outages.works('hset');
  expect(lines.map(([level]) => level)).toEqual(['WARN', 'WARN', 'INFO']);
});

it('tells of a server that comes and goes every ten seconds at most, counts each time, and tells of one that then stays away', () => {
  const { outages, lines, pass } = watched();
  for (let time = 0; time < 99; time += 1) {
    outages.failed(one, 'ECONNRESET', error);
    outages.works(one);
    pass(100);
  }
  expect(lines.map(([level]) => level)).toEqual(['WARN', 'INFO']);
  expect(outages.counts.get('ECONNRESET')).toBe(99);
  outages.failed(one, 'ECONNRESET', error);
  pass(100);
  outages.failed(one, 'ECONNRESET', error);
  expect(lines.map(([level]) => level)).toEqual(['WARN', 'INFO', 'WARN']);
});

it('is not silenced by a clock that is set back', () => {
  const { outages, lines, pass } = watched();
  pass(3_600_000);
  outages.failed(one, 'ECONNRESET', error);
  pass(-1_800_000);
  outages.works(one);
  pass(10_000);
  outages.failed(one, 'ECONNRESET', error);
  expect(lines.map(([level, , { lastedMs }]) => [level, lastedMs])).toEqual([
    ['WARN', undefined],
    ['INFO', 0],
    ['WARN', undefined],
  ]);
});

it('whatever fails and works in whatever order: a reason at most once an outage, one end for each outage that was told', () => {
  const event = fc.tuple(
    fc.boolean(),
    fc.constantFrom<object | string>(one, other, 'get', 'hset'),
    fc.constantFrom('ECONNREFUSED', 'READONLY', 'timeout'),
    fc.integer({ min: 0, max: 20_000 }),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const { outages, lines, pass } = watched();
      for (const [fails, what, reason, ms] of events) {
        if (fails) outages.failed(what, reason, error);
        else outages.works(what);
        pass(ms);
      }
      // Everything works in the end.
      for (const what of [one, other, 'get', 'hset']) outages.works(what);
      let told: unknown[] = [];
      for (const [level, , fields] of lines) {
        if (level === 'WARN') {
          expect(told).not.toContain(fields['reason']);
          told.push(fields['reason']);
        } else {
          expect(fields['reasons']).toEqual(told);
          expect(told).not.toEqual([]);
          told = [];
        }
      }
      expect(told).toEqual([]);
      const begun = [...outages.counts.values()].reduce((sum, count) => sum + count, 0);
      expect(begun).toBeGreaterThanOrEqual(lines.filter(([level]) => level === 'INFO').length);
    }),
  );
});
