import { type StartedServer, startServer } from './start-server.ts';

export type PythonServer = StartedServer;

/** Starts a script as `startServer` does, and leaves no compiled files beside it. */
export const startPythonServer = (python: string, args: readonly string[]): Promise<PythonServer> =>
  startServer(python, ['-B', ...args]);
