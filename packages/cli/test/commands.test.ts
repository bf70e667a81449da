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

const walked = async (name: string) => {
  const factory = await commands[name]?.();
  return factory === undefined
    ? []
    : walk(factory(async () => {})).map((each) => ({ ...each, typed: each.words.join(' ') }));
};

const linesOf = (...path: readonly string[]): readonly string[] =>
  readFileSync(join(__dirname, '..', ...path), 'utf8').split('\n');
const rowsOfRoot = linesOf('..', '..', 'README.md').filter((line) => line.startsWith('|'));
const linesOfCli = linesOf('README.md');

const tests = readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.ts') && name !== basename(__filename))
  .map((name) => readFileSync(join(__dirname, name), 'utf8'));

it('finds commands and those below them, each under its own word', async () => {
  for (const name of Object.keys(commands)) expect((await walked(name))[0]?.typed).toBe(name);
  expect((await walked('rules')).map(({ typed }) => typed)).toContain('rules explain');
});

describe.each(Object.keys(commands))('hoist %s, and what is below it,', (name) => {
  it('says in a line what it does', async () => {
    for (const { command } of await walked(name)) expect(command.description()).toMatch(/^\S.{10,}[^.]$/);
  });

  it('shows examples and exit codes in its help', async () => {
    for (const { words, typed } of await walked(name)) {
      const { stdout } = await run([...words, '--help']);
      expect(stdout).toMatch(new RegExp(`^Examples:\\n(?: .*\\n)* .*\\bhoist ${typed}\\b`, 'm'));
      expect(stdout).toMatch(/^Exit codes: 0 /m);
    }
  });

  it('is in a table of the root README, and with a comment in the first snippet of the CLI', async () => {
    for (const { typed } of await walked(name)) {
      const mentioned = new RegExp(`\\bhoist ${typed}\\b`);
      expect(rowsOfRoot.filter((row) => mentioned.test(row))).not.toEqual([]);
      expect(linesOfCli.filter((line) => line.startsWith(`hoist ${typed} `) && line.includes(' # '))).not.toEqual([]);
    }
  });

  it('is run by a test', async () => {
    for (const { typed, words } of await walked(name)) {
      const args = words.map((word) => `'${word}'`).join(', ');
      const running = tests.some((text) => text.includes(`[${args}`) || text.includes(`(${args}`));
      expect({ typed, running }).toEqual({ typed, running: true });
    }
  });
});
