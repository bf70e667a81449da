import { join } from 'node:path';
import { pythonProgram } from './python-tools.ts';
import type { Variables } from './run-program.ts';
import { type PythonServer, startPythonServer } from './start-python-server.ts';

/** Python with moto. @throws {ToolMissingError} when it was not installed on this machine */
export const motoPython = (member: string, variables: Variables): string =>
  pythonProgram(member, { tool: 'moto', program: 'python', variables });

/**
 * Starts a DynamoDB of moto on a free port of this machine.
 * @param member the folder `packages/tools`
 * @param python from `motoPython`
 */
export const startDynamo = (member: string, python: string): Promise<PythonServer> =>
  startPythonServer(python, [join(member, 'python', 'dynamo_server.py')]);
