import { large } from './bounds.ts';
import { expectClean, expectFound } from './expectations.ts';
import { type ReleaseRules, releaseModel, releaseRules } from './release.ts';

const worlds = [
  { moves: 3, back: false },
  { moves: large ? 9 : 6, back: true },
];

it.each(worlds)(
  'a release of the rules goes through regions and home (rule 3): $moves steps, back: $back',
  (bounds) => {
    expectClean(releaseModel(releaseRules, bounds));
  },
);

interface Mutant {
  readonly name: string;
  readonly rules: Partial<ReleaseRules>;
  readonly breaks?: string;
}

const mutants: readonly Mutant[] = [
  { name: 'home accepts under its own version', rules: { acceptsUnder: (own) => own } },
  {
    name: 'home accepts under the newest version that any region has reported',
    rules: { acceptsUnder: (own, reported) => Math.min(own, Math.max(1, ...reported.map((each) => each ?? 1))) },
  },
  {
    name: 'who has reported nothing counts for nothing',
    rules: { acceptsUnder: (own, reported) => Math.min(own, ...reported.filter((each) => each !== null)) },
  },
  { name: 'a region reports before it is upgraded', rules: { reportsWhenUpgraded: false } },
  { name: 'home is upgraded before a region', rules: { homeGoesLast: false } },
  { name: 'a region goes back before home', rules: { homeGoesBackFirst: false } },
  {
    name: 'home accepts under the first version for ever',
    rules: { acceptsUnder: () => 1 },
    breaks: 'what was released is accepted under in the end',
  },
];

describe('the model finds', () => {
  it.each(mutants)('$name', ({ rules, breaks = 'no region refuses what home accepted' }) => {
    const models = worlds.map((bounds) => releaseModel({ ...releaseRules, ...rules }, bounds));
    expect(expectFound(models, breaks).schedule.length).toBeGreaterThan(1);
  });
});
