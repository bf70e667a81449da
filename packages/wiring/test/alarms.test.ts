import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import shipped from '../lib/alarms.json' with { type: 'json' };
import { parseAlarms, shippedAlarms } from '../lib/alarms.ts';
import { shippedWiring } from '../lib/wiring.ts';
import { alarmSections } from '../scripts/runbook.ts';
import { root } from './support/lambdas.ts';

const wiring = shippedWiring();
const alarms = shippedAlarms(wiring);
const texts = Object.entries(alarms).flatMap(([name, { do: steps, means, never }]) =>
  [means, never, ...steps].map((text) => ({ name, text })),
);
const quoted = texts.flatMap(({ name, text }) =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({ name, code })),
);

it('names only commands of hoist that there are', () => {
  const commands = quoted.filter(({ code }) => code.startsWith('hoist '));
  const unknown = commands.filter(({ code }) => !existsSync(join(root, 'packages/cli/lib', code.split(' ')[1] ?? '')));
  expect(commands.length).toBeGreaterThan(5);
  expect(unknown).toEqual([]);
});

it('redrives only dead letters that the plan has, with every option that the command wants', () => {
  const redrives = quoted.filter(({ code }) => code.startsWith('hoist redrive '));
  for (const { code } of redrives) {
    const [, , letters = ''] = code.split(' ');
    expect([...Object.keys(wiring.deadLetters), 'DEAD-LETTERS']).toContain(letters);
    expect(code).toMatch(/ --region REGION .*--reason TEXT --deployment FILE$/);
  }
  expect(redrives.length).toBeGreaterThan(3);
});

it('refers only to alarms that there are', () => {
  const names = new Set([...Object.keys(alarms), ...Object.keys(wiring.deadLetters), 'unhealthy', 'verified']);
  const words = quoted.map(({ code }) => code).filter((code) => /^[a-z]+(-[a-z]+)+$/.test(code));
  expect(words.length).toBeGreaterThan(10);
  expect(words.filter((word) => !names.has(word))).toEqual([]);
});

it('fills in what the plan says of a limit', () => {
  const sections = alarmSections(alarms, wiring);
  expect(sections).not.toMatch(/\{\w+\}/);
  const { metric, limit } = wiring.metrics.limits['caches'] ?? {};
  expect(sections).toContain(`filter ${metric} > ${limit} `);
  expect(sections).toContain(`above ${limit} ms, once in 5 minutes`);
});

it('has a section of the runbook for each alarm, once', () => {
  const headings = [...readFileSync(join(root, 'docs/runbook.md'), 'utf8').matchAll(/^### (.+)$/gm)].map(
    ([, name]) => name,
  );
  expect(headings).toEqual(['unhealthy', ...Object.keys(alarms)]);
});

type Path = readonly [alarm: string, ...place: string[]];

const refusal = ([alarm, ...place]: Path, value: unknown): readonly string[] => {
  const changed = structuredClone(shipped) as Record<string, unknown>;
  let at = changed;
  for (const step of [alarm, ...place].slice(0, -1)) at = at[step] as Record<string, unknown>;
  const last = place.at(-1) ?? alarm;
  if (value === undefined) delete at[last];
  else at[last] = value;
  try {
    parseAlarms(changed, wiring);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.places;
    throw error;
  }
  throw new Error('not refused');
};

it.each<[string, Path, unknown, RegExp]>([
  [
    'a limit without an alarm',
    ['caches-slow'],
    undefined,
    /^\/caches-slow: is missing; wiring\.json measures something for it/,
  ],
  ['a limit written a second time', ['caches-slow', 'watch', 'above'], 3000, /has a threshold of its own/],
  ['a limit of home watched everywhere', ['stream-slow', 'scope'], 'region', /is region; wiring\.json has it for home/],
  ['a count without an alarm', ['change-held'], undefined, /^\/change-held: is missing/],
  ['a count of home watched everywhere', ['change-held', 'scope'], 'region', /wiring\.json has it for home/],
  ['no threshold', ['loads-late', 'watch', 'above'], undefined, /^\/loads-late\/watch: has no threshold/],
  ['two thresholds', ['loads-late', 'watch', 'below'], 1, /has two thresholds/],
  ['a period between two minutes', ['loads-late', 'watch', 'periodSeconds'], 90, /is not whole minutes/],
  ['an alarm of high resolution', ['loads-late', 'watch', 'periodSeconds'], 0, /is below a minute/],
  ['more periods than it looks at', ['loads-late', 'watch', 'breaching'], 3, /wants more periods than it looks at/],
  ['nothing to do', ['loads-late', 'do'], [], /is empty; say what to do/],
  ['nothing that must not be done', ['loads-late', 'never'], undefined, /is missing; say what not to do/],
  ['no reason for what is missing', ['loads-late', 'reasons', 'missing'], 'so', /is not a sentence/],
])('refuses %s', (_what, path, value, said) => {
  expect(refusal(path, value)).toEqual([expect.stringMatching(said)]);
});
