import type { Normalise } from '@flaghoist/plan-reading/normalise-value';
import { normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import type { Tree } from '@flaghoist/plan-reading/tree';

const SETTING = /^\s*([\w-]+)\s*=\s*(.*\S)\s*$/gm;

/** The settings of a file for `terraform init -backend-config`, a line each. */
export const backendSettings = (text: string | undefined, normalise: Normalise): readonly (readonly [string, Tree])[] =>
  [...(text ?? '').matchAll(SETTING)].map(([, name = '', value = '']) => [
    `backend.${name}`,
    normaliseValue(value, {}, normalise),
  ]);
