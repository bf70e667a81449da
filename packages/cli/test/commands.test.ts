import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { commands } from '../lib/program.ts';
import { run } from './run.ts';

/** A command and those below it, each by the words that one types. */
const walk = (command: Command, before: readonly string[] = []): { words: readonly string[]; command: Command }[] => {
  const words = [...before, command.name()];
  return [{ words, command }, ...command.commands.flatMap((below) => walk(below, words))];
};

const walked = commands
  .flatMap((factory) => walk(factory(async () => {})))
  .map(({ words, command }) => ({ typed: words.join(' '), words, command }));

const linesOf = (...path: readonly string[]): readonly string[] =>
  readFileSync(join(__dirname, '..', ...path), 'utf8').split('\n');
const rowsOfRoot = linesOf('..', '..', 'README.md').filter((line) => line.startsWith('|'));
const linesOfCli = linesOf('README.md');

const tests = readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.ts') && name !== basename(__filename))
  .map((name) => readFileSync(join(__dirname, name), 'utf8'));

it('finds commands and those below them', () => {
  expect(walked.map(({ typed }) => typed)).toEqual(expect.arrayContaining(['up', 'rules', 'rules explain']));
});

describe.each(walked)('hoist $typed', ({ typed, words, command }) => {
  it('says in a line what it does', () => {
    expect(command.description()).toMatch(/^\S.{10,}[^.]$/);
  });

  it('shows examples and exit codes in its help', async () => {
    const { stdout } = await run([...words, '--help']);
    expect(stdout).toMatch(new RegExp(`^Examples:\\n(?: .*\\n)* .*\\bhoist ${typed}\\b`, 'm'));
    expect(stdout).toMatch(/^Exit codes: 0 /m);
  });

  it('is in a table of the root README, and with a comment in the first snippet of the CLI', () => {
    const named = new RegExp(`\\bhoist ${typed}\\b`);
    expect(rowsOfRoot.filter((row) => named.test(row))).not.toEqual([]);
    expect(linesOfCli.filter((line) => line.startsWith(`hoist ${typed} `) && line.includes(' # '))).not.toEqual([]);
  });

  it('is run by a test', () => {
    const args = words.map((word) => `'${word}'`).join(', ');
    expect(tests.filter((text) => text.includes(`[${args}`) || text.includes(`(${args}`))).not.toEqual([]);
  });
});
