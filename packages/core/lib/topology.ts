import * as z from 'zod/mini';
import { bucketings, evaluatorSchema } from './evaluator.ts';
import { parseJson } from './parse.ts';

/** `joining`: subscribed, not yet expected. `serving`: expected to acknowledge. `draining`: no longer expected, at once. */
export const memberStates = ['joining', 'serving', 'draining'] as const;
export type MemberState = (typeof memberStates)[number];

/** From the least to the most protected. */
export const dataClasses = ['public', 'internal', 'confidential', 'restricted'] as const;
export type DataClass = (typeof dataClasses)[number];

/** By the agent, or by a client in the process with such buckets (`evaluator.ts`). */
export const evaluations = ['remote', ...bucketings] as const;
export type Evaluation = (typeof evaluations)[number];

export const regionSchema = z.object({
  name: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, such as "eu-north-1"')),
  state: z.enum(memberStates),
});

const serviceSchema = z.object({
  name: z
    .string()
    .check(
      z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by single hyphens'),
      z.maxLength(40),
    ),
  /** The fixed group of services that share an updater, a role and a cache user in a region. */
  cell: z.string().check(z.regex(/^cell-\d{1,2}$/, 'must be a cell, such as "cell-2"')),
  owner: z.string().check(z.minLength(1)),
  state: z.enum(memberStates),
  /** The most protected data that it was assessed for; left out when nobody has said. */
  dataClass: z.optional(z.enum(dataClasses)),
  /**
   * How it evaluates flags: `remote` by its agent, which is so when nobody has said, or by itself, with the buckets of its client.
   */
  evaluates: z.optional(z.enum(evaluations)),
  /** The residencies, by their names in the policy, whose data it may have; left out when nobody has said. */
  residencies: z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1))),
});

const shape = z.object({
  /** Grows with every edit; envelopes name the version they were accepted under. */
  version: z.int().check(z.gte(1)),
  /** The region in which changes are accepted, unless the item HOME says that its standby has taken over. */
  home: z.string(),
  /** The other region that has what only home has, idle until it is made home. */
  standby: z.optional(z.string()),
  /** By what the agents evaluate. They go over to another one when a version of the topology names it. */
  evaluator: z.optional(evaluatorSchema),
  regions: z.array(regionSchema).check(z.minLength(1)),
  services: z.array(serviceSchema).check(z.minLength(1)),
});

const twice = (list: 'regions' | 'services', { [list]: entries }: z.output<typeof shape>) =>
  entries.flatMap(({ name }, index) =>
    entries.findIndex((other) => other.name === name) < index
      ? [{ path: [list, index, 'name'], message: 'the name is there twice' }]
      : [],
  );

const isStandby = ({ home, standby, regions }: z.output<typeof shape>): boolean =>
  standby !== home && regions.some(({ name, state }) => name === standby && state === 'serving');

/** What fits by its shape, and yet not together. */
const contradictions = (topology: z.output<typeof shape>) => [
  ...twice('regions', topology),
  ...twice('services', topology),
  ...(topology.regions.some(({ name, state }) => name === topology.home && state === 'serving')
    ? []
    : [{ path: ['home'], message: 'must name a serving region' }]),
  ...(topology.standby === undefined || isStandby(topology)
    ? []
    : [{ path: ['standby'], message: 'must name a serving region other than home' }]),
];

export const topologySchema = shape.check(({ value, issues }) => {
  for (const found of contradictions(value)) issues.push({ code: 'custom', input: value, ...found });
});

/** The shape of `fleet/topology.json`: regions, services and cells as versioned data. */
export type Topology = z.output<typeof topologySchema>;
export type Service = Topology['services'][number];

/** @param what which file it is, as the reader of an error knows it. @throws InvalidInputError naming the place in the file */
export const parseTopology = (text: string, what = 'topology.json'): Topology =>
  parseJson(topologySchema, text, {
    what,
    hint: 'Correct the named places; every service needs a cell and an owner, the home region must be serving.',
  });

export const servingRegions = ({ regions }: Topology): readonly string[] =>
  regions.filter(({ state }) => state === 'serving').map(({ name }) => name);

export const regionNames = ({ regions }: Topology): readonly string[] => regions.map(({ name }) => name);

export const servingServices = ({ services }: Topology): string[] =>
  services.filter(({ state }) => state === 'serving').map(({ name }) => name);

export const serviceNames = ({ services }: Topology): string[] => services.map(({ name }) => name);

/** Services by cell, cells in the order in which they first appear. */
export const servicesByCell = ({ services }: Topology): ReadonlyMap<string, readonly Service[]> =>
  Map.groupBy(services, ({ cell }) => cell);
