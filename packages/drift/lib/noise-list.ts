import { readChecked } from '@flaghoist/fleet/read-file';
import { type AttributeNoise, driftNoiseKind, type Noise } from '@flaghoist/fleet/reviewed-lists';
import { escaped, pathSource } from '@flaghoist/plan-reading/path-pattern';
import type { DriftClass } from './classify.ts';

export type NoiseEntry = Noise & {
  /** Where it stands in the file, from 1. */
  readonly line: number;
};

interface Found {
  readonly type: string;
  readonly address: string;
  readonly path: string;
  readonly class: DriftClass;
  /** The value of now, as JSON. */
  readonly now: string;
}

export interface NoiseList {
  readonly file: string;
  readonly entries: readonly NoiseEntry[];
}

/**
 * Reads `drift-noise.yaml`.
 *
 * @param file its name, as the reader of an error knows it
 * @throws InvalidFileError naming line and rule of everything that does not fit
 */
export const parseNoiseList = (text: string, file: string): NoiseList => {
  const { value, positionOf } = readChecked(driftNoiseKind, file, text);
  const entries = value.noise.map((entry, index) => ({ ...entry, line: positionOf(['noise', index]).line }));
  return { file, entries };
};

export const NO_NOISE: NoiseList = { file: '', entries: [] };

const glob = (pattern: string): RegExp => new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`);

const pathPattern = (pattern: string): RegExp => new RegExp(`^${pathSource(pattern, '\\[[^\\]]*\\]')}(?:[.[]|$)`);

const isWithin = ({ min, max }: AttributeNoise, now: string): boolean =>
  (min === undefined || Number(now) >= min) && (max === undefined || Number(now) <= max);

/** Whether an entry is about this part of this resource. That one is expired does not count here. */
export const isNoise = (entry: NoiseEntry, { type, address, path, class: kind, now }: Found): boolean =>
  !('arn' in entry) &&
  kind !== 'pending' &&
  entry.type === type &&
  (entry.class === 'any' || kind === 'state-only') &&
  !path.startsWith('#') &&
  (entry.address === undefined || glob(entry.address).test(address)) &&
  pathPattern(entry.attribute).test(path) &&
  isWithin(entry, now);

/** Whether an entry is about this resource that no state has. */
export const isUnmanagedNoise = (entry: NoiseEntry, arn: string): boolean =>
  'arn' in entry && glob(entry.arn).test(arn);

/** What an entry is about, for people. */
export const noiseSubject = (entry: NoiseEntry): string =>
  'arn' in entry
    ? entry.arn
    : `${entry.type}.${entry.attribute}${entry.address === undefined ? '' : ` of ${entry.address}`}`;
