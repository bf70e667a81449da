import { hash } from 'node:crypto';
import { isObject, type JsonObject, memberOf } from '@flaghoist/core/json';
import { type CompletePlan, sensitiveInputs, stateResources, variablesOf } from '@flaghoist/plan-reading/plan';
import type { StateResource } from '@flaghoist/plan-reading/plan-schema';

/** What a digest was made from: found by making it again, so it is certain. */
export interface Digest {
  /** Terraform's name of the function: `sha1`, `base64sha256`. */
  readonly by: string;
  readonly text: string;
  /** Whether the text is marked sensitive somewhere. */
  readonly isSecret: boolean;
}

interface Algorithm {
  readonly by: string;
  readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512';
  readonly encoding: 'hex' | 'base64';
}

/** By the length of what it makes. */
const ALGORITHMS: Readonly<Record<number, Algorithm>> = {
  32: { by: 'md5', algorithm: 'md5', encoding: 'hex' },
  40: { by: 'sha1', algorithm: 'sha1', encoding: 'hex' },
  44: { by: 'base64sha256', algorithm: 'sha256', encoding: 'base64' },
  64: { by: 'sha256', algorithm: 'sha256', encoding: 'hex' },
  88: { by: 'base64sha512', algorithm: 'sha512', encoding: 'base64' },
  128: { by: 'sha512', algorithm: 'sha512', encoding: 'hex' },
};

/** In hexadecimal digits, as a word of its own. */
export const HEX_DIGEST = /(?<![A-Za-z0-9])(?:[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![A-Za-z0-9])/g;
const BASE64_DIGEST = /^(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)$/;

const digestsIn = (text: string): readonly string[] =>
  BASE64_DIGEST.test(text) ? [text] : (text.match(HEX_DIGEST) ?? []);

/** Texts, and whether they are marked sensitive somewhere. */
type Texts = Map<string, boolean>;

const addTexts = (value: unknown, marks: unknown, texts: Texts): void => {
  if (typeof value === 'string') texts.set(value, marks === true || texts.get(value) === true);
  else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      addTexts(each, marks === true || (Array.isArray(marks) && marks[index]), texts);
    }
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) addTexts(value[key], marks === true || memberOf(marks, key), texts);
  }
};

/** All that an environment says: what its digests may be made from. */
export interface Said {
  readonly changes?: CompletePlan['resource_changes'] | undefined;
  readonly resources: readonly StateResource[];
  readonly inputs: JsonObject;
  readonly secretInputs: ReadonlySet<string>;
}

/** What a plan says, values of the sources' expressions too, where it was asked for them. */
export const saidBy = (plan: CompletePlan): Said => ({
  changes: plan.resource_changes,
  resources: stateResources(plan, 'data'),
  inputs: variablesOf(plan),
  secretInputs: sensitiveInputs(plan.configuration.root_module),
});

const textsOf = ({ changes = [], resources, inputs, secretInputs }: Said): Texts => {
  const texts: Texts = new Map();
  for (const { change } of changes) addTexts(change.after, change.after_sensitive, texts);
  for (const { values, sensitive_values: marks } of resources) addTexts(values, marks, texts);
  for (const [name, value] of Object.entries(inputs)) addTexts(value, secretInputs.has(name), texts);
  return texts;
};

/** A path as sources write it: `./templates/dev.json`. */
const PATH = /^[\w.-][\w./ -]*\/[\w. -]+\.\w+$/;

/**
 * What the digests of each environment were made from, where one of its own texts, or a file that one of them names, makes the
 * very same digest. Those that all environments have need no reason.
 *
 * @param fileAt the text of a file by its path as Terraform has it
 * @returns by the digests, for each environment in their order
 */
export const findDigests = (
  environments: readonly Said[],
  fileAt: (path: string) => string | undefined = () => undefined,
): readonly ReadonlyMap<string, Digest>[] => {
  const texts = environments.map(textsOf);
  const present = texts.map((each) => new Set([...each.keys()].flatMap(digestsIn)));
  return texts.map((own, environment) => {
    const wanted = new Set([...(present[environment] ?? [])].filter((each) => !present.every((all) => all.has(each))));
    const algorithms = [...new Set([...wanted].map(({ length }) => length))].flatMap(
      (length) => ALGORITHMS[length] ?? [],
    );
    const found = new Map<string, Digest>();
    if (algorithms.length === 0) return found;
    const look = (text: string, isSecret: boolean): void => {
      for (const { by, algorithm, encoding } of algorithms) {
        const digest = hash(algorithm, text, encoding);
        if (!wanted.has(digest)) continue;
        // The same text may stand in several places: what is secret in one is secret.
        found.set(digest, { by, text, isSecret: isSecret || found.get(digest)?.isSecret === true });
      }
    };
    for (const [text, isSecret] of own) {
      look(text, isSecret);
      const file = PATH.test(text) ? fileAt(text) : undefined;
      if (file !== undefined) look(file, isSecret || own.get(file) === true);
    }
    return found;
  });
};
