import { exampleEnvelope, withDocument } from '../../lib/examples/envelope.ts';
import { validateStanding } from '../../lib/standing.ts';
import { negatives } from './negatives.ts';
import { positives, type Sample } from './positives.ts';

const secretRules: readonly string[] = ['FH-SAFE-07', 'FH-SAFE-08', 'FH-SAFE-09'];

/** The rules about secrets that a text breaks as a value, under its name. */
const brokenBy = ({ text, name }: Sample): readonly string[] => {
  const envelope = exampleEnvelope(withDocument({ variants: { on: { [name]: text }, off: { [name]: '-' } } }));
  return validateStanding(envelope)
    .violations.map(({ ruleId }) => ruleId)
    .filter((id) => secretRules.includes(id));
};

export interface SecretsReport {
  readonly positives: number;
  readonly negatives: number;
  /** The share of secrets that is found, and of what is none that is taken for one, also where it is only a warning. */
  readonly recall: number;
  readonly falseAlarms: number;
  readonly missed: readonly string[];
  readonly alarms: readonly string[];
}

const described = ({ what, text }: Sample): string => `${what}: ${text.slice(0, 60)}`;

export const measureSecrets = (): SecretsReport => {
  const [secrets, others] = [positives(), negatives()];
  const missed = secrets.filter((sample) => brokenBy(sample).length === 0);
  const alarms = others.filter((sample) => brokenBy(sample).length > 0);
  return {
    positives: secrets.length,
    negatives: others.length,
    recall: 1 - missed.length / secrets.length,
    falseAlarms: alarms.length / others.length,
    missed: missed.map(described),
    alarms: alarms.map((sample) => `${brokenBy(sample).join(', ')} ${described(sample)}`),
  };
};
