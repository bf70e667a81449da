import type { MemberState, Topology } from './topology.ts';

/** A service or region whose state is another one than before. */
export interface Transition {
  readonly what: 'service' | 'region';
  readonly name: string;
  readonly from: MemberState | 'absent';
  readonly to: MemberState | 'absent';
}

type Named = readonly { readonly name: string; readonly state: MemberState }[];

const between = (what: Transition['what'], before: Named, after: Named): Transition[] => {
  const states = new Map(before.map(({ name, state }) => [name, state]));
  const left = new Set(after.map(({ name }) => name));
  return [
    ...after.map(({ name, state }): Transition => ({ what, name, from: states.get(name) ?? 'absent', to: state })),
    ...before
      .filter(({ name }) => !left.has(name))
      .map(({ name, state }): Transition => ({ what, name, from: state, to: 'absent' })),
  ].filter(({ from, to }) => from !== to);
};

export const transitionsOf = (before: Topology, after: Topology): readonly Transition[] => [
  ...between('region', before.regions, after.regions),
  ...between('service', before.services, after.services),
];

/** Where a member may go from where it is (rule 8). */
const allowed: Readonly<Record<Transition['from'], readonly Transition['to'][]>> = {
  absent: ['joining'],
  joining: ['serving', 'draining'],
  serving: ['draining'],
  // Who drained has missed what was accepted meanwhile: it joins again.
  draining: ['joining', 'absent'],
};

const problemOf = ({ what, name, from, to }: Transition): string => {
  if (to === 'absent') return `${what} ${name} is ${from} and vanishes: let it drain first`;
  if (from === 'absent') return `${what} ${name} is new and ${to}: let it join first`;
  return `${what} ${name} goes from ${from} to ${to}: only ${allowed[from].join(' or ')} may follow ${from}`;
};

/** What speaks against a topology in the place of the one before, whatever its members are ready for. */
export const problemsOf = (before: Topology, after: Topology): readonly string[] => {
  const { version } = after;
  const cells = new Map(before.services.map(({ name, cell }) => [name, cell]));
  return [
    ...(version === before.version + 1 ? [] : [`version ${version} does not follow ${before.version}`]),
    ...after.services.flatMap(({ name, cell }) => {
      const was = cells.get(name) ?? cell;
      return was === cell
        ? []
        : [`service ${name} moves from ${was} to ${cell}: its keys carry the cell, remove it first`];
    }),
    ...transitionsOf(before, after)
      .filter(({ from, to }) => !allowed[from].includes(to))
      .map(problemOf),
  ];
};
