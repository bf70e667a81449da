import { type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import type { Tree } from '@flaghoist/plan-reading/tree';

/** An environment's file for `terraform init -backend-config`, and those of all environments. */
export interface Backend {
  readonly text: string;
  readonly ofAll: readonly string[];
}

const SETTING = /^\s*([\w.-]+)\s*=\s*(.*\S)\s*$/gm;

const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => line.trim());

/** The settings of an environment's file, a line each. A line that stands in all files is no environment's own. */
export const backendSettings = (
  { text, ofAll }: Backend,
  normalise: Normalise,
): readonly (readonly [string, Tree])[] => {
  const shared = new Set(linesOf(text).filter((line) => ofAll.every((each) => linesOf(each).includes(line))));
  return [...text.matchAll(SETTING)].map(([line, name = '', value = '']) => [
    `backend.${name}`,
    normaliseValue(value, {}, shared.has(line.trim()) ? (each) => each : normalise),
  ]);
};
