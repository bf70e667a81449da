import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mayLeaveOut } from '../lib/missing-tool.ts';
import { needs } from '../lib/needs.ts';

const member = join(__dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'needs-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A run of jest over a file whose tool is missing. */
const runWithoutTool = (variables: Record<string, string>) => {
  const suite = `
import { ToolMissingError } from ${JSON.stringify(join(member, 'lib', 'errors.ts'))};
import { needs } from ${JSON.stringify(join(member, 'lib', 'needs.ts'))};
const { describe, it, tool } = needs(() => {
  throw new ToolMissingError('There is no abacus on this machine', 'Make one of beads.');
}, process.env);
it('counts', () => void tool());
it.each([1, 2])('counts to %p', () => {});
describe('with a server', () => {
  beforeAll(() => tool());
  test('adds', () => {});
});
`;
  writeFileSync(join(home, 'abacus.test.ts'), suite);
  const configuration = join(member, 'jest.config.cjs');
  writeFileSync(
    join(home, 'jest.config.cjs'),
    `module.exports = { ...require(${JSON.stringify(configuration)}), rootDir: __dirname, testMatch: ['<rootDir>/*.test.ts'] };\n`,
  );
  const jest = join(member, '..', '..', 'node_modules', '.bin', 'jest');
  const { CI: _ours, ...rest } = process.env;
  const { status, stderr } = spawnSync(jest, ['--rootDir', home, '-c', join(home, 'jest.config.cjs')], {
    cwd: member,
    env: { ...rest, ...variables },
    encoding: 'utf8',
  });
  return { status, stderr, counts: JSON.parse(readFileSync(join(home, '.results', 'counts.json'), 'utf8')) };
};

it('fails every test by the name of what is missing where CI is set', () => {
  const { status, stderr, counts } = runWithoutTool({ CI: 'true' });
  expect(status).toBe(1);
  expect(counts).toMatchObject({ passed: 0, failed: 4, skipped: 0 });
  expect(counts.failures.map(({ test }: { test: string }) => test)).toContain('abacus.test.ts: with a server adds');
  expect(stderr).toContain('There is no abacus on this machine. Make one of beads.');
});

it('skips every test elsewhere, and prints the reason', () => {
  const { status, stderr, counts } = runWithoutTool({});
  expect(status).toBe(0);
  expect(counts).toEqual({ passed: 0, failed: 0, skipped: 4, failures: [] });
  expect(stderr).toMatch(/skipped: .*abacus\.test\.ts\. There is no abacus on this machine\. Make one of beads\./);
});

it.each([
  [undefined, true],
  ['', true],
  ['false', true],
  ['true', false],
  ['1', false],
])('takes CI=%p for: may leave out %p', (CI, expected) => {
  expect(mayLeaveOut({ CI })).toBe(expected);
});

it('gives the tool where it is there, and passes on what is not about tools', () => {
  expect(needs(() => 'abacus', {}).tool()).toBe('abacus');
  expect(() =>
    needs(() => {
      throw new TypeError('a defect');
    }, {}),
  ).toThrow('a defect');
});
