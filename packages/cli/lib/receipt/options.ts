import type { ServerOption } from '../client/command.ts';

export interface FetchOptions extends ServerOption {
  readonly out?: string;
}

export interface VerifyOptions extends ServerOption {
  readonly key?: readonly string[];
  /** That it must be of. */
  readonly environment?: string;
}
