import { ToolMissingError } from './errors.ts';
import { leftOut, mayLeaveOut } from './missing-tool.ts';
import type { Variables } from './run-program.ts';

export interface Suite<Tool> {
  /** jest's own, or those that skip. */
  readonly describe: typeof describe;
  readonly it: typeof it;
  /** The tool. Tests that run may call it. */
  readonly tool: () => Tool;
}

/**
 * The one rule about what a test file needs and a machine may lack: where CI is set, each of its tests fails and says what is
 * missing; elsewhere they are skipped, and the reason is printed.
 * @param find looks for the tool @throws {ToolMissingError} when it is not there
 */
export const needs = <Tool>(find: () => Tool, variables: Variables): Suite<Tool> => {
  try {
    const found = find();
    return { describe, it, tool: () => found };
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    const tool = () => {
      throw error;
    };
    if (!mayLeaveOut(variables)) {
      beforeEach(() => {
        throw new Error(`${error.message}. ${error.hint}`);
      });
      return { describe, it, tool };
    }
    process.stderr.write(`${leftOut(String(expect.getState().testPath), error)}\n`);
    return { describe: describe.skip as typeof describe, it: it.skip as typeof it, tool };
  }
};
