import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from '../lib/install-once.ts';

const home = mkdtempSync(join(tmpdir(), 'install-once-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('leaves nothing behind when it is interrupted', async () => {
  const folder = mkdtempSync(join(home, 'interrupted-'));
  const script = `
    import { installOnce } from ${JSON.stringify(join(__dirname, '..', 'lib', 'install-once.ts'))};
    process.on('SIGTERM', () => process.exit(130));
    setInterval(() => {}, 60_000);
    await installOnce(${JSON.stringify(join(folder, 'tool'))}, () => {
      console.log('half done');
      return new Promise(() => {});
    });`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]);
  await once(child.stdout, 'data');
  expect(readdirSync(folder)).toHaveLength(1);
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(readdirSync(folder)).toEqual([]);
});

it('keeps what the other one installed, though its own attempt fails', async () => {
  const target = join(home, 'twice');
  await installOnce(target, async (directory) => {
    await installOnce(target, async (other) => writeFileSync(join(other, 'name'), 'other'));
    writeFileSync(join(directory, 'name'), 'own');
  });
  expect(readFileSync(join(target, 'name'), 'utf8')).toBe('other');
  expect(readdirSync(home).filter((name) => name.startsWith('twice'))).toHaveLength(2);
});

it('shows nothing before all of it is there', async () => {
  const target = join(home, 'shown');
  await installOnce(target, async (directory) => {
    writeFileSync(join(directory, 'half'), '');
    expect(existsSync(target)).toBe(false);
  });
  expect(existsSync(join(target, 'half'))).toBe(true);
});

describe('what is there and does not work', () => {
  const filled = (directory: string) => Promise.resolve(writeFileSync(join(directory, 'name'), 'whole'));

  it.each([
    ['a folder that lacks the program', (folder: string) => mkdirSync(join(folder, 'tool.old'))],
    ['a link that leads nowhere', () => {}],
  ])('%s is replaced, and nothing of it is kept', async (_what, make) => {
    const folder = mkdtempSync(join(home, 'broken-'));
    const target = join(folder, 'tool');
    make(folder);
    symlinkSync('tool.old', target);
    await installOnce(target, filled, () => existsSync(join(target, 'name')));
    expect(readFileSync(join(target, 'name'), 'utf8')).toBe('whole');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('stays when it cannot be replaced, and the next attempt begins again', async () => {
    const folder = mkdtempSync(join(home, 'broken-'));
    const target = join(folder, 'tool');
    symlinkSync('tool.old', target);
    await expect(installOnce(target, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    expect(readdirSync(folder)).toEqual(['tool']);
    await installOnce(target, filled);
    expect(existsSync(join(target, 'name'))).toBe(true);
  });
});

it('says of a cache that cannot be written what to do', async () => {
  writeFileSync(join(home, 'file'), '');
  const refusal = { code: 'FH_TOOL_MISSING', hint: expect.stringContaining('FLAGHOIST_CACHE') };
  await expect(installOnce(join(home, 'file', 'tool'), async () => {})).rejects.toMatchObject(refusal);
  const full = installOnce(join(home, 'full'), async (directory) => {
    writeFileSync(join(directory, 'no such folder', 'file'), '');
  });
  await expect(full).rejects.toMatchObject(refusal);
});
