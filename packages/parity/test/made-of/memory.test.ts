import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a value is made of is found in each of the places that use it: without end, if each added to the memory. */
it('keeps within 128 MB however many ways lead from a value to what it is made of', () => {
  const program = join(__dirname, 'used-twice.ts');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--no-warnings', '--max-old-space-size=128', program, '64'],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(['aws_vpc.this.id']);
});
