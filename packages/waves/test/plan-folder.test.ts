import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alone, isOfPlans } from '../lib/plan-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-plans-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nothing = async (): Promise<void> => {};

it.each([
  ['not written yet', '', 'another process'],
  ['of a process that is gone', '2147483647', 'process 2147483647'],
])('is held by one while it works, also where the word of who that is is %s', async (_which, word, holder) => {
  const second = alone(folder, async () => {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.lock')))
      writeFileSync(join(folder, name), word);
    await alone(folder, nothing);
  });
  await expect(second).rejects.toMatchObject({
    code: 'FH_PLANS_LOCKED',
    message: `${folder} is locked: ${holder} works there`,
  });
});

it('knows what is of plans by its whole name', () => {
  expect(['waves.json', 'waves.json.draft', 'data', 'apply.lock', 'lock', 'a.tfplan'].filter(isOfPlans)).toHaveLength(
    6,
  );
  expect(['lockfile.json', 'locks', 'data.json', 'waves.json.bak', '.terraform.lock.hcl'].filter(isOfPlans)).toEqual(
    [],
  );
});

it('is not taken where something else has the name of its lock, which is said with a way out', async () => {
  writeFileSync(join(folder, 'lock'), 'mine'.repeat(1_000));
  await expect(alone(folder, nothing)).rejects.toMatchObject({
    code: 'FH_INVALID_INPUT',
    hint: expect.stringContaining('take it out of that folder'),
  });
});

it('is free once the job is over, whatever came of it', async () => {
  await expect(alone(folder, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
  await expect(alone(folder, nothing)).resolves.toBeUndefined();
});

it('is free once the process that held it was killed', async () => {
  const module = JSON.stringify(join(__dirname, '../lib/plan-folder.ts'));
  const job = `() => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)); }`;
  const holds = `import(${module}).then(({ alone }) => alone(${JSON.stringify(folder)}, ${job}))`;
  const child = spawn(process.execPath, ['--experimental-strip-types', '--no-warnings', '-e', holds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    await expect(alone(folder, nothing)).rejects.toMatchObject({
      message: `${folder} is locked: process ${child.pid} works there`,
    });
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await expect(alone(folder, nothing)).resolves.toBeUndefined();
});
