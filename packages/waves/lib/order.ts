import { flagsOf, foundationOf, globalOf, type Layout, type Part, partName } from './part.ts';

/** `forward`: regions learn what is new before home says it. `back`: home stops saying it before regions unlearn it. */
export type Direction = 'forward' | 'back';

export const waveNames = [
  'foundation',
  'foundations',
  'global',
  'pilot',
  'regions',
  'home',
  'joining',
  'leaving',
] as const;
export type WaveName = (typeof waveNames)[number];

/** What may go on at the same time. */
export interface Wave {
  readonly name: WaveName;
  /** Side by side; the parts of a lane one after the other. */
  readonly lanes: readonly (readonly Part[])[];
}

const waves = (all: readonly Wave[]): readonly Wave[] =>
  all.flatMap(({ name, lanes }) => {
    const filled = lanes.filter((lane) => lane.length > 0);
    return filled.length === 0 ? [] : [{ name, lanes: filled }];
  });

/**
 * The order in which an environment gets what is configured.
 *
 * What others read comes first: foundations of new regions (home's before the others, because their keys are replicas of its
 * key), then the tables, which only grow until nobody reads what goes. What is there is upgraded by a pilot region, the other
 * regions, and home: home accepts changes in the name of all regions, so it is the last to get new rules and the first to lose
 * them. That goes for the region that accepts now, which is the standby once home was moved there. Functions of new regions come
 * behind it. In a new environment nothing is there, so the same order creates it. The way back creates nothing.
 *
 * @param isHalf whether a foundation is there and has no key yet, because its creation failed
 */
export const wavesOf = (
  layout: Layout,
  isThere: (part: Part) => boolean,
  direction: Direction,
  isHalf: (part: Part) => boolean = () => false,
): readonly Wave[] => {
  const { home, accepting, pilot, regions, draining } = layout;
  const others = regions.filter((region) => region !== accepting && region !== pilot);
  const missing = (part: Part): boolean => (!isThere(part) || isHalf(part)) && !draining.includes(part.region);
  const isUsed = (part: Part): boolean => isThere(part) && (direction === 'back' || !missing(part));
  const inPlace = (region: string): readonly Part[] => [foundationOf(region), flagsOf(region)].filter(isUsed);
  const piloted = pilot === undefined ? [] : [inPlace(pilot)];
  if (direction === 'back') {
    const backwards = (lane: readonly Part[]): readonly Part[] => [...lane].reverse();
    return waves([
      { name: 'home', lanes: [backwards(inPlace(accepting))] },
      { name: 'regions', lanes: others.map(inPlace).map(backwards) },
      { name: 'pilot', lanes: piloted.map(backwards) },
      { name: 'global', lanes: [[globalOf(layout)].filter(isThere)] },
    ]);
  }
  const newFoundation = (region: string): readonly Part[] => [foundationOf(region)].filter(missing);
  return waves([
    { name: 'foundation', lanes: [newFoundation(home)] },
    { name: 'foundations', lanes: regions.filter((region) => region !== home).map(newFoundation) },
    { name: 'global', lanes: [[globalOf(layout)]] },
    { name: 'pilot', lanes: piloted },
    { name: 'regions', lanes: others.map(inPlace) },
    { name: 'home', lanes: [inPlace(accepting)] },
    { name: 'joining', lanes: regions.map((region) => [flagsOf(region)].filter(missing)) },
  ]);
};

/** The order in which a region goes: its functions, then its replica of the tables, then what they stood on. */
export const removalOf = (layout: Layout, region: string): readonly Wave[] => [
  { name: 'leaving', lanes: [[flagsOf(region)]] },
  { name: 'global', lanes: [[globalOf(layout)]] },
  { name: 'foundation', lanes: [[foundationOf(region)]] },
];

/** A pilot is there to find faults early; whoever names one region may do without. */
const barred = (earlier: WaveName, later: WaveName): boolean =>
  !(['pilot', 'regions'].includes(earlier) && ['pilot', 'regions'].includes(later));

/** What must have its turn before a part, even where only that part is asked for. */
export const mustPrecede = (order: readonly Wave[], part: Part): readonly Part[] => {
  const isIt = (other: Part): boolean => partName(other) === partName(part);
  const at = order.findIndex(({ lanes }) => lanes.flat().some(isIt));
  const wave = order[at];
  if (wave === undefined) return [];
  const lane = wave.lanes.find((each) => each.some(isIt)) ?? [];
  return [
    ...order.slice(0, at).flatMap(({ name, lanes }) => (barred(name, wave.name) ? lanes.flat() : [])),
    ...lane.slice(0, lane.findIndex(isIt)),
  ];
};
