import type { Position } from '@flaghoist/fleet/invalid-file';
import { readLinedJson } from '@flaghoist/fleet/lined-json';

/** A JSON file whose values can be found again in its text. */
export interface JsonFile {
  readonly text: string;
  readonly value: unknown;
  /** Where a JSON Pointer leads: the value, or what of the way to it exists. */
  positionOf(pointer: string): Position;
}

/** @throws InvalidFileError naming line and column; see `readLinedJson` */
export const readJsonFile = (name: string, text: string): JsonFile => {
  const { value, positionOf } = readLinedJson(name, text);
  return { text, value, positionOf: (pointer) => positionOf(partsOf(pointer)) };
};

const partsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
