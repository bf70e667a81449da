import { InvalidInputError } from '@flaghoist/core/errors';
import { parseJson } from '@flaghoist/core/parse';
import { type State, type StateMachine, stateMachineSchema } from './states-schema.ts';

const subject = {
  what: 'state machine',
  hint: 'Use only the states and fields that this runner knows, or teach it the new one, with a test.',
};

/**
 * Reads an Amazon States Language file as Terraform's `templatefile` hands it to AWS.
 *
 * @param values what its `${Name}` placeholders stand for
 * @throws InvalidInputError naming every state type, field or path that the runner does not know
 */
export const loadStateMachine = (text: string, values: Readonly<Record<string, string>> = {}): StateMachine => {
  const machine = parseJson(stateMachineSchema, fillTemplate(text, values), subject);
  const missing = transitions(machine).filter(([, target]) => !Object.hasOwn(machine.States, target));
  if (missing.length > 0) {
    const places = missing.map(([place, target]) => `${place}: there is no state ${target}`);
    throw new InvalidInputError(subject.what, places, subject.hint);
  }
  return machine;
};

type Transition = readonly [place: string, target: string];

const transitions = ({ StartAt, States }: StateMachine): readonly Transition[] => [
  ['/StartAt', StartAt],
  ...Object.entries(States).flatMap(([name, state]) =>
    targetsOf(state).map(([place, target]): Transition => [`/States/${name}/${place}`, target]),
  ),
];

const targetsOf = (state: State): readonly Transition[] => {
  const targets: [place: string, target: string | undefined][] = [];
  if ('Next' in state) targets.push(['Next', state.Next]);
  if (state.Type === 'Choice') {
    targets.push(['Default', state.Default]);
    for (const [index, { Next }] of state.Choices.entries()) targets.push([`Choices/${index}/Next`, Next]);
  }
  if (state.Type === 'Task') {
    for (const [index, { Next }] of (state.Catch ?? []).entries()) targets.push([`Catch/${index}/Next`, Next]);
  }
  return targets.flatMap(([place, target]): Transition[] => (target === undefined ? [] : [[place, target]]));
};

const PLACEHOLDER = /\$\$\{|%%\{|\$\{([^}]*)\}|%\{/g;

/** The part of Terraform's templates that state machines need: `${Name}`, and `$${` for a literal one. */
const fillTemplate = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(PLACEHOLDER, (found, name: string | undefined) => {
    if (found === '$${' || found === '%%{') return found.slice(1);
    const value = name === undefined || !Object.hasOwn(values, name) ? undefined : values[name];
    if (value === undefined) {
      throw new InvalidInputError(subject.what, [`no value for ${found}`], 'Name a value for every placeholder.');
    }
    return value;
  });
