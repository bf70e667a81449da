import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { commands, runProgram } from '../lib/program.ts';

/** What a command prints of itself. */
const helpOf = async (words: readonly string[]): Promise<string> => {
  const printed: string[] = [];
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      printed.push(String(chunk));
      done();
    },
  });
  await runProgram([...words, '--help'], { stdout, stderr: stdout, noColour: true }, new AbortController().signal);
  return printed.join('').trim();
};

const wordsOf = (command: Command, above: readonly string[] = []): readonly (readonly string[])[] => {
  const own = [...above, command.name()];
  return [own, ...command.commands.flatMap((below) => wordsOf(below, own))];
};

/** docs/cli.md: the help of every command. */
export const reference = async (): Promise<string> => {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const all = loaded.flatMap((factory) => wordsOf(factory(async () => {})));
  const sections: string[] = [];
  // One after the other: each loads what it needs, which memory need not hold for all at once.
  for (const words of all) sections.push(`## hoist ${words.join(' ')}\n\n\`\`\`\n${await helpOf(words)}\n\`\`\`\n`);
  return [
    '# The commands of hoist',
    '',
    'Written by `pnpm reference` in packages/cli from what the commands print of themselves; a test compares it.',
    '',
    '```',
    await helpOf([]),
    '```',
    '',
    ...sections,
  ].join('\n');
};
