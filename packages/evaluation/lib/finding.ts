import type { EvaluationFinding } from '@flaghoist/rules/evaluation-fact';
import { type Place, pointerOf } from '@flaghoist/rules/targeting/place';
import { type Assignment, contextOf } from './context.ts';
import { NOW } from './rule-tree.ts';

const MAX_CONTEXT = 240;

/** A context as it stands in a message; the time by the name that flagd gives it. */
const showContext = (assignment: Assignment): string => {
  const text = JSON.stringify(contextOf(assignment)).replaceAll(`"${NOW}"`, '"$flagd.timestamp"');
  return text.length > MAX_CONTEXT ? `${text.slice(0, MAX_CONTEXT)}…` : text;
};

export const findingAt = (
  kind: EvaluationFinding['kind'],
  place: Place,
  assignment: Assignment,
  says: string,
): EvaluationFinding => ({
  kind,
  pointer: pointerOf(place),
  context: showContext(assignment),
  says: says.slice(0, MAX_CONTEXT),
});
