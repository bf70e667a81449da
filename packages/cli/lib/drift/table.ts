import { visibleText } from '@flaghoist/core/visible-text';
import type { Finding } from '@flaghoist/drift/finding';
import { alarming, type DriftReport } from '@flaghoist/drift/report';
import type { Level } from '@flaghoist/drift/severity';
import type { Output } from '../output.ts';
import { counted, shortened as shortenedTo } from '../terminal.ts';

const LONGEST_VALUE = 60;

const shortened = (text: string): string => shortenedTo(text, LONGEST_VALUE);

/**
 * The report for people: drift, the worst first, then what no state has, what is unknown, what is pending, and a summary.
 *
 * @param isAlone whether no state of another stack was named
 */
export const sayDrift = (
  output: Output,
  report: DriftReport,
  { alarms, failOn, isAlone }: { readonly alarms: number; readonly failOn: Level; readonly isAlone: boolean },
): void => {
  const { bold, dim, red, green, yellow } = output.colours;
  const { findings, unmanaged, unread, noise, counts } = report;
  const open = findings.filter((finding) => finding.noise === null);
  for (const finding of open.filter(({ class: kind }) => kind !== 'pending')) sayFinding(output, finding);
  for (const { address, severity, problems } of report.checks) {
    output.say(`${level(output, severity)} ${bold(visibleText(address))} ${dim('check')}`);
    output.say(`         fails: ${visibleText(problems.join(' ')) || 'without saying why'}`);
  }
  for (const { arn, severity, noise: line } of unmanaged.resources) {
    if (line === null)
      output.say(`${level(output, severity)} ${bold(visibleText(arn))}\n         unmanaged: no state has it`);
  }
  sayUnread(output, unread);
  for (const { region, reason } of unmanaged.unknown) {
    output.say(`${red('unknown ')} ${bold(`unmanaged resources in ${region}`)}\n         ${visibleText(reason)}`);
  }
  for (const finding of open.filter(({ class: kind }) => kind === 'pending')) sayPending(output, finding);

  if (noise.expired.length + noise.ending.length + noise.tooFar.length > 0) output.say();
  for (const { line, subject, owner, expires } of noise.expired) {
    output.say(`${yellow('expired ')} ${noise.file}:${line} ${subject} (${owner}, until ${expires}): it counts again`);
  }
  for (const { line, subject, owner, expires } of noise.ending) {
    output.say(`${yellow('ends soon')} ${noise.file}:${line} ${subject} (${owner}, until ${expires})`);
  }
  for (const { line, subject, owner, expires } of noise.tooFar) {
    output.say(
      `${yellow('too far ')} ${noise.file}:${line} ${subject} (${owner}, until ${expires}): more than 366 days from now, it does not hold`,
    );
  }
  if (
    open.length +
      report.checks.length +
      unmanaged.resources.length +
      unread.length +
      noise.expired.length +
      noise.tooFar.length >
    0
  )
    output.say();

  const { clean, pending, 'state-only': stateOnly, configuration } = counts.resources;
  output.say(
    `${bold(report.environment)}: ${counted(clean, 'resource')} clean, ${pending} pending, ${stateOnly} state-only drift, ${configuration} configuration drift${counts.resources.unread > 0 ? red(`, ${counts.resources.unread} unread`) : ''}; ${unmanaged.searched ? `${counts.unmanaged} unmanaged` : 'unmanaged ones not looked for'}`,
  );
  const left = Object.entries(unmanaged.leftToOthers);
  if (left.length > 0) {
    const each = left.map(([service, count]) => `${count} of ${visibleText(service)}`);
    output.say(dim(`left to other stacks, by the tag service: ${each.join(', ')}`));
  }
  if (isAlone && unmanaged.resources.some(({ noise: line }) => line === null)) {
    output.say('What another stack has made is known by its state: --other-state, with its terraform show -json');
  }
  if (unmanaged.unseen.length > 0) {
    output.say(
      dim(
        `unknown whether there are more of ${unmanaged.unseen.join(', ')}: the search by tags found none of those in the state`,
      ),
    );
  }
  output.say(
    dim(
      `${counted(counts.attributes.compared, 'attribute')} compared, ${noise.file === '' ? 'no noise list' : `${counts.attributes.noise} covered by ${noise.file}`}, ${counts.attributes.explained} told by resources of their own${unusedNoise(noise)}`,
    ),
  );
  const drifted = alarming(report, 'low').length;
  if (alarms > 0) {
    output.say(`${red(`drift (${alarms} at ${failOn} or above)`)}${report.complete ? '' : ', and incomplete'}`);
  } else {
    if (drifted > 0) output.say(yellow(`drift, ${drifted === 1 ? 'which is' : 'all of it'} below ${failOn}`));
    if (!report.complete) output.say(red('incomplete: what was not read may have drifted'));
    else if (drifted === 0) output.say(green('no drift'));
  }
};

/** Up to as many lines are named; of more it is told between which they stand. */
const MOST_LINES = 3;

/** That entries covered nothing asks nothing of anybody today, so it takes a part of a line. */
const unusedNoise = ({ file, unused }: DriftReport['noise']): string => {
  if (unused.length === 0) return '';
  const lines = unused.map(({ line }) => line);
  const where =
    lines.length > MOST_LINES
      ? `between lines ${lines[0]} and ${lines.at(-1)}, each with --json`
      : `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
  return `; ${unused.length} ${unused.length === 1 ? 'entry' : 'entries'} of ${file} covered nothing (${where})`;
};

/** What stopped before many resources is one thing to tell. */
const sayUnread = (output: Output, unread: DriftReport['unread']): void => {
  const { bold, red } = output.colours;
  for (const [reason, same = []] of Object.entries(Object.groupBy(unread, ({ reason: why }) => why))) {
    const [first, ...more] = same.map(({ address }) => address);
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    output.say(`${red('unread  ')} ${bold(visibleText(first ?? ''))}${others}\n         ${visibleText(reason)}`);
  }
};

const colourOf: Readonly<Record<Level, 'red' | 'yellow' | 'dim'>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'dim',
};

const level = ({ colours }: Output, severity: Level): string =>
  colours[colourOf[severity]](severity.padEnd('critical'.length));

const sayFinding = (
  output: Output,
  { address, also, path, severity, concern, recorded, now, configured, class: kind, takenIntoState }: Finding,
): void => {
  const { bold, dim } = output.colours;
  const others = also.length === 0 ? '' : ` and ${also.length} more`;
  output.say(`${level(output, severity)} ${bold(visibleText(`${address} ${path}`))}${others} ${dim(concern)}`);
  if (takenIntoState) {
    output.say(`         ${kind}: ${shortened(now)}`);
    output.say('         an apply has taken it into the state; no resource accounts for it, and nothing configures it');
    return;
  }
  const wanted = kind === 'configuration' && configured !== recorded ? `, configured ${shortened(configured)}` : '';
  output.say(`         ${kind}: ${shortened(recorded)} → ${shortened(now)}${wanted}`);
};

const sayPending = (output: Output, { address, path, now, configured }: Finding): void => {
  const { bold, green } = output.colours;
  output.say(`${green('pending ')} ${bold(visibleText(`${address} ${path}`))}`);
  output.say(`         applied ${shortened(now)}, configured ${shortened(configured)}`);
};
