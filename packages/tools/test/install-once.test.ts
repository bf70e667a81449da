import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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

it('installs again when somebody has deleted the copy, but not the link to it', async () => {
  const target = join(home, 'deleted');
  const install = () => installOnce(target, async (directory) => writeFileSync(join(directory, 'name'), 'again'));
  await install();
  rmSync(realpathSync(target), { recursive: true });
  await install();
  expect(readFileSync(join(target, 'name'), 'utf8')).toBe('again');
});
