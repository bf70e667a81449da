import type { FlagSet } from '../flag-set.ts';
import { PROBE_FLAG } from '../probe.ts';

export interface SetText {
  readonly text: string;
  /** Flags that draw, and are kept from clients that would draw differently. */
  readonly withheld: readonly string[];
}

/**
 * The set in flagd's format. Without metadata of its own: some clients report every flag as changed when that changes.
 *
 * @param maySend whether clients may draw callers by themselves
 */
export const setText = (flags: FlagSet, maySend: boolean): SetText => {
  const withheld: string[] = [];
  const definitions: string[] = [];
  for (const served of flags.all()) {
    // Clients in Go answer a disabled flag with an empty text or 0; one that is not there leaves every client its caller's default.
    if (served.key === PROBE_FLAG) continue;
    if (served.flag.state === 'DISABLED') continue;
    if (served.draws && !maySend) withheld.push(served.key);
    else definitions.push(served.definition);
  }
  // It draws for one caller only, to show how a client draws: whoever draws otherwise must have it all the same.
  return { text: `{"flags":{${[...definitions, flags.probe.definition].join(',')}}}`, withheld };
};
