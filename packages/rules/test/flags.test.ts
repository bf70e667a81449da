import { validateStanding } from '../lib/standing.ts';
import { phasesAtAcceptance, validate } from '../lib/validate.ts';
import { revisionsOf } from './flags/history.ts';
import { operations } from './flags/operations.ts';
import { releases } from './flags/releases.ts';
import { values } from './flags/values.ts';

const flags = Object.entries({ ...releases, ...operations, ...values });
const revisions = flags.flatMap(([flagKey, steps]) => revisionsOf(flagKey, steps));

it('are many, of every kind of change and every type of value', () => {
  expect(flags.length).toBeGreaterThanOrEqual(40);
  expect(new Set(revisions.map(({ kind }) => kind))).toEqual(
    new Set(['created', 'updated', 'archived', 'killed', 'restored', 'rolled-back']),
  );
  const types = revisions.flatMap(({ document }) =>
    Object.values(Object(document?.['variants'])).map((value) => typeof value),
  );
  expect(new Set(types)).toEqual(new Set(['boolean', 'string', 'number', 'object']));
});

describe.each(flags)('%s', (flagKey, steps) => {
  it.each(revisionsOf(flagKey, steps).map((envelope) => [`${envelope.revision}, ${envelope.kind}`, envelope] as const))(
    'breaks no rule in revision %s, not even as a warning',
    (_name, envelope) => {
      expect(validate(envelope, phasesAtAcceptance(envelope.kind))).toEqual({ violations: [], skipped: [] });
      expect(validateStanding(envelope)).toEqual({ violations: [], skipped: [] });
    },
  );
});
