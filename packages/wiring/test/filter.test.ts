import { compileFilter } from '../lib/filter.ts';
import { fillPlaceholders } from '../lib/placeholders.ts';

it('lets through what matches one pattern in all its keys', () => {
  const passes = compileFilter([
    { pk: { prefix: 'FLAG#' }, sk: { equals: 'CURRENT' } },
    { sk: { prefix: 'REVISION#' } },
  ]);
  expect(passes({ pk: 'FLAG#a', sk: 'CURRENT' })).toBe(true);
  expect(passes({ pk: 'TOPOLOGY', sk: 'CURRENT' })).toBe(false);
  expect(passes({ pk: 'FLAG#a', sk: 'CURRENT2' })).toBe(false);
  expect(passes({ pk: 'any', sk: 'REVISION#1' })).toBe(true);
});

it('fills the placeholders that stand alone, at any depth', () => {
  const pattern = { detail: { region: ['{region}'], detail: { region: ['{to}', 'literal {to}'] } } };
  expect(fillPlaceholders(pattern, { region: 'eu-west-1', to: 'us-east-1' })).toEqual({
    detail: { region: ['eu-west-1'], detail: { region: ['us-east-1', 'literal {to}'] } },
  });
});

it('refuses a placeholder that has no value here', () => {
  expect(() => fillPlaceholders(['{cell}'], { region: 'eu-west-1' })).toThrow('{cell} where there is none');
});
