import { type Examples, type Patch, withFacts } from '../examples/envelope.ts';
import { pointerTo, show } from '../pointer.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';

const known: Rule<'services'> = {
  id: 'FH-AUDIENCE-01',
  title: 'The audience names services of the catalogue',
  rationale: 'A misspelt name reaches no cache, and a change that nobody must acknowledge is verified at once.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'change',
  since: 1,
  needs: ['services'],
  after: [],
  check: (subject) => {
    const { audience } = subject.envelope;
    if (audience === '*') return fine;
    const names = new Set(subject.facts.services.map(({ name }) => name));
    return audience.flatMap((service, index) => {
      subject.spend();
      if (names.has(service)) return [];
      return [
        {
          pointer: pointerTo('audience', index),
          message: `There is no service ${show(service)} in the catalogue.`,
          hint: 'Correct the name, or add the service to topology.json first.',
        },
      ];
    });
  },
};

export const audienceRules: readonly AnyRule[] = [known];

const audienceOf = (...names: string[]): Patch => ({
  audience: names,
  ...withFacts({ services: ['cards', 'ledger'].map((name) => ({ name, owner: 'payments', cell: 'cell-1' })) }),
});

export const audienceExamples = (): Examples => ({
  'FH-AUDIENCE-01': { failing: audienceOf('cards', 'ledgers'), passing: audienceOf('cards', 'ledger') },
});
