import type { KeyFilter, Trigger, Wiring } from '../lib/shape.ts';
import { sourceOf, triggersOf } from '../lib/triggers.ts';

type Scope = Wiring['functions'][string]['scope'] | 'service';

const node = (kind: string, name: string): string => `${kind}_${name.replaceAll(/[^a-z0-9]/g, '_')}`;

const detailTypes = (pattern: Wiring['rules'][string]['pattern']): string => {
  const types = pattern['detail-type'];
  return Array.isArray(types) ? types.join(', ') : 'every event';
};

const keyOf = (filter: readonly KeyFilter[]): string => filter.map(({ pk, sk }) => textOf(sk ?? pk)).join(', ');

const textOf = (match: KeyFilter['sk']): string =>
  match === undefined ? 'all' : 'equals' in match ? match.equals : `${match.prefix}…`;

const titles: Readonly<Record<Scope, string>> = {
  home: 'home only',
  region: 'every region',
  cell: 'every cell of a region',
  service: 'every service in a region',
};

/** All nodes of a scope, each with its shape. */
const nodesOf = (wiring: Wiring, scope: Scope): string[] => {
  const named = <T extends { scope: Scope }>(entries: Record<string, T>): string[] =>
    Object.entries(entries)
      .filter(([, entry]) => entry.scope === scope)
      .map(([name]) => name);
  const streams = Object.fromEntries(Object.entries(wiring.tables).filter(([, { stream }]) => stream !== undefined));
  return [
    ...named(streams).map((name) => `${node('table', name)}[("table ${name}")]`),
    ...named(wiring.topics).map((name) => `${node('topic', name)}>"topic ${name}"]`),
    ...named(wiring.queues).map((name) => `${node('queue', name)}[/"queue ${name}"/]`),
    ...named(wiring.buses).map((name) => `${node('bus', name)}{{"bus ${name}"}}`),
    ...named(wiring.schedules).map((name) => `${node('schedule', name)}(["every ${minutes(wiring, name)}"])`),
    ...named(wiring.workflows).map((name) => `${node('workflow', name)}[["workflow ${name}"]]`),
    ...named(wiring.functions).map((name) => `${node('function', name)}["${name}"]`),
  ];
};

const minutes = ({ schedules }: Wiring, name: string): string => {
  const every = schedules[name]?.everyMinutes;
  return every === 1 ? 'minute' : `${every} minutes`;
};

const triggerEdge = (trigger: Trigger, to: string, { rules }: Wiring): string => {
  switch (trigger.kind) {
    case 'stream':
      return `${node('table', trigger.table)} -- "${keyOf(trigger.filter)}" --> ${to}`;
    case 'rule':
      return `${node('bus', rules[trigger.rule]?.bus ?? '')} -- "${detailTypes(rules[trigger.rule]?.pattern ?? {})}" --> ${to}`;
    default:
      return `${node(trigger.kind, sourceOf(trigger).name)} --> ${to}`;
  }
};

const triggerEdges = (wiring: Wiring): string[] =>
  triggersOf(wiring).map(({ name, trigger }) => triggerEdge(trigger, node('function', name), wiring));

const ruleEdges = ({ rules }: Wiring): string[] =>
  Object.values(rules).flatMap(({ bus, pattern, target }) => {
    if (target === undefined) return [];
    const to = 'queue' in target ? node('queue', target.queue) : node('workflow', target.workflow);
    return [`${node('bus', bus)} -- "${detailTypes(pattern)}" --> ${to}`];
  });

const scheduleEdges = ({ schedules }: Wiring): string[] =>
  Object.entries(schedules).flatMap(([name, { target }]) =>
    target === undefined ? [] : [`${node('schedule', name)} --> ${node('topic', target.topic)}`],
  );

const topicEdges = ({ topics }: Wiring): string[] =>
  Object.entries(topics).flatMap(([name, { subscriptions }]) =>
    subscriptions.map(({ queue }) => `${node('topic', name)} -- "by audience" --> ${node('queue', queue)}`),
  );

const other = (bus: string, to: string): string => `${node('bus', bus)}_${to}`;

/** The bus of a region stands for all of them; a forward leads to another region's. */
const forwardParts = ({ forwards }: Wiring): { nodes: string[]; edges: string[] } => {
  const parts = Object.values(forwards).map(({ bus, to, pattern }) => ({
    node: `${other(bus, to)}{{"bus ${bus} of ${to === 'home' ? 'home' : 'each region'}"}}`,
    edge: `${node('bus', bus)} -. "${detailTypes(pattern)}" .-> ${other(bus, to)}`,
  }));
  return { nodes: parts.map((part) => part.node), edges: parts.map((part) => part.edge) };
};

/** The plan as a Mermaid flowchart. */
export const picture = (wiring: Wiring): string => {
  const scopes = (Object.keys(titles) as Scope[]).map((scope) => ({ scope, nodes: nodesOf(wiring, scope) }));
  const forwards = forwardParts(wiring);
  const lines = [
    'flowchart LR',
    ...scopes
      .filter(({ nodes }) => nodes.length > 0)
      .flatMap(({ scope, nodes }) => [
        `  subgraph ${scope}["${titles[scope]}"]`,
        ...nodes.map((each) => `    ${each}`),
        '  end',
      ]),
    ...forwards.nodes.map((each) => `  ${each}`),
    ...[
      ...scheduleEdges(wiring),
      ...topicEdges(wiring),
      ...triggerEdges(wiring),
      ...ruleEdges(wiring),
      ...forwards.edges,
    ].map((each) => `  ${each}`),
  ];
  return `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\``;
};

const span = (seconds: number): string => {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const;
  const fitting = units.find(([, size]) => seconds >= size && seconds % size === 0);
  return fitting === undefined ? `${seconds} s` : `${seconds / fitting[1]} ${fitting[0]}`;
};

interface Failing {
  readonly what: string;
  readonly tried: string;
  readonly deadLetter: string;
}

const failing = (wiring: Wiring): Failing[] => [
  ...Object.entries(wiring.queues).map(([name, { receives, visibilitySeconds, deadLetter }]) => ({
    what: `queue ${name}`,
    tried: `received ${receives} times, ${span(visibilitySeconds)} apart unless the function says sooner`,
    deadLetter,
  })),
  ...triggersOf(wiring).flatMap(({ name, trigger }) =>
    trigger.kind === 'stream'
      ? [
          {
            what: `stream of ${trigger.table}, ${name}`,
            tried: `tried again ${trigger.retryAttempts} times, for at most ${span(trigger.recordAgeSeconds)}`,
            deadLetter: trigger.failureDestination,
          },
        ]
      : [],
  ),
  ...Object.entries(wiring.topics).flatMap(([name, { subscriptions }]) =>
    subscriptions.map(({ queue, deadLetter }) => ({
      what: `subscription of ${queue} to ${name}`,
      tried: 'tried again for 23 days',
      deadLetter,
    })),
  ),
  ...Object.entries(wiring.schedules).map(([name, { retryAttempts, deadLetter }]) => ({
    what: `schedule ${name}`,
    tried: retryAttempts === 0 ? 'not tried again' : `tried again ${retryAttempts} times`,
    deadLetter,
  })),
  ...Object.entries(wiring.buses).map(([name, { deadLetter }]) => ({
    what: `bus ${name}`,
    tried: 'what its key cannot encrypt or decrypt',
    deadLetter,
  })),
  ...(['rule', 'forward'] as const).flatMap((kind) =>
    Object.entries(wiring[`${kind}s`]).map(([name, { deadLetter }]) => ({
      what: `${kind} ${name}`,
      tried: 'tried again for 24 hours',
      deadLetter,
    })),
  ),
];

/** How often each thing is tried, and what becomes of what fails. */
export const failureTable = (wiring: Wiring): string => {
  const all = failing(wiring);
  const rows = Object.entries(wiring.deadLetters).map(([name, { emptiedBy }]) => {
    const ends = all.filter(({ deadLetter }) => deadLetter === name).map(({ what, tried }) => `${what} (${tried})`);
    return `| ${name} | ${ends.join('; ')} | ${emptiedBy} |`;
  });
  return ['| dead letters | of | who empties them |', '| --- | --- | --- |', ...rows].join('\n');
};
