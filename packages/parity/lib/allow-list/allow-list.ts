import { readChecked } from '@flaghoist/fleet/read-file';
import { type Allowed, parityKind } from '@flaghoist/fleet/reviewed-lists';
import { escaped } from '@flaghoist/plan-reading/path-pattern';
import { createPathPattern } from './path-pattern.ts';

export interface AllowedEntry extends Allowed {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly covers: (path: string) => boolean;
  /** Whether it is about an instance, which has its keys in brackets and quotes. */
  readonly isAbout: (instance: string) => boolean;
}

export interface AllowList {
  readonly entries: readonly AllowedEntry[];
  readonly text: string;
}

const KEY = /\["((?:[^"\\]|\\.)*)"\]/g;

const aboutInstances = (pattern: string | undefined): ((instance: string) => boolean) => {
  if (pattern === undefined) return () => true;
  const wanted = new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`);
  return (instance) => [...instance.matchAll(KEY)].some(([, key = '']) => wanted.test(key));
};

/**
 * Reads `parity.yaml`.
 *
 * @param file its name, as the reader of an error knows it
 * @throws InvalidFileError naming line, rule and way out of everything that does not fit
 */
export const parseAllowList = (text: string, file: string): AllowList => {
  const { value, positionOf } = readChecked(parityKind, file, text);
  const entries = value.allowed.map((entry, index) => ({
    ...entry,
    line: positionOf(['allowed', index]).line,
    covers: createPathPattern(entry.path),
    isAbout: aboutInstances(entry.instance),
  }));
  return { entries, text };
};
