import type { TokenView } from '@flaghoist/control-plane/routes/tokens';
import { Command } from 'commander';
import { ownerOf, type ServerOption, serverOption } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { numberBetween } from '../option-values.ts';
import { tableLines } from '../table.ts';

interface IssueOptions extends ServerOption {
  readonly scopes: string;
  readonly prefix: string;
  readonly days: number;
}

/** `hoist token`: who may ask the server for what. */
export const tokenCommand: CommandFactory = (run) =>
  new Command('token')
    .description('make, list and revoke tokens of the server that was started here')
    .addHelpText('after', examples)
    .addCommand(
      serverOption(
        new Command('issue')
          .description('make a token for a person or a pipeline; it is printed once and kept nowhere')
          .argument('<person>', 'in whose name it asks, as the directory has it')
          .option('--scopes <scopes>', 'read, propose, approve, kill, operate, audit', 'read,propose,kill')
          .option('--prefix <text>', 'only flags whose key begins with it', '')
          .option('--days <n>', 'how long it is good', numberBetween(1, 366), 30),
      )
        .addHelpText('after', issueExamples)
        .action(async (person: string, options: IssueOptions) => run((context) => issue(person, options, context))),
    )
    .addCommand(
      serverOption(new Command('list').description('list the tokens, with when each was used last'))
        .addHelpText('after', listExamples)
        .action(async (options: ServerOption) => run((context) => list(options, context))),
    )
    .addCommand(
      serverOption(
        new Command('revoke')
          .description('make a token worthless, at once')
          .argument('<id>', 'as hoist token list shows it'),
      )
        .addHelpText('after', revokeExamples)
        .action(async (id: string, options: ServerOption) => run((context) => revoke(id, options, context))),
    );

const issue = async (actor: string, options: IssueOptions, context: CommandContext): Promise<number> => {
  const { scopes, prefix: keyPrefix, days } = options;
  const asked = { actor, scopes: scopes.split(',').map((scope) => scope.trim()), keyPrefix, days };
  const made = await (await ownerOf(options, context)).post<{ token: string; record: TokenView }>('/v1/tokens', asked);
  const { output } = context;
  output.document(made);
  if (!output.json) output.print(`${made.token}\n`);
  output.progress(`For ${actor}: ${scopes}, until ${new Date(made.record.expiresAt).toISOString()}.`);
  return exitCodes.ok;
};

const list = async (options: ServerOption, context: CommandContext): Promise<number> => {
  const found = await (await ownerOf(options, context)).get<{ tokens: readonly TokenView[] }>('/v1/tokens');
  const { output } = context;
  output.document(found);
  if (output.json) return exitCodes.ok;
  const time = (at: number | null): string => (at === null ? 'never' : new Date(at).toISOString());
  const titles = ['id', 'of', 'scopes', 'flags', 'until', 'last used'].map((title) => ({ title }));
  const rows = found.tokens.map(({ id, actor, scopes, keyPrefix, expiresAt, lastUsedAt }) => [
    id,
    actor,
    scopes.join(','),
    `${keyPrefix}*`,
    time(expiresAt),
    time(lastUsedAt),
  ]);
  for (const line of tableLines(titles, rows)) output.say(line);
  return exitCodes.ok;
};

const revoke = async (id: string, options: ServerOption, context: CommandContext): Promise<number> => {
  const record = await (await ownerOf(options, context)).delete<TokenView>(`/v1/tokens/${encodeURIComponent(id)}`);
  const { output } = context;
  output.document(record);
  if (!output.json) output.say(`Revoked: ${id} of ${record.actor}`);
  return exitCodes.ok;
};

const endings = exitCodesHelp(
  { no: 'you did not start the server, there is no such token, or the directory does not list the person' },
  ['ok', 'usage', 'unreachable', 'defect', 'interrupted'],
);

const examples = `
Only who started the server on this machine can make tokens: hoist up leaves them a key that nobody else can read.

Examples:
  $ hoist token issue ada.abel@bank.example
  $ hoist token list

${endings}`;

const issueExamples = `
A token to propose or to approve is made for somebody whom the directory lists: the rules take nothing from others. The directory is
fleet/people.json, or what hoist up --people names. One to read or to kill is made for any name.

Examples:
  $ export HOIST_TOKEN=$(hoist token issue ada.abel@bank.example --scopes read,propose,kill)
  $ hoist token issue ben.brandt@bank.example --scopes read,approve --prefix checkout. --days 1

${endings}`;

const listExamples = `
Examples:
  $ hoist token list

${endings}`;

const revokeExamples = `
Examples:
  $ hoist token revoke x7Yk2_aB

${endings}`;
