import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const fleet = (...args: string[]) =>
  spawnSync(process.execPath, ['--no-warnings', join(__dirname, '../scripts/check.ts'), ...args], { encoding: 'utf8' });

describe('pnpm fleet', () => {
  it.each(['nope', '--relase', '--release prod'])('refuses %s with what it takes', (args) => {
    const { status, stdout, stderr } = fleet(...args.split(' '));
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain(`pnpm fleet does not take ${args}; it takes --release or nothing.`);
  });

  it('says in its help what it does, takes and returns', () => {
    const { status, stdout } = fleet('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: pnpm fleet \[--release\]\n[\s\S]*Exit codes: 0 all fits/);
  });
});
