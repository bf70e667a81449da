import { isObject } from '@flaghoist/core/json';

/** What a state machine's paths may say here: `$`, `$.a.b`, `$.a[0].b` where it is read, and two fields of the context object. */
const READ_PATH = /^\$(\.[A-Za-z_][A-Za-z0-9_]*(\[(0|[1-9]\d*)\])*)*$/;
const INPUT_PATH = /^\$(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const CONTEXT_PATHS = ['$$.Execution.Id', '$$.Execution.StartTime'];

export const isInputPath = (path: string): boolean => INPUT_PATH.test(path);
export const isPath = (path: string): boolean => READ_PATH.test(path) || CONTEXT_PATHS.includes(path);

/** What `$$` refers to. */
export interface WorkflowContext {
  readonly Execution: { readonly Id: string; readonly StartTime: string };
}

/** The value at a path, or `undefined` when there is none. */
export const valueAt = (path: string, input: unknown, context: WorkflowContext): unknown => {
  const [root, ...fields] = path.split('.');
  let value: unknown = root === '$$' ? context : input;
  for (const part of fields) {
    const [field = '', ...indices] = part.replaceAll(']', '').split('[');
    if (!isObject(value) || !Object.hasOwn(value, field)) return undefined;
    value = value[field];
    for (const index of indices) value = Array.isArray(value) ? value[Number(index)] : undefined;
  }
  return value;
};

/**
 * The input with a value put at an input path, making objects on the way.
 *
 * @returns `undefined` when something on the way is no object
 */
export const withValueAt = (path: string, input: unknown, value: unknown): unknown => {
  const [, ...fields] = path.split('.');
  return put(fields, input, value);
};

const put = ([field, ...rest]: readonly string[], input: unknown, value: unknown): unknown => {
  if (field === undefined) return value;
  if (!isObject(input)) return undefined;
  const inner = rest.length > 0 && !Object.hasOwn(input, field) ? {} : input[field];
  const changed = put(rest, inner, value);
  return changed === undefined ? undefined : { ...input, [field]: changed };
};
