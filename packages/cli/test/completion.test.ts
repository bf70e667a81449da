import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../lib/program.ts';
import { run } from './run.ts';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-completion-'));
  script = join(folder, 'hoist.bash');
  writeFileSync(script, (await run(['completion', 'bash'])).stdout);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers for the last of these words. */
const offered = (...words: string[]): readonly string[] => {
  const asked = ['hoist', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `source '${script}'; COMP_WORDS=(${asked}); COMP_CWORD=${words.length}; _hoist; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const found = execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' }).trim();
  return found === '' ? [] : found.split('\n');
};

it('offers every command in bash', () => {
  expect(offered('')).toEqual(expect.arrayContaining(Object.keys(commands)));
  expect(offered('arch')).toEqual(['archive']);
});

it.each([
  ['the commands below one', ['token', 're'], ['revoke']],
  ['the options of one', ['import', '--own'], ['--owner']],
  ['the options of one below another, behind an argument', ['token', 'issue', 'ada', '--pre'], ['--prefix']],
  ['what an option may be', ['import', 'flags.json', '--for', 'ver'], ['verified']],
  ['what an argument may be', ['completion', 'z'], ['zsh']],
  ['nothing that there is not', ['import', '--nothing'], []],
])('offers %s in bash', (_what, words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

it.each([
  ['zsh', "'import') found=(", "'--owner:of new flags"],
  ['fish', "-n '__fish_seen_subcommand_from import' -l owner -r", "-l format -x -a 'json yaml'"],
])('writes the same tree for %s', async (shell, ...parts) => {
  const { stdout } = await run(['completion', shell]);
  for (const part of parts) expect(stdout).toContain(part);
});
