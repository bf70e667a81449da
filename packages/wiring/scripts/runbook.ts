import type { Alarms } from '../lib/alarms.ts';
import type { Wiring } from '../lib/shape.ts';

const span = (seconds: number): string =>
  seconds % 60 === 0 && seconds > 60 ? `${seconds / 60} minutes` : `${seconds} s`;

const duration = (periods: number, seconds: number): string =>
  periods === 1 ? `once in ${span(seconds)}` : `for ${periods} times ${span(seconds)}`;

const missing = { breaching: 'a fault', notBreaching: 'well', ignore: 'as before' } as const;

const where = { home: 'in home and its standby', region: 'in every region' } as const;

const conditionOf = (name: string, { watch }: Alarms[string], { metrics }: Wiring): string => {
  const limit = Object.values(metrics.limits).find(({ alarm }) => alarm === name);
  const { above = limit?.limit, below, unit = 'ms', periods, breaching, periodSeconds } = watch;
  const bound =
    below === undefined ? `above ${above}` : `below ${below === 'services' ? 'the number of services in' : below}`;
  const often =
    breaching === periods
      ? duration(periods, periodSeconds)
      : `in ${breaching} of ${periods} times ${span(periodSeconds)}`;
  return `${bound} ${unit}, ${often}`;
};

/** Whether a service counts its dead letters at all is seen on the same metric as how many there are. */
const counted = (name: string): string => (name === 'services-silent' ? 'dead-letters' : name);

/** Names and numbers of the plan are put in, so that none is written twice. */
const filled = (step: string, name: string, { watch }: Alarms[string], { metrics }: Wiring): string => {
  const limit = Object.values(metrics.limits).find(({ alarm }) => alarm === name);
  const metric = limit ?? Object.values(metrics.counts).find(({ alarm }) => alarm === counted(name));
  return step.replaceAll('{metric}', `${metric?.metric}`).replaceAll('{limit}', `${limit?.limit ?? watch.above}`);
};

const sectionOf = (name: string, alarm: Alarms[string], wiring: Wiring): string => {
  const { scope, urgency, means, watch, reasons, never } = alarm;
  return [
    `### ${name}`,
    '',
    `${means} ${urgency === 'now' ? '**Now.**' : 'It can wait for the morning.'}`,
    '',
    ...alarm.do.map((step, index) => `${index + 1}. ${filled(step, name, alarm, wiring)}`),
    '',
    `Not this: ${never}`,
    '',
    `Goes off ${where[scope]}: ${conditionOf(name, alarm, wiring)}. No value counts as ${missing[watch.missing]}: ${reasons.missing}`,
  ].join('\n');
};

/** One section for each alarm, in the order of alarms.json. */
export const alarmSections = (alarms: Alarms, wiring: Wiring): string =>
  Object.entries(alarms)
    .map(([name, alarm]) => sectionOf(name, alarm, wiring))
    .join('\n\n');

/** Who empties which dead letters, and how. */
export const deadLetterTable = ({ deadLetters }: Wiring): string =>
  [
    '| dead letters | lie | emptied by |',
    '| --- | --- | --- |',
    ...Object.entries(deadLetters).map(
      ([name, { scope, emptiedBy }]) =>
        `| ${name} | ${scope === 'service' ? 'beside the queue of each service' : where[scope === 'home' ? 'home' : 'region']} | ${emptiedBy} |`,
    ),
  ].join('\n');
