import type { AuditAnswer } from '@flaghoist/control-plane/routes/audit';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { tableLines } from '../table.ts';
import { wrongOption } from '../wrong-use.ts';

interface SearchOptions extends ServerOption {
  readonly change?: string;
  readonly type?: string;
  readonly actor?: string;
  readonly since?: string;
  readonly until?: string;
  readonly before?: string;
  readonly limit: string;
}

/** `hoist audit search`: what the trail says. */
export const searchCommand: CommandFactory = (run) =>
  serverOption(
    new Command('search')
      .description('show what the audit trail says of a flag, a change, or a kind of event, oldest first')
      .argument('[flag]', 'its key')
      .option('--change <id>', 'of this change')
      .option('--type <type>', 'only events of this kind, such as ChangeAccepted')
      .option('--actor <person>', 'only what somebody did')
      .option('--since <time>', 'from then on, such as 2026-12-24T06:00Z: what happened then is shown')
      .option('--until <time>', 'up to then: what happened then is shown')
      .option('--before <place>', 'only what is older than this place, which a search has named')
      .option('--limit <n>', 'the newest so many', '1000'),
  )
    .addHelpText('after', examples)
    .action(async (flag: string | undefined, options: SearchOptions) =>
      run((context) => search(flag, options, context)),
    );

const search = async (
  flagKey: string | undefined,
  options: SearchOptions,
  context: CommandContext,
): Promise<number> => {
  const { change: changeId, type, actor, since, until, before, limit } = options;
  const { output } = context;
  const found = await (await clientOf(options, context)).get<AuditAnswer>('/v1/audit', {
    flagKey,
    changeId,
    type,
    actor,
    since: momentOf('--since', since),
    until: momentOf('--until', until),
    before,
    limit,
  });
  output.document(found);
  if (output.json) return exitCodes.ok;
  const rows = found.documents.map(({ at, type: kind, flagKey: key = '–', region, detail }) => [
    new Date(at).toISOString(),
    kind,
    key,
    region,
    saidIn(detail),
  ]);
  for (const line of tableLines(
    ['when', 'what', 'flag', 'region', 'detail'].map((title) => ({ title })),
    rows,
  ))
    output.say(line);
  if (found.before !== null) output.progress(`Older ones are left out: --before ${found.before} goes on with them.`);
  return exitCodes.ok;
};

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/;

/** As the trail itself shows times. @throws WrongUseError */
const momentOf = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (instant.test(text) && !Number.isNaN(at)) return at;
  throw wrongOption(option, `${JSON.stringify(text)} is no time`, 'Write it as 2026-12-24T06:00Z, in UTC.');
};

const told = ['order', 'kind', 'actor', 'reason', 'verdict', 'state'] as const;

/** What a person looks for first; all of it is in --json. */
const saidIn = (detail: AuditAnswer['documents'][number]['detail']): string =>
  told
    .map((name) => detail[name])
    .filter((value) => value !== undefined)
    .map((value) =>
      typeof value === 'object' && value !== null ? Object.values(value).map(String).join('.') : String(value),
    )
    .join(' ');

const examples = `
Name a flag, a change or a type: nobody reads the whole trail at once.

Examples:
  $ hoist audit search checkout.new-form
  $ hoist audit search --type ChangeAccepted --actor ada.abel@bank.example --since 2026-12-01T00:00Z
  $ hoist audit search --change checkout.new-form-mabc123-x1y2z3 --json | jq .documents

${exitCodesHelp({ no: 'it takes a token with the scope audit' }, ['ok', 'usage', 'unreadable', 'unreachable', 'defect', 'interrupted'])}`;
