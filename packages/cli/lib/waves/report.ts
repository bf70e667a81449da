import { visibleText } from '@flaghoist/core/visible-text';
import { partName } from '@flaghoist/waves/part';
import type { WavesRecord } from '@flaghoist/waves/record';
import type { Outcome, WavesReport } from '@flaghoist/waves/report';
import type { Output } from '../output.ts';

/** The same for programs. */
export const documentOf = (
  output: Pick<Output, 'described'>,
  { environment, way }: WavesRecord,
  { parts, stopped, unwell }: WavesReport,
): object => ({
  schema: 1,
  environment,
  way,
  stopped,
  unwell,
  parts: parts.map(({ error, ...part }) => ({
    ...part,
    ...(error === undefined ? {} : { error: output.described(error) }),
  })),
});

const ENDINGS: Readonly<Record<NonNullable<WavesReport['stopped']>, string>> = {
  failure: 'stopped at the first failure',
  interrupted: 'interrupted: what ran went to its end',
  unwell: 'stopped, because a region is not well',
  asked: 'stopped where it was asked to',
};

/** What is done, what failed, what was not begun, and how it goes on. */
export const sayReport = (output: Output, record: WavesRecord, { parts, stopped, unwell }: WavesReport): void => {
  const { bold, red, yellow, green } = output.colours;
  const count = (outcome: Outcome): number => parts.filter((part) => part.outcome === outcome).length;
  for (const { region, problems } of unwell) {
    for (const problem of problems) output.say(`${red('unwell')}  ${region}: ${visibleText(problem)}`);
  }
  const waiting = parts.filter(({ outcome }) => outcome === 'not-begun');
  for (const part of waiting) output.say(`not begun  ${partName(part)}: ${part.summary}`);
  output.say(
    `${bold(record.environment)}: ${count('applied')} applied, ${count('as-it-is')} as they are, ${count('failed')} failed, ${waiting.length} not begun`,
  );
  if (stopped === null) {
    output.say(green('done'));
    return;
  }
  output.advise(
    `${stopped === 'asked' ? yellow(ENDINGS[stopped]) : red(ENDINGS[stopped])}; hoist waves apply ${record.environment} goes on`,
  );
};
