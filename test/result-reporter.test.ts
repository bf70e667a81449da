import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'result-reporter-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A run of jest over one file of tests. */
const runOf = (suite: string) => {
  writeFileSync(join(home, 'one.test.ts'), suite);
  const shared = JSON.stringify(join(root, 'test', 'jest', 'member-config.cjs'));
  const reporter = JSON.stringify(join(root, 'test', 'jest', 'result-reporter.cjs'));
  writeFileSync(
    join(home, 'jest.config.cjs'),
    `const { memberConfig } = require(${shared});
    module.exports = { ...memberConfig(__dirname), testMatch: ['<rootDir>/*.test.ts'], reporters: [[${reporter}, { leftBehindMs: 1 }]] };\n`,
  );
  const jest = join(root, 'node_modules', '.bin', 'jest');
  const { status, stderr } = spawnSync(jest, ['--rootDir', home, '-c', join(home, 'jest.config.cjs')], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stderr, counts: JSON.parse(readFileSync(join(home, '.results', 'counts.json'), 'utf8')) };
};

it('ends a run whose test left a program behind, ends that too, and counts a failure which names it', () => {
  const { status, stderr, counts } = runOf(`
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    it('forgets', () => {
      const child = spawn('sleep', ['86400'], { stdio: 'pipe' });
      writeFileSync(${JSON.stringify(join(home, 'pid'))}, String(child.pid));
    });`);
  expect(status).toBe(1);
  expect(counts).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
  expect(counts.failures[0].message).toContain('sleep 86400');
  expect(stderr).toContain('jest cannot: a test left behind\nsleep 86400');
  // Whoever takes in orphans may take its time to bury it.
  const state = () => spawnSync('ps', ['-o', 'stat=', '-p', readFileSync(join(home, 'pid'), 'utf8')]).stdout.toString();
  while (/^[^Z]/.test(state()));
});

it('names what else is open where it is no program', () => {
  const { status, counts } = runOf(`
    import { createServer } from 'node:net';
    it('forgets', (done) => void createServer().listen(0, '127.0.0.1', done));`);
  expect(status).toBe(1);
  expect(counts.failures[0].message).toContain('TCPServerWrap');
});
