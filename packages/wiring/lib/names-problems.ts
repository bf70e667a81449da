import { type Reference, referencesOf } from './references.ts';
import type { Wiring } from './shape.ts';
import { type Problem, type Section, sourceOf, triggersOf } from './triggers.ts';

const unknownNames = (wiring: Wiring, references: readonly Reference[]): Problem[] =>
  references
    .filter(({ to, name }) => !Object.hasOwn(wiring[to], name))
    .map(({ path, to, name }) => ({
      path,
      message: `"${name}" is not an entry of ${to}; there are: ${Object.keys(wiring[to]).join(', ')}`,
    }));

/** What nothing uses was forgotten, or is left over. */
const unusedEntries = (wiring: Wiring, references: readonly Reference[]): Problem[] => {
  const used = new Set(references.map(({ to, name }) => `${to} ${name}`));
  const unused = (section: Section, way: string): Problem[] =>
    Object.keys(wiring[section])
      .filter((name) => !used.has(`${section} ${name}`))
      .map((name) => ({ path: [section, name], message: `is used by nothing; ${way}, or take it out` }));
  const read = new Set(triggersOf(wiring).map(({ trigger }) => `${trigger.kind} ${sourceOf(trigger).name}`));
  const started = new Set(
    Object.values(wiring.rules).flatMap(({ target }) => (target && 'workflow' in target ? [target.workflow] : [])),
  );
  return [
    ...unused('deadLetters', 'name it as the deadLetter of what may fail'),
    ...Object.keys(wiring.queues)
      .filter((name) => !read.has(`queue ${name}`))
      .map((name) => ({
        path: ['queues', name],
        message: 'is read by no function; give one a queue trigger, or take it out',
      })),
    ...Object.entries(wiring.tables)
      .filter(([name, { stream }]) => stream !== undefined && !read.has(`stream ${name}`))
      .map(([name]) => ({
        path: ['tables', name, 'stream'],
        message: 'is read by no function; give one a stream trigger, or leave the stream out',
      })),
    ...Object.entries(wiring.schedules)
      .filter(([name, { target }]) => target === undefined && !read.has(`schedule ${name}`))
      .map(([name]) => ({
        path: ['schedules', name],
        message: 'is used by nothing; give a function a schedule trigger, name a topic as its target, or take it out',
      })),
    ...unused('workflows', 'fill its placeholders by workflow triggers'),
    ...Object.keys(wiring.workflows)
      .filter((name) => !started.has(name))
      .map((name) => ({
        path: ['workflows', name],
        message: 'is started by nothing; name it as the target of a rule, or take it out',
      })),
    ...Object.entries(wiring.rules)
      .filter(([name, { target }]) => target === undefined && !read.has(`rule ${name}`))
      .map(([name]) => ({
        path: ['rules', name],
        message: 'has no target, and no function has it as its trigger; name a queue or a workflow as its target',
      })),
  ];
};

const oncePerSource = (wiring: Wiring): Problem[] => {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const { path, name, trigger } of triggersOf(wiring)) {
    const source = sourceOf(trigger);
    const slot = trigger.kind === 'workflow' ? `${source.name} ${trigger.placeholder}` : source.name;
    // Several functions may read one stream or hear one rule; messages and placeholders go to one.
    const sharable = trigger.kind === 'stream' || trigger.kind === 'rule';
    const key = `${trigger.kind} ${slot}${sharable ? ` ${name}` : ''}`;
    const other = seen.get(key);
    if (other !== undefined) {
      problems.push({
        path,
        message: `${trigger.kind} ${slot} is taken by ${other} already; leave one of the two out`,
      });
    }
    seen.set(key, name);
  }
  return problems;
};

const sections = [
  'tables',
  'topics',
  'queues',
  'deadLetters',
  'rules',
  'forwards',
  'schedules',
  'workflows',
] as const satisfies readonly Section[];

/** A reason for a field that is not there is a reason for nothing. */
const reasonsOfNothing = (wiring: Wiring): Problem[] => {
  const places = [
    ...sections.flatMap((section) =>
      Object.entries(wiring[section]).map(([name, entry]) => ({ path: [section, name] as (string | number)[], entry })),
    ),
    ...triggersOf(wiring).map(({ path, trigger }) => ({ path, entry: trigger })),
  ];
  return places.flatMap(({ path, entry }) =>
    Object.keys(('reasons' in entry && entry.reasons) || {})
      .filter((field) => !Object.hasOwn(entry, field))
      .map((field) => ({
        path: [...path, 'reasons', field],
        message: `there is no field ${field} to give a reason for; name a field of this entry, or take the reason out`,
      })),
  );
};

/** Names that lead nowhere, entries that nothing uses, what is taken twice, and reasons for nothing. */
export const namesProblems = (wiring: Wiring): Problem[] => {
  const references = referencesOf(wiring);
  return [
    ...unknownNames(wiring, references),
    ...unusedEntries(wiring, references),
    ...oncePerSource(wiring),
    ...reasonsOfNothing(wiring),
  ];
};
