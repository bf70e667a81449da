import type { ImportedFlag, ImportView } from '@flaghoist/control-plane/views/import-schema';
import type { ChangeView } from '@flaghoist/control-plane/views/schemas';
import { orderText } from '../client/order-text.ts';
import { endings } from '../client/tell-change.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { ReadFile } from './read-flagd-file.ts';

interface Told {
  readonly answer: ImportView;
  /** How far those that were accepted have come; empty where nobody waited. */
  readonly changes: readonly ChangeView[];
  readonly file: ReadFile;
}

/** Says what came of each flag; those that are unchanged are counted. @returns the exit code */
export const tellImport = ({ answer, changes, file }: Told, output: Output): number => {
  const byKey = new Map(changes.map((change) => [change.flagKey, change]));
  const flags = answer.flags.map((flag) => ({
    ...flag,
    place: file.place(flag.at),
    change: byKey.get(flag.flagKey)?.state ?? null,
    violations: flag.violations.map((each) => ({ ...each, place: file.place(each.pointer) })),
  }));
  const problems = answer.problems.map((each) => ({ ...each, place: file.place(each.pointer) }));
  output.document({ ...answer, flags, problems });
  if (!output.json) say({ ...answer, flags, problems }, output);
  return codeOf(answer, changes);
};

type Line = ImportedFlag & {
  readonly change: string | null;
  readonly violations: readonly (ImportedFlag['violations'][number] & { readonly place: string })[];
};

const say = (
  {
    flags,
    problems,
    refused,
    dryRun,
    id,
  }: Omit<ImportView, 'flags' | 'problems'> & {
    readonly flags: readonly Line[];
    readonly problems: Line['violations'];
  },
  output: Output,
): void => {
  const { colours } = output;
  const counts = new Map<string, number>();
  const sayFaults = (faults: Line['violations']): void => {
    for (const { place, ruleId, severity, message, hint } of faults) {
      output.say(
        `  ${severity === 'error' ? colours.red('error') : colours.yellow('warning')} ${place} ${ruleId}: ${message}`,
      );
      output.advise(`    ${colours.dim(hint)}`);
    }
  };
  sayFaults(problems);
  for (const { flagKey, state, kind, order, basedOn, change, violations } of flags) {
    const word = change ?? state;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    if (state === 'unchanged') continue;
    const against =
      state === 'conflict'
        ? `: made against ${basedOn === null ? 'no flag' : orderText(basedOn)}, and now there is ${order === null ? 'none' : orderText(order)}`
        : order === null
          ? ''
          : ` ${orderText(order)}`;
    output.say(`${flagKey}: ${kind ?? ''} ${word}${against}`);
    sayFaults(violations);
  }
  const counted = [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
  output.say(`${flags.length} ${flags.length === 1 ? 'flag' : 'flags'}: ${counted}.`);
  const hasBegun = flags.some(({ state }) => state === 'accepted' || state === 'proposed');
  if (refused || (counts.has('refused') && !dryRun))
    output.say(`${hasBegun ? 'C' : 'Nothing was changed: c'}orrect the named places, and import it again.`);
  else if (dryRun) output.say('Nothing was changed: without --dry-run it is.');
  else if (counts.has('conflict'))
    output.advise(
      `hoist diff shows what others have changed; import it again under another id than ${id} to overwrite it.`,
    );
};

/** The gravest of all, refusals first. */
const codeOf = ({ refused, flags }: ImportView, changes: readonly ChangeView[]): number => {
  const has = (state: ImportedFlag['state']): boolean => flags.some((flag) => flag.state === state);
  if (refused || has('refused') || has('rejected') || has('expired') || has('withdrawn')) return exitCodes.rejected;
  if (has('conflict')) return exitCodes.conflict;
  const failed = changes.map(({ state }) => exitCodes[endings[state]]).filter((code) => code !== exitCodes.ok);
  return failed.length === 0 ? exitCodes.ok : Math.min(...failed);
};
