import { changeKinds } from '@flaghoist/core/change';
import { catalogue } from '../lib/catalogue.ts';
import { facts } from '../lib/evidence.ts';
import { standingRules } from '../lib/standing.ts';
import { neededFacts, phasesAtAcceptance } from '../lib/validate.ts';
import { RULES_VERSION } from '../lib/version.ts';

const ids = catalogue.map(({ id }) => id);

it('gives every rule an id of its own, of the common form', () => {
  expect(ids.filter((id) => !/^FH-[A-Z]+-\d\d$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

it('keeps the ids that the runner reports for itself free', () => {
  expect(ids.filter((id) => id.startsWith('FH-RULES-'))).toEqual([]);
});

it.each(catalogue)(
  'says what $id is for and has it stand in the right list',
  ({ title, rationale, phase, ...rule }) => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(rationale).toMatch(/\.$/);
    expect(standingRules.some(({ id }) => id === rule.id)).toBe(phase === 'standing');
  },
);

it('runs each rule after the errors it builds on', () => {
  const wrong = catalogue.filter(({ after, phase }, index) =>
    after.some((id) => {
      const place = ids.indexOf(id);
      const earlier = catalogue[place];
      // A standing rule is run without the others, and a warning does not break what follows.
      return (
        place < 0 ||
        place >= index ||
        earlier?.severity !== 'error' ||
        (phase === 'standing' && earlier.phase !== phase)
      );
    }),
  );
  expect(wrong).toEqual([]);
});

it('has no rule that is newer than the catalogue, and one that is as new', () => {
  expect(Math.max(...catalogue.map(({ since }) => since))).toBe(RULES_VERSION);
});

it('shows kills and reverts to standing rules only', () => {
  expect(changeKinds.filter((kind) => !phasesAtAcceptance(kind).includes('change'))).toEqual(['killed', 'rolled-back']);
});

it('asks for known facts only, and for none of the process when something is killed', () => {
  expect(facts).toEqual(expect.arrayContaining([...neededFacts('created')]));
  expect([...neededFacts('created')]).toEqual(expect.arrayContaining(['lookalikes', 'prerequisites', 'services']));
  for (const fact of ['services', 'prerequisites', 'lookalikes', 'dependents'] as const) {
    expect(neededFacts('killed').has(fact)).toBe(false);
  }
});
