import { large } from './bounds.ts';
import { expectClean, expectFound } from './expectations.ts';
import { type WaitingRules, waitingModel, waitingRules } from './waiting.ts';

it('how a proposal ends that waits for its time (rule 2), in every schedule', () => {
  expectClean(waitingModel(waitingRules, large ? 4 : 2));
});

const OVER = 'what is written over it while it waits is not accepted';

it.each<{ readonly name: string; readonly rules: Partial<WaitingRules>; readonly breaks: string }>([
  { name: 'nothing is kept of what waits', rules: { keeps: 'nothing' }, breaks: OVER },
  { name: 'what waits is kept as home hears of it last', rules: { keeps: 'last', passesOver: false }, breaks: OVER },
  {
    name: 'withdrawing does not look for an outcome',
    rules: { withdrawingNeedsNoOutcome: false },
    breaks: 'it ends once',
  },
  { name: 'accepting does not look for an outcome', rules: { acceptingNeedsNoOutcome: false }, breaks: 'it ends once' },
  { name: 'nothing looks at what waited', rules: { sweeps: false }, breaks: 'it ends' },
])('the model finds: $name', ({ rules, breaks }) => {
  const found = expectFound([waitingModel({ ...waitingRules, ...rules }, 2)], breaks);
  expect(found.schedule.length).toBeGreaterThan(1);
});
