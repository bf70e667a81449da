import { InvalidInputError } from '@flaghoist/core/errors';
import { loadStateMachine } from '@flaghoist/in-memory/states-language';

const machineOf = (state: object): string =>
  JSON.stringify({ StartAt: 'First', States: { First: state, Last: { Type: 'Succeed' } } });
const task = { Type: 'Task', Resource: 'scan', Next: 'Last' };
const choice = (test: object): object => ({ Type: 'Choice', Choices: [{ ...test, Next: 'Last' }] });

const placesOf = (text: string): readonly string[] => {
  try {
    loadStateMachine(text);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.places;
    throw error;
  }
  return [];
};

describe('a state machine that is loaded', () => {
  it.each([
    ['a state type', { Type: 'Map', Next: 'Last' }, '/States/First/Type'],
    ['a field', { ...task, HeartbeatSeconds: 5 }, '/States/First'],
    [
      'a field of a retrier',
      { ...task, Retry: [{ ErrorEquals: ['States.ALL'], Backoff: 2 }] },
      '/States/First/Retry/0',
    ],
    [
      'a field of a catcher',
      { ...task, Catch: [{ ErrorEquals: ['A'], Next: 'Last', End: true }] },
      '/States/First/Catch/0',
    ],
    [
      'an intrinsic function',
      { ...task, Parameters: { a: { 'b.$': 'States.UUID()' } } },
      '/States/First/Parameters/a/b.$',
    ],
    [
      'a path with a wildcard',
      { ...task, Parameters: { a: [{ 'b.$': '$.x[*]' }] } },
      '/States/First/Parameters/a/0/b.$',
    ],
    ['an index where a result is put', { ...task, ResultPath: '$.x[0]' }, '/States/First/ResultPath'],
    ['another field of the context', { ...task, InputPath: '$$.State.Name' }, '/States/First/InputPath'],
    ['a result path into the context', { ...task, ResultPath: '$$.Execution.Id' }, '/States/First/ResultPath'],
    ['an operator', choice({ Variable: '$.a', StringGreaterThan: 'a*' }), '/States/First/Choices/0'],
    ['two operators', choice({ Variable: '$.a', IsNull: true, StringEquals: 'a' }), '/States/First/Choices/0'],
    ['a nested operator', choice({ Not: { Variable: '$.a', IsString: true } }), '/States/First/Choices/0/Not'],
    ['an empty combination', choice({ And: [] }), '/States/First/Choices/0/And'],
    ['a wait for a date', { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', Next: 'Last' }, '/States/First'],
    ['no way on', { Type: 'Task', Resource: 'scan' }, '/States/First'],
    ['two ways on', { ...task, End: true }, '/States/First'],
    ['a way to nowhere', { ...task, Next: 'Nowhere' }, '/States/First/Next'],
    [
      'a default to nowhere',
      { ...choice({ Variable: '$.a', IsPresent: true }), Default: 'Nowhere' },
      '/States/First/Default',
    ],
    ['a catcher to nowhere', { ...task, Catch: [{ ErrorEquals: ['A'], Next: 'X' }] }, '/States/First/Catch/0/Next'],
  ])('is refused for %s, at its place', (_what, state, place) => {
    expect(placesOf(machineOf(state)).map((text) => text.split(':')[0])).toContain(place);
  });

  it('is refused for fields at its top, and a start at nowhere', () => {
    expect(placesOf('{"StartAt":"A","States":{},"ProcessorConfig":{}}')).toHaveLength(1);
    expect(placesOf('{"StartAt":"A","States":{}}')).toEqual(['/StartAt: there is no state A']);
    expect(placesOf('no JSON')).toHaveLength(1);
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform's placeholders look the same
  it('has its placeholders filled in as Terraform would', () => {
    const text = machineOf({ ...task, Resource: '${ScanArn}', Comment: 'costs $${price}, %%{if}' });
    const machine = loadStateMachine(text, { ScanArn: 'arn:aws:lambda:x' });
    expect(machine.States['First']).toMatchObject({ Resource: 'arn:aws:lambda:x', Comment: 'costs ${price}, %{if}' });
    expect(() => loadStateMachine(text, {})).toThrow('no value for ${ScanArn}');
    expect(() => loadStateMachine(text, { scanarn: 'x' })).toThrow(InvalidInputError);
    expect(() => loadStateMachine('%{ if true }', {})).toThrow(InvalidInputError);
    expect(() => loadStateMachine('${upper(toString)}', {})).toThrow(InvalidInputError);
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
});
