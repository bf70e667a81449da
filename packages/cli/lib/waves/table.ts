import { visibleText } from '@flaghoist/core/visible-text';
import { countOf, effects, summaryOf } from '@flaghoist/waves/content';
import { partName } from '@flaghoist/waves/part';
import { type Entry, entriesOf, type WavesRecord } from '@flaghoist/waves/record';
import type { Output } from '../output.ts';
import { counted } from '../terminal.ts';

const HEADINGS = ['wave', 'stack', 'region', 'create', 'change', 'destroy', 'replace', 'forget'] as const;

const cellsOf = (wave: string, { stack, region, task, plan, waitsFor }: Entry): readonly string[] => {
  const first = [wave, stack, region];
  if (plan === null) return [...first, `planned after ${waitsFor.join(', ')}`];
  if (!plan.changes) return [...first, task === 'destroy' ? 'nothing left' : 'as it is'];
  const counts = effects.map((effect) => countOf(plan.content, effect));
  if (counts.every((count) => count === 0)) return [...first, 'outputs only'];
  return [...first, ...counts.map((count) => (count === 0 ? '·' : String(count)))];
};

/** Columns of the same width; what has fewer cells than there are headings goes on to the end of its line. */
const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = HEADINGS.map((_, column) =>
    Math.max(
      ...rows.filter((row) => row.length === HEADINGS.length || column < 3).map((row) => row[column]?.length ?? 0),
    ),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (column < 3) return cell.padEnd(width);
        return row.length === HEADINGS.length ? cell.padStart(width) : cell;
      })
      .join('  ')
      .trimEnd(),
  );
};

const WAYS: Readonly<Record<WavesRecord['way'], string>> = {
  forward: 'forward, home last',
  back: 'back, home first',
  remove: 'a region goes',
};

/** What would happen, wave by wave, and what is refused. */
export const sayPlan = (output: Output, record: WavesRecord): void => {
  const { bold, dim, red, yellow } = output.colours;
  output.say(`${bold(record.environment)}: ${WAYS[record.way]}`);
  const rows = record.waves.flatMap(({ name, lanes }) =>
    lanes.flat().map((entry, index) => cellsOf(index === 0 ? name : '', entry)),
  );
  const [heading = '', ...lines] = aligned([HEADINGS, ...rows]);
  output.say(dim(heading));
  for (const line of lines) output.say(line);

  const entries = entriesOf(record);
  for (const entry of entries) sayLosses(output, entry);
  for (const part of record.leftAlone) {
    output.say(yellow(`left alone  ${part}: a later checkout has brought a region there is no word of in this one`));
  }
  sayUnseen(output, record);
  if (record.accepting !== record.home) output.say(`home is ${record.accepting} now: it has the turn of home`);
  const refused = entries.flatMap((entry) => entry.refused.map((reason) => `${partName(entry)}: ${reason}`));
  for (const reason of refused) output.say(`${red('refused')}  ${visibleText(reason)}`);
  const open = entries.filter(({ plan }) => plan === null || plan.changes);
  if (refused.length > 0) output.say(red('nothing can be applied before that is allowed, or planned without it'));
  else if (open.length === 0) output.say('nothing to do');
  else {
    output.advise(`${counted(open.length, 'state')} would change: hoist waves apply ${record.environment}`);
    if (record.way === 'forward' && entries.some(({ mark, plan }) => mark.resources > 0 && plan?.changes)) {
      output.say(yellow('Is this checkout older than what runs there? Then plan with --back: home must go first.'));
    }
  }
};

/** What cannot be planned yet is applied all the same: a reviewer must know that it was not shown, and how to see it first. */
const sayUnseen = (output: Output, { environment, waves }: WavesRecord): void => {
  const unseen = waves.map(({ lanes }) => lanes.flat().filter(({ plan }) => plan === null).length);
  const count = unseen.reduce((sum, each) => sum + each, 0);
  if (count === 0) return;
  output.say(
    output.colours.yellow(
      `not shown  ${counted(count, 'state')}: apply plans each in its turn, and applies it where nothing is destroyed or replaced`,
    ),
  );
  const before = waves[unseen.findIndex((each) => each > 0) - 1];
  if (before === undefined) return;
  output.advise(
    `           to see more first: hoist waves apply ${environment} --stop-after ${before.name}, then plan again`,
  );
};

/** What is lost is named, also where it is allowed. */
const sayLosses = (output: Output, entry: Entry): void => {
  const { plan, task, refused } = entry;
  if (plan === null || refused.length > 0) return;
  const lost = Object.entries(plan.content.effects).filter(([, effect]) => effect === 'delete' || effect === 'replace');
  if (task === 'destroy') {
    if (lost.length > 0) output.say(`destroys  ${partName(entry)}: ${summaryOf(plan.content)}`);
    return;
  }
  for (const [address, effect] of lost) {
    output.say(`${effect === 'delete' ? 'destroys' : 'replaces'}  ${partName(entry)}: ${visibleText(address)}`);
  }
  for (const [address, regions] of Object.entries(plan.content.replicasLost)) {
    output.say(`drops     ${partName(entry)}: the replica of ${visibleText(address)} in ${regions.join(', ')}`);
  }
};
