import { visibleText } from '@flaghoist/core/visible-text';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import type { AppliedRemediation } from '@flaghoist/remediation/apply-remediation';
import { LEAST_DIGITS, needOf, PLAN_ANEW, unknownPlanner } from '@flaghoist/remediation/need';
import type { PlannedRemediation } from '@flaghoist/remediation/plan-remediation';
import { type Decided, refusals, type Verdict, waitsForTurn } from '@flaghoist/remediation/verdict';
import type { Output } from '../output.ts';
import { counted } from '../terminal.ts';

const parts = ({ paths }: Verdict): string => visibleText(paths.join(', '));

/**
 * The plan for people: what would be put back, what is left to them and why, and what to do next.
 *
 * @param known whether anybody can approve it, and by which policy it was decided whether somebody has to
 */
export const sayPlanned = (
  output: Output,
  planned: PlannedRemediation,
  { isPlannerKnown, policy }: { readonly isPlannerKnown: boolean; readonly policy: RemediationPolicy },
): void => {
  const { bold, dim, green, yellow, red } = output.colours;
  const { mends, leaves, record, digest, outcome, standing } = planned;
  sayDecided(output, planned);
  for (const { address, path, severity, now } of standing) {
    output.say(`${yellow('left   ')} ${bold(visibleText(`${address} ${path}`))} ${dim(severity)}`);
    output.say(`         ${visibleText(now)}`);
    output.say('         nothing configures it, so no apply takes it away: a person has to, or configures it');
  }
  if (outcome === 'nothing') {
    output.say(standing.length === 0 ? green('nothing to mend') : yellow('nothing that an apply would mend'));
  }
  if (outcome === 'refused') output.say(red('nothing of it may be mended by a machine'));
  if (record === undefined || digest === undefined) return;
  const later = leaves.filter(waitsForTurn).length;
  const left = `${leaves.length - later + standing.length} left to people`;
  output.say(
    `${counted(mends.length, 'resource')} to mend, ${left}${later === 0 ? '' : `, ${later} to be planned after that`}`,
  );
  output.say(dim(`plan ${digest}, on serial ${record.state.serial} of the state`));
  output.say(
    record.need === 'ask'
      ? `Another person with the scope remediate applies it: --apply --approve ${digest.slice(0, LEAST_DIGITS)}`
      : 'It may be applied without asking: --apply',
  );
  if (record.need === 'ask' && !isPlannerKnown) {
    output.say(red(`Nobody can: ${visibleText(unknownPlanner(record.plannedBy))}`));
    output.say(PLAN_ANEW);
  }
  const closes = mends.filter(({ remedy }) => needOf(policy, [remedy]) === 'auto').length;
  if (record.need === 'ask' && closes > 0) output.say(yellow(waitsWithOthers(closes)));
};

/** They would bring along what asks. Who reads it may want to approve soon: as long as nobody does, what somebody opened stays open. */
const waitsWithOthers = (closes: number): string =>
  closes === 1
    ? '1 of them needs no word by itself, and waits until all of it is approved'
    : `${closes} of them need no word by themselves, and wait until all of it is approved`;

/** What was decided of each resource, also where nothing came of it. */
export const sayDecided = (output: Output, { mends, leaves, givenUp }: Decided): void => {
  const { bold, green, yellow } = output.colours;
  for (const verdict of mends) {
    output.say(`${green(verdict.remedy)} ${bold(visibleText(verdict.address))}`);
    // In full: whoever approves it must see what it is.
    for (const { path, now, configured } of verdict.changes)
      output.say(`         ${visibleText(`${path}: ${now} → ${configured}`)}`);
  }
  for (const verdict of leaves) {
    output.say(
      `${yellow(waitsForTurn(verdict) ? 'later  ' : 'left   ')} ${bold(visibleText(verdict.address))}\n         ${parts(verdict)}`,
    );
    for (const refusal of verdict.refused) output.say(`         ${refusal}: ${refusals[refusal]}`);
    const why = verdict.refused.includes('dependency') ? 'would be changed with it' : 'has yet to move to this address';
    for (const address of verdict.brings ?? []) output.say(`           ${visibleText(address)} ${why}`);
    if (givenUp.includes(verdict.address)) output.say('         it was tried as often as the policy allows');
  }
};

/** What became of it, for people. */
export const sayApplied = (output: Output, applied: AppliedRemediation): void => {
  const { bold, green, red } = output.colours;
  const { outcome, record, approver, remaining, failure } = applied;
  if (outcome === 'mended') {
    const byWord = approver === null ? '' : `, by the word of ${approver}`;
    output.say(`${green('mended')} ${counted(record.mends.length, 'resource')}${byWord}`);
    for (const { address } of record.mends) output.say(`       ${bold(visibleText(address))}`);
    const later = record.leaves.filter(waitsForTurn).length;
    if (later > 0) output.say(`${counted(later, 'resource')} waited for that: plan once more, and have it approved`);
    return;
  }
  if (failure !== null) output.say(visibleText(failure));
  for (const address of remaining) output.say(`${red('drifts still')} ${bold(visibleText(address))}`);
  output.say(
    outcome === 'escalated'
      ? red('left to people: it was tried as often as the policy allows')
      : red('not mended: plan once more'),
  );
};
