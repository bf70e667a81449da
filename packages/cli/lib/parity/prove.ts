import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { parseAllowList } from '@flaghoist/parity/allow-list/allow-list';
import { type ComparedEnvironments, compareEnvironments } from '@flaghoist/parity/compare-environments';
import { compareStates } from '@flaghoist/parity/compare-states';
import { createEvidence, manifestSha256 } from '@flaghoist/parity/report/evidence';
import { parityPage } from '@flaghoist/parity/report/page/page';
import { createReport, namesOf, type ParityReport } from '@flaghoist/parity/report/report';
import { readSources } from '@flaghoist/parity/sources/read-sources';
import { systemClock } from '@flaghoist/system/clock';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { findSources, findStack } from '../sources.ts';
import { timeOf } from '../time-of.ts';
import { wrongOption } from '../wrong-use.ts';
import { refuseUnusableFolder, refuseUnwritablePage, writeBundle } from './bundle.ts';
import { commitOf } from './commit.ts';
import { type PlannedStack, plan, readPlans } from './plans.ts';
import { readStates, takeStates } from './states.ts';
import { sayDifferences } from './table.ts';

export interface ParityOptions {
  stack: string;
  sources?: string;
  allowList?: string;
  plans?: string;
  /** A folder, or true without one: they are read where they are kept. */
  states?: string | true;
  html?: string;
  evidence?: string;
  at?: string;
}

/** Plans or reads, compares, judges, and writes what was asked for. */
export const prove = async (options: ParityOptions, context: CommandContext): Promise<number> => {
  const { stack, allowList: named, html, evidence } = options;
  const { output } = context;
  if (options.plans !== undefined && options.states !== undefined) {
    throw wrongOption('--states', 'stands beside --plans', 'Compare one of them at a time.');
  }
  if (html !== undefined) refuseUnwritablePage(html);
  if (evidence !== undefined) refuseUnusableFolder(evidence);
  const judgedAt = options.at === undefined ? undefined : timeOf(options.at);
  const sources = findSources(options.sources, process.cwd());
  const stackDirectory = findStack(sources, stack);
  const environments = severalEnvironments(sources);
  const allowListFile = named ?? join(fleetBeside(sources), 'parity.yaml');
  const allowListText = readInput(allowListFile);
  const allowList = parseAllowList(allowListText, allowListFile);

  const what = { stack, sources, environments };
  const seen = await compared(options, { ...what, stackDirectory }, context);
  if (seen === undefined) return exitCodes.interrupted;
  const report = createReport(seen.comparison, {
    stack,
    allowList,
    plannedBy: seen.plannedBy,
    clock: systemClock,
    judgedAt,
  });

  const bundle =
    evidence === undefined
      ? undefined
      : createEvidence({
          report,
          environments: readInput(join(fleetBeside(sources), 'environments.json')),
          allowList: allowListText,
          lock: seen.comparison.environments[0]?.lockText ?? '',
          // Asked before anything is written: the page may stand in the repository.
          commit: commitOf(sources),
          tools: { node: process.version },
        });
  const written: string[] = [];
  if (html !== undefined) {
    writeFileSync(html, parityPage(report));
    written.push(html);
  }
  if (evidence !== undefined && bundle !== undefined) {
    writeBundle(evidence, bundle);
    written.push(`${evidence}, whose MANIFEST has the SHA-256 ${manifestSha256(bundle)}: keep it elsewhere`);
  }
  output.document(bundle === undefined ? report : { ...report, manifestSha256: manifestSha256(bundle) });
  if (!output.json) say(report, written, context);
  return report.parity ? exitCodes.ok : exitCodes.no;
};

/**
 * Plans or states, compared.
 *
 * @returns `undefined` after Ctrl-C
 */
const compared = async (
  { plans, states }: ParityOptions,
  { stackDirectory, ...what }: PlannedStack & { readonly stackDirectory: string },
  context: CommandContext,
): Promise<
  { readonly comparison: ComparedEnvironments; readonly plannedBy: ParityReport['plannedBy'] } | undefined
> => {
  if (states !== undefined) {
    const applied = states === true ? await takeStates(what, context) : readStates(what, states);
    return applied && { comparison: compareStates(applied), plannedBy: 'states' };
  }
  if (plans === undefined) refuseWithoutEnvironments(stackDirectory);
  const planned = plans === undefined ? await plan(what, context) : readPlans(what, plans);
  if (planned === undefined) return undefined;
  const comparison = compareEnvironments(planned, { sources: await readSources(stackDirectory) });
  return { comparison, plannedBy: plans === undefined ? 'hoist' : 'caller' };
};

/** @throws {WrongUseError} for a stack that is there once, for all environments */
const refuseWithoutEnvironments = (stack: string): void => {
  const has = (folder: string): boolean => existsSync(join(folder, 'environments'));
  if (has(stack)) return;
  const others = readdirSync(dirname(stack)).filter((name) => has(join(dirname(stack), name)));
  throw wrongOption(
    '--stack',
    `${basename(stack)} has no folder environments, so it is not planned once for each`,
    `Name one of: ${others.join(', ')}.`,
  );
};

const severalEnvironments = (sources: string): readonly Environment[] => {
  const environments = readEnvironments(fleetBeside(sources));
  if (environments.length > 1) return environments;
  throw new InvalidInputError(
    'environments.json',
    ['has one environment'],
    'Add a second entry: one environment is always equal to itself.',
  );
};

const say = (report: ParityReport, written: readonly string[], { output }: CommandContext): void => {
  const { bold, dim, red, green, yellow } = output.colours;
  sayDifferences(output, report);
  for (const { path, why } of report.notCompared) output.say(dim(`not compared: ${path}: ${why}`));
  for (const { rule, message, hint } of report.entryProblems) {
    output.say(`${yellow(rule)} ${message}`);
    output.advise(`    ${hint}`);
  }
  for (const { path, line, owner, expires, endsSoon } of report.allowList) {
    if (endsSoon) output.say(`${yellow('ends soon')} line ${line}: ${path} (${owner}, until ${expires})`);
  }
  if (report.entryProblems.length > 0) output.say();
  const { compared, identical, madeAlike, allowed, undecided, violations, notCompared, entryProblems } = report.counts;
  const names = namesOf(report).join(', ');
  output.say(
    `${bold(report.parity ? green('Parity') : red('No parity'))} of ${names}: ${compared} values compared, ${identical} identical, ${madeAlike} known after apply and made alike, ${allowed} allowed, ${violations} ${violations === 1 ? 'violation' : 'violations'}${undecided === 0 ? '' : `, ${undecided} of these undecided by plans`}${entryProblems === 0 ? '' : `, ${entryProblems} entries to look at`}; ${notCompared} not compared`,
  );
  if (violations > 0) {
    output.advise(
      dim('Make the environments the same, or allow what is meant in parity.yaml; hoist parity --help shows how.'),
    );
  }
  for (const what of written) output.say(dim(`written: ${what}`));
};
