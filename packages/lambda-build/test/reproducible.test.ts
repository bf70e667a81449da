import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const main = join(__dirname, '..', 'lib', 'main.ts');
const dependencies = join(__dirname, '..', 'node_modules');
const start = promisify(execFile);

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lambda-build-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const copyOf = async (fixture: string, folder: string): Promise<string> => {
  const directory = join(scratch, folder, fixture);
  await cp(join(__dirname, 'fixtures', fixture), directory, { recursive: true });
  await mkdir(join(directory, 'node_modules'));
  await symlink(join(dependencies, 'zod'), join(directory, 'node_modules', 'zod'));
  return directory;
};

const lambdaBuild = (cwd: string, timeZone: string) =>
  start(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    cwd,
    env: { ...process.env, TZ: timeZone },
  });

describe('the lambda-build command', () => {
  it('writes the same bytes from another folder and in another time zone', async () => {
    const east = await copyOf('greeter', 'a');
    const west = await copyOf('greeter', join('somewhere', 'else', 'entirely'));
    await lambdaBuild(east, 'Pacific/Kiritimati');
    await lambdaBuild(west, 'America/St_Johns');

    for (const file of ['greet.zip', 'say-goodbye.zip', 'sizes.json']) {
      const [one, other] = await Promise.all([east, west].map((directory) => readFile(join(directory, 'dist', file))));
      expect(one?.byteLength).toBeGreaterThan(0);
      expect({ file, same: one?.equals(other ?? Buffer.alloc(0)) }).toEqual({ file, same: true });
    }
  });

  it('replaces dist, prints a row per entry point, and says nothing on stderr', async () => {
    const directory = await copyOf('greeter', 'table');
    await mkdir(join(directory, 'dist'));
    await writeFile(join(directory, 'dist', 'gone.zip'), '');
    const { stdout, stderr } = await lambdaBuild(directory, 'UTC');

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^greet +\d+ +\d+ +\d+ zod\//m);
    expect(stdout).toMatch(/^say-goodbye +\d+ +\d+ +\d+ @flaghoist\/greeter\/lib\/farewell\.ts$/m);
    expect((await readdir(join(directory, 'dist'))).sort()).toEqual([
      'greet.js.map',
      'greet.zip',
      'say-goodbye.js.map',
      'say-goodbye.zip',
      'sizes.json',
    ]);
  });

  it('exits with 1, the code and the hint, and writes nothing, when an entry point does not build', async () => {
    const directory = await copyOf('without-export', 'broken');
    await expect(lambdaBuild(directory, 'UTC')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error FH_BUNDLE_FAILED: .*\nhint: .*lib\/index\.ts must export/),
    });
    await expect(readdir(join(directory, 'dist'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
