import { scalar, unknown } from '@flaghoist/plan-reading/tree';
import fc from 'fast-check';
import { parseAllowList } from '../lib/allow-list/allow-list.ts';
import { directionProblem } from '../lib/allow-list/direction.ts';
import { judge } from '../lib/allow-list/judge.ts';
import { createPathPattern } from '../lib/allow-list/path-pattern.ts';
import type { Difference } from '../lib/compare/difference.ts';

const entry = (more: Record<string, unknown> = {}): string =>
  `version: 1\nallowed:\n${lines({ path: 'var.size', direction: 'increasing', reason: 'Cost.', owner: 'team', expires: '2027-03-31', ...more })}`;

const lines = (members: Record<string, unknown>): string =>
  Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value], index) => `${index === 0 ? '  - ' : '    '}${name}: ${JSON.stringify(value)}\n`)
    .join('');

const parse = (text: string) => parseAllowList(text, 'parity.yaml');
const names = ['dev', 'staging', 'prod'];
const difference = (path: string, ...values: (string | number | boolean | undefined)[]): Difference => ({
  path,
  instance: '',
  kind: 'value',
  values: values.map((value) => (value === undefined ? undefined : scalar(value))),
});

describe('the file', () => {
  it('is read with the line of each entry', () => {
    const { entries } = parse(
      `${entry()}${lines({ path: 'var.other', direction: 'any', reason: 'x', owner: 'y', expires: '2027-01-01' })}`,
    );
    expect(entries.map(({ path, line }) => ({ path, line }))).toEqual([
      { path: 'var.size', line: 3 },
      { path: 'var.other', line: 8 },
    ]);
  });
});

describe('a path pattern', () => {
  it.each([
    ['aws_x.this[*].size', 'aws_x.this[*].size', true],
    ['aws_x.this[*].size', 'aws_x.this.size', false],
    ['aws_x.this[*].size', 'aws_x.this[*].size.more', false],
    ['module.*.aws_x.this.size', 'module.database.aws_x.this.size', true],
    ['module.*.aws_x.this.size', 'module.a.module.b.aws_x.this.size', false],
    ['module.*.aws_x.this.size', 'module.a[*].aws_x.this.size', false],
    ['aws_x.this.tags["a.b"]', 'aws_x.this.tags["a.b"]', true],
    ['v*r.size', 'var.size', true],
    ['var.size', 'varxsize', false],
  ])('%s for %s: %s', (pattern, path, covered) => {
    expect(createPathPattern(pattern)(path)).toBe(covered);
  });

  it('covers the path that it is, and no longer one', () => {
    const part = fc.stringMatching(/^[a-z_]{1,6}(\[\*\])?$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 6 }), part, (parts, more) => {
        const path = parts.join('.');
        expect(createPathPattern(path)(path)).toBe(true);
        expect(createPathPattern(path)(`${path}.${more}`)).toBe(false);
      }),
    );
  });
});

describe('a direction', () => {
  const problem = (more: Record<string, unknown>, ...values: (string | number | boolean | undefined)[]) => {
    const [first] = parse(entry(more)).entries;
    return first && directionProblem(first, difference('var.size', ...values), names);
  };

  it.each<[Record<string, unknown>, (string | number | boolean | undefined)[], string | undefined]>([
    [{}, [1, 2, 4], undefined],
    [{}, [1, 1, 4], undefined],
    [{}, ['2', '10', '10'], undefined],
    [{}, [false, true, true], undefined],
    [{}, [2, 1, 4], 'not increasing from dev to staging'],
    [{}, [1, 4, 2], 'not increasing from staging to prod'],
    [{ direction: 'decreasing' }, [4, 2, 1], undefined],
    [{ direction: 'decreasing' }, [4, 2, 3], 'not decreasing from staging to prod'],
    [{}, [1, 'many', 4], 'staging has "many", which is no number; give a scale, or write "direction: any"'],
    [{}, [undefined, 1, 4], 'dev has nothing, which is no number; give a scale, or write "direction: any"'],
    [{ scale: ['db.t4g.medium', 'db.r8g.large'] }, ['db.t4g.medium', 'db.t4g.medium', 'db.r8g.large'], undefined],
    [
      { scale: ['db.t4g.medium', 'db.r8g.large'] },
      ['db.r8g.large', 'db.t4g.medium', 'db.r8g.large'],
      'not increasing from dev to staging',
    ],
    [
      { scale: ['db.t4g.medium', 'db.r8g.large'] },
      ['db.t4g.medium', 'db.x2g.large', 'db.r8g.large'],
      'staging has "db.x2g.large", which is not on the scale',
    ],
    [{ direction: 'any' }, ['x', undefined, true], undefined],
    [{ direction: 'any', scale: [2, 3] }, [undefined, 3, 2], undefined],
    [{ direction: 'any', scale: [2, 3] }, [undefined, 1, 2], 'staging has 1, which is not on the scale'],
    [{ scale: [30, 365] }, [30, 365, 0], 'prod has 0, which is not on the scale'],
  ])('%j with %j: %s', (more, values, expected) => {
    expect(problem(more, ...values)).toBe(expected);
  });

  it('cannot be told of values that nobody knows yet', () => {
    const [first] = parse(entry()).entries;
    const found = { ...difference('var.size'), values: [unknown, unknown, scalar(1)] };
    expect(first && directionProblem(first, found, names)).toMatch(/^dev has \(known after apply\)/);
  });

  it('is not enough where some have none', () => {
    const [first] = parse(entry()).entries;
    const count = { ...difference('aws_x.this[*].#count', 0, 1, 1), kind: 'count' } as const;
    expect(first && directionProblem(first, count, names)).toMatch(/^some have none/);
    expect(
      first && directionProblem(first, { ...count, values: [1, 1, 2].map((each) => scalar(each)) }, names),
    ).toBeUndefined();
  });

  it('literal holds for one text with a name in it', () => {
    const [first] = parse(entry({ direction: 'literal' })).entries;
    const texts = (literal: string) => ({
      ...difference('var.size'),
      values: [
        scalar('prod-x'),
        scalar('prod-x'),
        { kind: 'scalar', value: '<environment>-x', raw: literal, literal } as const,
      ],
    });
    expect(first && directionProblem(first, texts('prod-x'), names)).toBeUndefined();
    expect(first && directionProblem(first, texts('prod-y'), names)).toMatch(/^not the same text/);
  });

  it('holds exactly for values in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 3, maxLength: 3 }), (values) => {
        const ordered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
        expect(problem({}, ...values) === undefined).toBe(ordered);
      }),
    );
  });
});

describe('judging', () => {
  const now = Date.parse('2027-03-31T23:59:59Z');
  const judged = (text: string, at: number, ...differences: Difference[]) =>
    judge(differences, parse(text), { now: at, names, stack: 'application', of: 'plans' });
  const size = difference('var.size', 1, 2, 4);

  it('allows what an entry covers', () => {
    const { differences, entryProblems } = judged(entry(), now, size);
    expect(differences).toMatchObject([{ problem: undefined, entries: [3] }]);
    expect(entryProblems).toEqual([]);
  });

  it('refuses what no entry covers', () => {
    const { differences } = judged(entry(), now, size, difference('var.sizes', 1, 2, 4));
    expect(differences.map(({ problem }) => problem)).toEqual([undefined, 'no entry of the allow-list covers it']);
  });

  it('refuses an entry from the day after it expires', () => {
    expect(judged(entry(), now + 1000, size).entryProblems).toMatchObject([{ rule: 'expired' }]);
  });

  it('refuses an entry that holds for more than a year', () => {
    expect(judged(entry({ expires: '2028-04-01' }), now, size).entryProblems).toMatchObject([{ rule: 'too-far' }]);
    expect(judged(entry({ expires: '2028-03-31' }), now, size).entryProblems).toEqual([]);
  });

  it('refuses an entry that covers nothing', () => {
    expect(judged(entry(), now).entryProblems).toMatchObject([{ rule: 'unused', entry: { line: 3 } }]);
  });

  describe('an entry for states only', () => {
    const judgedOf = (of: 'plans' | 'states', more: Record<string, unknown>, ...differences: Difference[]) => {
      const seen = judge(differences, parse(entry(more)), { now, names, stack: 'application', of });
      return [seen.differences.map(({ problem }) => problem), seen.entryProblems.map(({ rule }) => rule)];
    };
    const only = { only: 'states' };
    const uncovered = 'no entry of the allow-list covers it';

    it('covers what is applied, and nothing that is planned', () => {
      expect(judgedOf('states', only, size)).toEqual([[undefined], []]);
      expect(judgedOf('plans', only, size)).toEqual([[uncovered], []]);
    });

    it('is unused where states need it no more; any other where plans need it no more', () => {
      expect(judgedOf('states', only)).toEqual([[], ['unused']]);
      expect(judgedOf('plans', only)).toEqual([[], []]);
      expect(judgedOf('states', {})).toEqual([[], []]);
      expect(judgedOf('plans', {})).toEqual([[], ['unused']]);
    });

    it.each([
      ['output.networks', 'output.networks.dev', undefined],
      ['output.networks', 'output.networks["environment"]', undefined],
      ['output.networks', 'output.networks_of_all', uncovered],
      ['aws_x.this.policy', 'aws_x.this.policy.Statement[*].Action', uncovered],
    ])('for %s, whatever it may be, covers %s: %s', (path, found, problem) => {
      const whatever = { ...only, path, direction: 'any' };
      expect(judgedOf('states', whatever, difference(found, 1, 2, 4))[0]).toEqual([problem]);
    });

    it('for an output with a direction covers none of its parts', () => {
      const sized = { ...only, path: 'output.networks' };
      expect(judgedOf('states', sized, difference('output.networks.dev', 1, 2, 4))[0]).toEqual([uncovered]);
    });

    it('ends like all others', () => {
      expect(judgedOf('plans', { ...only, expires: '2026-01-01' })).toEqual([[], ['expired']]);
    });
  });

  it('asks every entry that covers a difference', () => {
    const text = `${entry({ direction: 'any' })}${lines({ path: 'v*r.size', direction: 'decreasing', reason: 'x', owner: 'y', expires: '2027-12-01' })}`;
    const { differences, entryProblems } = judged(text, now, size);
    expect(differences[0]?.problem).toBe('not decreasing from dev to staging');
    expect(entryProblems).toEqual([]);
  });
});
