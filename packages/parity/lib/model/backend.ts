import { type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import type { Tree } from '@flaghoist/plan-reading/tree';

/** An environment's file for `terraform init -backend-config`, and those of all environments. */
export interface Backend {
  readonly text: string;
  readonly ofAll: readonly string[];
}

const SETTING = /^([\w.-]+)\s*=\s*(.+)$/;

/** What of a line is no text and no comment: brackets count only there. */
const bare = (line: string): string => line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').replace(/(#|\/\/).*$/, '');

const depthOf = (line: string): number =>
  [...bare(line)].reduce((sum, sign) => sum + Number('{[('.includes(sign)) - Number('}])'.includes(sign)), 0);

/** Each setting with its value, on one line. A list or a map goes on to its closing bracket. */
const settingsIn = (text: string): readonly (readonly [name: string, value: string])[] => {
  const found: [name: string, value: string][] = [];
  let depth = 0;
  for (const line of text.split('\n').map((each) => each.trim())) {
    const last = found.at(-1);
    if (depth > 0 && last !== undefined) last[1] += ` ${line}`;
    else {
      const [, name, value = ''] = SETTING.exec(line) ?? [];
      if (name === undefined) continue;
      found.push([name, value]);
    }
    depth = Math.max(0, depth + depthOf(line));
  }
  return found;
};

/** The settings of an environment's file. One that stands in all files alike is no environment's own. */
export const backendSettings = (
  { text, ofAll }: Backend,
  normalise: Normalise,
): readonly (readonly [string, Tree])[] => {
  const others = ofAll.map((each) => new Set(settingsIn(each).map((setting) => setting.join('='))));
  return settingsIn(text).map(([name, value]) => {
    const isShared = others.every((each) => each.has(`${name}=${value}`));
    return [`backend.${name}`, normaliseValue(value, {}, isShared ? (each) => each : normalise)];
  });
};
