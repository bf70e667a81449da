import { changeKinds } from '@flaghoist/core/change';
import { allRules } from '../lib/catalogue.ts';
import { facts } from '../lib/evidence.ts';
import { standingRules } from '../lib/standing-rules.ts';
import { neededFacts, phasesAtAcceptance } from '../lib/validate.ts';

const ids = allRules.map(({ id }) => id);

it('gives every rule an id of its own, of the common form', () => {
  expect(ids.filter((id) => !/^FH-[A-Z]+-\d\d$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

it('keeps the ids that the runner reports for itself free', () => {
  expect(ids.filter((id) => id.startsWith('FH-RULES-'))).toEqual([]);
});

it.each(allRules)('says what $id is for and has it stand in the right list', ({ title, rationale, phase, ...rule }) => {
  expect(title).toMatch(/^[A-Z].*[^.]$/);
  expect(rationale).toMatch(/\.$/);
  expect(standingRules.some(({ id }) => id === rule.id)).toBe(phase === 'standing');
});

it('builds each rule on errors that are judged with it', () => {
  const wrong = allRules.filter(({ after, phase }) =>
    after.some((id) => {
      const earlier = allRules.find((rule) => rule.id === id);
      // A standing rule is run without the others, and a warning does not break what follows.
      return earlier?.severity !== 'error' || (phase === 'standing' && earlier.phase !== phase);
    }),
  );
  expect(wrong).toEqual([]);
});

it('builds no rule on itself', () => {
  const all = new Set<string>();
  let left = allRules;
  for (let placed = -1; placed !== all.size; ) {
    placed = all.size;
    for (const { id, after } of left) if (after.every((earlier) => all.has(earlier))) all.add(id);
    left = left.filter(({ id }) => !all.has(id));
  }
  expect(left.map(({ id }) => id)).toEqual([]);
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
