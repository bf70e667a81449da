import { isObject } from '@flaghoist/core/json';
import { parseAddress } from '@flaghoist/plan-reading/address';
import { escaped } from '@flaghoist/plan-reading/path-pattern';
import type { StateResource } from '@flaghoist/plan-reading/plan-schema';
import { CHOSEN } from './chosen-attributes.ts';

/** What only AWS can have thought of: long hexadecimal or upper-case words, and long numbers that are no account. */
const RANDOM = /[0-9a-f]{8,}|[0-9A-Z]{13,}|\d{13,}|:secret:.*-[A-Za-z0-9]{6}$|:task-definition\/.*:\d+$/;

/** Attributes by which a resource names itself or what came with it. */
const OWN =
  /^(key_id|unique_id|cluster_resource_id|dbi_resource_id|default_.*_id|allocation_id|security_group_rule_id|arn_suffix|arn_without_revision)$/;

/** Shorter texts stand in others by chance. */
const SHORTEST = 10;

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
};

const label = (address: string, attribute: string): string => {
  const { group, keys } = parseAddress(address);
  return `\uE000${attribute} of ${group}${keys.map((key) => `[${key}]`).join('')}\uE001`;
};

/**
 * Replaces each id that AWS made by the address of what it is of. The id of a resource may stand in any other one, as a part
 * of a text too; whose it is, is what has to be the same.
 */
export const createIdLabels = (
  resources: readonly StateResource[],
  meaning: (text: string) => string,
): ((text: string) => string) => {
  const labels = new Map<string, string>();
  // The first that has a value has made it: `id` and `arn` before what refers to others.
  const add = (only: (name: string) => boolean): void => {
    for (const { address, values } of resources) {
      for (const [name, value] of Object.entries(values)) {
        if (typeof value !== 'string' || !only(name) || !RANDOM.test(meaning(value)) || labels.has(value)) continue;
        labels.set(value, label(meaning(address), name));
      }
    }
  };
  add((name) => name === 'id');
  add((name) => name === 'arn');
  add((name) => OWN.test(name));
  // What AWS chose for one may stand in others, as a host's name does.
  for (const { address, type, values } of resources) {
    for (const name of CHOSEN[type] ?? []) {
      for (const text of textsIn(values[name])) {
        if (text.length >= SHORTEST && /[.:]|[0-9a-f]{8,}/.test(text) && !labels.has(text))
          labels.set(text, label(meaning(address), name));
      }
    }
  }
  if (labels.size === 0) return (text) => text;
  const ids = [...labels.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${ids.map(escaped).join('|')})(?![A-Za-z0-9])`, 'g');
  return (text) => text.replace(pattern, (id) => labels.get(id) ?? id);
};
