import { MAX_STATES } from './bounds.ts';
import { describeFinding, type Finding, type Model, search } from './search.ts';

/** Every state of this world was looked at, and every promise holds in all of them. */
export const expectClean = <State>(model: Model<State>): void => {
  const { finding, complete, states } = search(model, { maxStates: MAX_STATES });
  if (finding !== undefined) throw new Error(describeFinding(finding));
  if (!complete) throw new Error(`The world has more than ${states} states: make it smaller, or raise MAX_STATES.`);
};

/** The shortest schedule that breaks this promise, in the first of these worlds that has one. */
export const expectFound = <State>(models: readonly Model<State>[], promise: string): Finding => {
  for (const model of models) {
    const { finding } = search(model, { maxStates: MAX_STATES, only: promise });
    if (finding !== undefined) return finding;
  }
  throw new Error(`No world breaks "${promise}": either the mistake is harmless, or the model is blind to it.`);
};
