import { acceptedVersion } from '../../lib/accepted-version.ts';
import { type Model, type Step, withItem } from './search.ts';

/**
 * Rule 3: a release of the rules goes through the regions and home, and back again, while changes are accepted. One region
 * serves, another one joins. A region reports the version of its rules in an item that travels to home; it refuses what newer
 * rules have passed.
 *
 * The product: `packages/validator` (report-rules, judge-proposal); the version is core's own (`accepted-version.ts`).
 */
export interface ReleaseRules {
  /** Under which version home accepts. `reported`: of each serving region, as home has it; `null`: nothing. */
  readonly acceptsUnder: (own: number, reported: readonly (number | null)[]) => number;
  /** A region reports what it knows, not what it is about to be given. */
  readonly reportsWhenUpgraded: boolean;
  /** Home is upgraded after every region: a report of one that went back may still be on its way. */
  readonly homeGoesLast: boolean;
  /** On the way back home goes first, and what it has accepted is judged before a region follows. */
  readonly homeGoesBackFirst: boolean;
}

/** The rules that every release knows. */
const FIRST = 1;
const NEWER = 2;

export const releaseRules: ReleaseRules = {
  acceptsUnder: acceptedVersion,
  reportsWhenUpgraded: true,
  homeGoesLast: true,
  homeGoesBackFirst: true,
};

interface Region {
  readonly state: 'joining' | 'serving';
  readonly knows: number;
  /** On its way to home, or there already; the last one stands. */
  readonly reporting: number | null;
  readonly reported: number | null;
}

interface Change {
  readonly version: number;
  /** The regions that must prove it, and have not judged it yet. */
  readonly waitsFor: readonly number[];
  readonly refusedBy?: number;
}

export interface ReleaseState {
  readonly home: number;
  readonly regions: readonly Region[];
  readonly change: Change | null;
  readonly accepted: number;
  /** Upgrades and ways back that may still happen. */
  readonly moves: number;
}

const CHANGES = 2;

export interface ReleaseBounds {
  readonly moves: number;
  /** Whether a release may be taken back. Without that home may go before the regions, too. */
  readonly back: boolean;
}

export const releaseModel = (rules: ReleaseRules, { moves, back }: ReleaseBounds): Model<ReleaseState> => {
  const withRegion = (state: ReleaseState, at: number, change: Partial<Region>): ReleaseState => {
    const region = state.regions[at];
    return region === undefined ? state : { ...state, regions: withItem(state.regions, at, { ...region, ...change }) };
  };

  const ofHome = (state: ReleaseState): Step<ReleaseState>[] => {
    const { home, regions, change, accepted } = state;
    if (accepted === CHANGES || (change !== null && change.waitsFor.length > 0)) return [];
    const serving = [...regions.entries()].filter(([, region]) => region.state === 'serving');
    const version = rules.acceptsUnder(
      home,
      serving.map(([, { reported }]) => reported),
    );
    const waitsFor = serving.map(([at]) => at);
    const next = { ...state, change: { version, waitsFor }, accepted: accepted + 1 };
    return [{ says: `a change is accepted under version ${version}`, next, optional: true }];
  };

  const ofRegions = (state: ReleaseState): Step<ReleaseState>[] =>
    state.regions.flatMap(({ knows, state: member, reporting, reported }, at) => {
      const steps: Step<ReleaseState>[] = [];
      if (reporting !== null) {
        const next = withRegion(state, at, { reporting: null, reported: reporting });
        steps.push({ says: `home hears that region ${at} has version ${reporting}`, next });
      } else if (reported !== knows && rules.reportsWhenUpgraded) {
        steps.push({
          says: `region ${at} reports version ${knows}`,
          next: withRegion(state, at, { reporting: knows }),
        });
      }
      const { change } = state;
      if (change?.waitsFor.includes(at)) {
        const waitsFor = change.waitsFor.filter((region) => region !== at);
        const judged = change.version > knows ? { ...change, waitsFor, refusedBy: at } : { ...change, waitsFor };
        steps.push({ says: `region ${at} judges the change`, next: { ...state, change: judged } });
      }
      if (member === 'joining') {
        steps.push({
          says: `region ${at} serves`,
          next: withRegion(state, at, { state: 'serving' }),
          optional: true,
        });
      }
      return steps;
    });

  const ofOperator = (state: ReleaseState): Step<ReleaseState>[] => {
    const { home, regions, change, moves: left } = state;
    if (left === 0) return [];
    const moved = { ...state, moves: left - 1 };
    const steps: Step<ReleaseState>[] = [];
    const to = home === NEWER ? FIRST : NEWER;
    const isLast = !rules.homeGoesLast || regions.every(({ knows }) => knows === NEWER);
    const mayGo = back ? to === FIRST || isLast : to === NEWER;
    if (mayGo) steps.push({ says: `home gets version ${to}`, next: { ...moved, home: to }, optional: true });
    const isJudged = change === null || change.waitsFor.length === 0;
    for (const [at, { knows, reported, reporting }] of regions.entries()) {
      if (knows === FIRST) {
        // A region that reports by its operator's hand is told what it will have, before it has it.
        if (!rules.reportsWhenUpgraded && reported !== NEWER && reporting === null) {
          const next = withRegion(state, at, { reporting: NEWER });
          steps.push({ says: `region ${at} reports version ${NEWER}`, next, optional: true });
        }
        steps.push({
          says: `region ${at} gets version ${NEWER}`,
          next: withRegion(moved, at, { knows: NEWER }),
          optional: true,
        });
      } else if (back && (!rules.homeGoesBackFirst || (home === FIRST && isJudged))) {
        const next = withRegion(moved, at, { knows: FIRST });
        steps.push({ says: `region ${at} goes back to version ${FIRST}`, next, optional: true });
      }
    }
    return steps;
  };

  const region: Region = { state: 'serving', knows: FIRST, reporting: null, reported: null };
  return {
    start: { home: FIRST, regions: [region, { ...region, state: 'joining' }], change: null, accepted: 0, moves },
    steps: (state) => [...ofHome(state), ...ofRegions(state), ...ofOperator(state)],
    always: {
      'no region refuses what home accepted': ({ change }) =>
        change?.refusedBy === undefined
          ? undefined
          : `region ${change.refusedBy} refuses a change of version ${change.version}`,
      'what was released is accepted under in the end': (state) => {
        const everybodyReported = state.regions.every(({ knows, reported }) => knows === NEWER && reported === NEWER);
        if (!everybodyReported || state.home !== NEWER) return undefined;
        const version = rules.acceptsUnder(NEWER, [NEWER, NEWER]);
        return version === NEWER ? undefined : `everybody has version ${NEWER}, home accepts under ${version}`;
      },
    },
  };
};
