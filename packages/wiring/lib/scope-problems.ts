import { referencesOf } from './references.ts';
import type { Scope, Wiring } from './shape.ts';
import { type Problem, type Section, sourceOf, triggersOf } from './triggers.ts';

const scopeIn = (wiring: Wiring, section: Section, name: string): Scope | undefined =>
  (wiring[section] as Readonly<Record<string, { readonly scope?: Scope }>>)[name]?.scope;

const width = { home: 0, region: 1, cell: 2, service: 3 } as const;

/** Home's functions serve what only home has, and a cell's function serves what lies within the cell. */
const scopesOfTriggers = (wiring: Wiring): Problem[] =>
  triggersOf(wiring).flatMap(({ path, name, trigger }) => {
    const { to, name: sourceName } = sourceOf(trigger);
    const source = scopeIn(wiring, to, sourceName);
    const own = wiring.functions[name]?.scope;
    if (source === undefined || own === undefined) return [];
    const fits = own === 'home' || source === 'home' ? own === source : width[source] >= width[own];
    return fits
      ? []
      : [
          {
            path,
            message: `the function is of scope ${own} and ${trigger.kind} ${sourceName} of scope ${source}; ${
              own === 'home' || source === 'home'
                ? 'what only home has is served by functions of scope home, and they serve nothing else'
                : `${own}s would compete for what a ${source} has once. Make the function's scope ${source}`
            }`,
          },
        ];
  });

/** Of what there is exactly one in the place of a thing: its cell, its region, and home for what only home has. */
const oneInPlaceOf: Readonly<Record<Scope, readonly Scope[]>> = {
  home: ['home', 'region'],
  region: ['region'],
  cell: ['region', 'cell'],
  service: ['region', 'cell', 'service'],
};

/** A rule, a schedule or a stream reaches what stands in its own region, and needs to know which one. */
const scopesOfReferences = (wiring: Wiring): Problem[] =>
  referencesOf(wiring).flatMap(({ path, to, name, from }) => {
    const scope = scopeIn(wiring, to, name);
    if (from === undefined || scope === undefined || oneInPlaceOf[from].includes(scope)) return [];
    return [
      {
        path,
        message: `"${name}" is of scope ${scope}, and what names it is of scope ${from}; there must be exactly one in its place. Name one of scope ${oneInPlaceOf[from].join(' or ')}`,
      },
    ];
  });

const scopesOfReplicas = ({ tables }: Wiring): Problem[] =>
  Object.entries(tables).flatMap(([name, { scope, replicates }]) =>
    replicates && scope !== 'region'
      ? [
          {
            path: ['tables', name, 'scope'],
            message: `is ${scope}, and the table replicates; every region has a replica of a global table. Write region, or leave replicates out`,
          },
        ]
      : [],
  );

/** Entries that are not where those are that name them. */
export const scopeProblems = (wiring: Wiring): Problem[] => [
  ...scopesOfTriggers(wiring),
  ...scopesOfReferences(wiring),
  ...scopesOfReplicas(wiring),
];
