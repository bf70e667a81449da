import type * as z from 'zod/mini';
import type { environmentsKind } from './environments.ts';
import type { peopleKind, policyKind, releasedKind, topologyKind, waiversKind } from './kinds.ts';
import type { CheckedFile, Kind } from './read-file.ts';
import type { remediationKind } from './remediation.ts';
import type { checkovKind, driftNoiseKind, parityKind } from './reviewed-lists.ts';

type FileOf<K> = K extends Kind<infer T> ? CheckedFile<z.output<T>> : never;

/** All that a company edits, each file checked by itself. */
export interface Fleet {
  readonly topology: FileOf<typeof topologyKind>;
  readonly environments: FileOf<typeof environmentsKind>;
  readonly people: FileOf<typeof peopleKind>;
  readonly waivers: FileOf<typeof waiversKind>;
  /** By name and version, such as `default.v1`. */
  readonly policies: ReadonlyMap<string, FileOf<typeof policyKind>>;
  readonly released: FileOf<typeof releasedKind>;
  readonly parity: FileOf<typeof parityKind>;
  readonly driftNoise: FileOf<typeof driftNoiseKind>;
  readonly checkovExceptions: FileOf<typeof checkovKind>;
  readonly remediation: FileOf<typeof remediationKind>;
}
