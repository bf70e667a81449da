import { isObject, own } from '@flaghoist/core/json';
import { misspelt } from '@flaghoist/rules/misspelt';
import { pointerTo, show } from '@flaghoist/rules/pointer';
import type { FileFinding, FileKind } from './flag-in-file.ts';
import type { Part } from './input/parts.ts';

export type Members = Readonly<Record<string, unknown>>;

export interface FlagEntry {
  readonly key: string;
  readonly document: unknown;
  /** JSON Pointer into the part. */
  readonly at: string;
}

/** Flags that share evaluators and metadata: a flagd file, or one resource of Kubernetes. */
export interface FlagSet {
  readonly kind: FileKind;
  readonly part: Part;
  /** Where it is in the part. */
  readonly at: string;
  readonly flags: readonly FlagEntry[];
  readonly evaluators: Members;
  readonly metadata: unknown;
  readonly findings: readonly FileFinding[];
}

const nothing: Members = {};

/** The sets of flags in a document; empty when it is of another kind. */
export const flagSetsIn = (part: Part): readonly FlagSet[] => setsIn(part, part.value, '');

const setsIn = (part: Part, value: unknown, at: string): readonly FlagSet[] => {
  if (!isObject(value)) return [];
  const kind = own(value, 'kind');
  if (typeof own(value, 'apiVersion') === 'string' && typeof kind === 'string')
    return inResource(part, value, at, kind);
  return Object.hasOwn(value, 'flags') ? [setOf(part, value, at, 'flagd file')] : [];
};

const inResource = (part: Part, value: Members, at: string, kind: string): readonly FlagSet[] => {
  if (kind === 'List') {
    const items = own(value, 'items');
    return Array.isArray(items)
      ? items.flatMap((item, index) => setsIn(part, item, `${at}${pointerTo('items', index)}`))
      : [];
  }
  const spec = own(value, 'spec');
  if (!/^FeatureFlag(Configuration)?$/.test(kind) || !isObject(spec)) return [];
  const flagSpec = own(spec, 'flagSpec');
  if (isObject(flagSpec)) return [setOf(part, flagSpec, `${at}/spec/flagSpec`, 'Kubernetes FeatureFlag')];
  // v1alpha1 had the file as text.
  const asText = parsed(own(spec, 'featureFlagSpec'));
  return isObject(asText) ? [setOf(part, asText, `${at}/spec/featureFlagSpec`, 'Kubernetes FeatureFlag')] : [];
};

const parsed = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : text;
  } catch {
    return undefined;
  }
};

const setOf = (part: Part, value: Members, at: string, kind: FileKind): FlagSet => {
  const flags = own(value, 'flags');
  const evaluators = own(value, '$evaluators');
  return {
    kind,
    part,
    at,
    flags: entriesOf(flags, at),
    evaluators: isObject(evaluators) ? evaluators : nothing,
    metadata: own(value, 'metadata'),
    findings: [
      ...strangersIn(part, value, at),
      ...formFaults(part, value, at),
      ...(kind === 'Kubernetes FeatureFlag' ? booleansIn(part, at) : []),
    ],
  };
};

/** kubectl reads YAML 1.1: there the variants on and off are called true and false. */
const booleansIn = (part: Part, at: string): readonly FileFinding[] => {
  const below = (part.booleansOfYaml11?.() ?? []).filter((pointer) => pointer.startsWith(`${at}/`));
  return below.map((pointer) => ({
    part,
    pointer,
    flagKey: '',
    violation: {
      ruleId: 'FH-FILE-04',
      severity: 'error',
      message: 'A word without quotes stands here that kubectl takes for true or false; expected a text in quotes.',
      hint: 'Put it into quotes: "on", "off", "yes", "no", "y", "n".',
    },
  }));
};

/** flagd takes flags by their keys, and its daemon also a list of flags that have their key. */
const entriesOf = (flags: unknown, at: string): readonly FlagEntry[] => {
  if (isObject(flags)) {
    return Object.entries(flags).map(([key, document]) => ({ key, document, at: at + pointerTo('flags', key) }));
  }
  if (!Array.isArray(flags)) return [];
  return flags.flatMap((flag, index) => {
    const key = isObject(flag) ? own(flag, 'key') : undefined;
    if (typeof key !== 'string' || key === '') return [];
    const { key: _key, ...document } = flag;
    return [{ key, document, at: at + pointerTo('flags', index) }];
  });
};

const known = ['flags', '$evaluators', 'metadata', '$schema'];

const strangersIn = (part: Part, value: Members, at: string): readonly FileFinding[] => {
  const names = Object.keys(value);
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      // Also beside the right one: flags under a misspelt name are flags that nobody gets.
      const meant = misspelt(name, known, []);
      const violation =
        meant === undefined
          ? {
              ruleId: 'FH-DOC-15',
              severity: 'warning' as const,
              message: `flagd knows no member ${show(name)} of a file and drops it; expected ${known.join(', ')}.`,
              hint: 'Move what is yours into metadata, or leave it out.',
            }
          : {
              ruleId: 'FH-DOC-05',
              severity: 'error' as const,
              message: `flagd knows no member ${show(name)} of a file; expected ${show(meant)}, of which it may be a misspelling.`,
              hint: `Write ${meant}, or choose a name that is less like it.`,
            };
      return { part, pointer: at + pointerTo(name), flagKey: '', violation };
    });
};

const formFaults = (part: Part, value: Members, at: string): readonly FileFinding[] => {
  const fault = (pointer: string, message: string, hint: string): FileFinding => ({
    part,
    pointer: at + pointer,
    flagKey: '',
    violation: { ruleId: 'FH-DOC-02', severity: 'error', message, hint },
  });
  const flags = own(value, 'flags');
  const evaluators = own(value, '$evaluators');
  const faults =
    evaluators === undefined || isObject(evaluators)
      ? []
      : [
          fault(
            '/$evaluators',
            `The shared evaluators are ${show(evaluators)}; expected an object.`,
            'Give rules by their names.',
          ),
        ];
  if (isObject(flags)) return faults;
  if (!Array.isArray(flags)) {
    return [
      ...faults,
      fault('/flags', `The flags are ${show(flags)}; expected an object.`, 'Give flags by their keys.'),
    ];
  }
  const keyless = flags.flatMap((flag, index) => {
    const key = isObject(flag) ? own(flag, 'key') : undefined;
    if (typeof key === 'string' && key !== '') return [];
    const found = isObject(flag) ? `The flag’s key is ${show(key)}` : `The flag is ${show(flag)}`;
    return [
      fault(
        pointerTo('flags', index),
        `${found}; expected a definition with its key.`,
        'Give each flag of a list its key.',
      ),
    ];
  });
  return [...faults, ...keyless];
};
