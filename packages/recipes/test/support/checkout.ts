import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const source = join(__dirname, '..', '..', '..', '..');

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  /** Both streams, for a reader. */
  readonly told: string;
}

export interface Checkout {
  readonly root: string;
  /** Runs a line of the shell in a folder of the checkout, with its pinned tools. */
  readonly run: (line: string, folder?: string) => Promise<Ended>;
  readonly remove: () => void;
}

const start = (line: string, directory: string): Promise<Ended> =>
  new Promise((resolve) => {
    const bin = join(directory, 'node_modules', '.bin');
    const root = existsSync(bin) ? directory : source;
    const tools = [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin')];
    const variables = { ...process.env, PATH: [...tools, process.env['PATH']].join(delimiter) };
    execFile('sh', ['-c', line], { cwd: directory, env: variables, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode, stdout, told: `${stdout}\n${stderr}` });
    });
  });

/** The files of this repository as git knows them, edits included, in a folder of its own with its own links. */
export const copyCheckout = async (): Promise<Checkout> => {
  // Jest's and TypeScript's paths are real ones.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'flaghoist-recipes-')));
  const { stdout } = await start('git ls-files -z --cached --others --exclude-standard', source);
  for (const file of stdout.split('\0')) {
    const from = join(source, file);
    // What is deleted and not yet committed is still listed.
    if (file === '' || !existsSync(from)) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(from, join(root, file));
  }
  const run = async (line: string, folder = '.'): Promise<Ended> => {
    const inRoot = `export PATH="${join(root, 'node_modules', '.bin')}:$PATH"; cd "${join(root, folder)}" && ${line}`;
    return start(inRoot, root);
  };
  return { root, run, remove: () => rmSync(root, { recursive: true, force: true }) };
};

/** @throws with all that it told when it did not end with 0 */
export const expectDone = (line: string, { exitCode, told }: Ended): void => {
  if (exitCode !== 0) throw new Error(`"${line}" ended with ${exitCode}:\n${told}`);
};
