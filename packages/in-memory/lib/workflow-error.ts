import { FlaghoistError } from '@flaghoist/core/errors';

/** An error in the words of the States Language: a name that retriers and catchers match, and a cause. */
export class WorkflowError extends FlaghoistError {
  readonly code = 'FH_WORKFLOW_FAILED';
  readonly error: string;
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`, {
      hint: 'Correct the state machine or its input: the States Language documents the name of the error.',
      retryable: false,
    });
    this.error = error;
    this.causeText = causeText;
  }
}

/** What a function threw, as Lambda reports it: the error's name, and its message as JSON. */
export const functionError = (thrown: unknown): WorkflowError => {
  if (thrown instanceof WorkflowError) return thrown;
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new WorkflowError(name, JSON.stringify({ errorType: name, errorMessage: message }));
};

/** Errors of the machine itself, which `States.ALL` does not catch. */
const UNCAUGHT_BY_ALL = ['States.Runtime', 'States.DataLimitExceeded'];

export const isMatched = ({ error }: WorkflowError, errorEquals: readonly string[]): boolean =>
  errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return !UNCAUGHT_BY_ALL.includes(error);
    return name === 'States.TaskFailed' && !error.startsWith('States.');
  });
