/** The stacks of the flags, in the order in which a new region needs them. */
export const stacks = ['region-foundation', 'flags-global', 'flags-region'] as const;
export type Stack = (typeof stacks)[number];

/** One stack in one region: what one Terraform state has. `flags-global` stands in home. */
export interface Part {
  readonly stack: Stack;
  readonly region: string;
}

/** As people read it. */
export const partName = ({ stack, region }: Part): string => `${stack} ${region}`;

export const workspaceOf = (environment: string, { stack, region }: Part): string =>
  stack === 'flags-global' ? environment : `${environment}-${region}`;

/** The regions of an environment. */
export interface Layout {
  /** Where the environment is kept: its tables are made there, and the key of which those of other regions are replicas. */
  readonly home: string;
  /** Has what only home has, idle. */
  readonly standby: string | undefined;
  /** Where changes are accepted: home, or the standby once home was moved there. */
  readonly accepting: string;
  /** All of them, home among them. */
  readonly regions: readonly string[];
  /** Those of them that are on their way out: nothing is created there. */
  readonly draining: readonly string[];
  /** The region that gets an upgrade before all others; none where there is no other than home. */
  readonly pilot: string | undefined;
}

/** The output of a foundation that others cannot do without: their keys are replicas of it, and tables are under it. */
export const FOUNDATION_KEY = 'key_arn';

export const foundationOf = (region: string): Part => ({ stack: 'region-foundation', region });
export const flagsOf = (region: string): Part => ({ stack: 'flags-region', region });
export const globalOf = ({ home }: Pick<Layout, 'home'>): Part => ({ stack: 'flags-global', region: home });

/** All parts of an environment. */
export const partsOf = (layout: Layout): readonly Part[] => [
  ...layout.regions.map(foundationOf),
  globalOf(layout),
  ...layout.regions.map(flagsOf),
];

/** What a part reads of others through their states: it cannot be planned before they are there. */
export const readsOf = (
  layout: Pick<Layout, 'home' | 'regions' | 'draining'>,
  { stack, region }: Part,
): readonly Part[] => {
  switch (stack) {
    case 'region-foundation':
      return region === layout.home ? [] : [foundationOf(layout.home)];
    case 'flags-global':
      return layout.regions.filter((each) => !layout.draining.includes(each)).map(foundationOf);
    case 'flags-region':
      return [foundationOf(region), globalOf(layout)];
  }
};

/** What accepts changes in flags-region of home and standby: these functions say which rules a change was accepted under. */
export const ACCEPTING = ['validator.accept', 'validator.resume'].map((name) => `module.function["${name}"]`);
