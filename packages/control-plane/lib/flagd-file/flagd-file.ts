import { flagKeySchema, MAX_DOCUMENT_BYTES } from '@flaghoist/core/envelope';
import { lettersOf } from '@flaghoist/core/facts';
import { isObject, type JsonObject, own } from '@flaghoist/core/json';
import type { Violation } from '@flaghoist/core/proposal';
import { pointerTo, show } from '@flaghoist/rules/pointer';
import * as z from 'zod';
import { referencesIn, usedEvaluators } from './used-evaluators.ts';

/** A file as flagd reads it: flags by key, or in a list as its daemon takes them too. */
export const flagdFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    flags: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
    $evaluators: z.record(z.string(), z.unknown()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'FlagdFile' });

export type FlagdFile = z.output<typeof flagdFileSchema>;

/** One flag of a file, with what it has from the file around it. */
export interface FlagOfFile {
  readonly flagKey: string;
  /** JSON Pointer into the file. */
  readonly at: string;
  readonly document: JsonObject;
  /** Its own metadata, and that of the file where it says nothing else. */
  readonly metadata: JsonObject;
  /** What its envelope keeps of the file, so that an export gives it back; empty for a file of flags alone. */
  readonly source: JsonObject;
}

/** What is wrong with a file before any rule is asked, by pointers into the file. */
export type FileProblem = Violation & { readonly flagKey: string };

export interface FlagsOfFile {
  readonly flags: readonly FlagOfFile[];
  readonly problems: readonly FileProblem[];
}

interface Entry {
  readonly flagKey: string;
  readonly at: string;
  readonly definition: unknown;
}

/**
 * The flags of a file. Evaluators that no flag uses are kept with the first one by key: an export gives them back. Each evaluator
 * is looked through once, however many flags use it; of a file with one that is too large no flag is looked at.
 */
export const flagsOf = (file: FlagdFile): FlagsOfFile => {
  const entries = entriesOf(file.flags);
  const formFaults = entries.map(problemsOf);
  const evaluators = file.$evaluators ?? {};
  const large = Object.entries(evaluators).flatMap(tooLarge);
  const problems = [...formFaults.flat(), ...alike(entries), ...large];
  if (large.length > 0) return { flags: [], problems };
  const known = new Map(
    Object.entries(evaluators).map(([name, value]) => [name, { value, references: referencesIn(value) }]),
  );
  const sound = entries.filter((_, index) => formFaults[index]?.length === 0);
  const used = sound.map(({ definition }) => usedIn(definition, known));
  const everUsed = new Set(used.flatMap((names) => [...names]));
  const unused = Object.keys(evaluators).filter((name) => !everUsed.has(name));
  const first = sound.reduce<string | undefined>(
    (least, { flagKey }) => (least === undefined || flagKey < least ? flagKey : least),
    undefined,
  );
  const flags = sound.map(({ flagKey, at, definition }, index): FlagOfFile => {
    const document = definition as JsonObject;
    const own = isObject(document['metadata']) ? document['metadata'] : {};
    const names = [...(used[index] ?? []), ...(flagKey === first ? unused : [])];
    return { flagKey, at, document, metadata: { ...file.metadata, ...own }, source: sourceOf(file, names) };
  });
  return { flags, problems };
};

type Known = ReadonlyMap<string, { readonly value: unknown; readonly references: ReadonlySet<string> }>;

const usedIn = (definition: unknown, known: Known): ReadonlySet<string> =>
  new Set(usedEvaluators(isObject(definition) ? definition['targeting'] : undefined, (name) => known.get(name)).keys());

/** It becomes a part of each flag that uses it. */
const tooLarge = ([name, value]: readonly [string, unknown]): readonly FileProblem[] => {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= MAX_DOCUMENT_BYTES) return [];
  return [
    problem({ flagKey: '', at: pointerTo('$evaluators', name), definition: value }, [
      'FH-LIMIT-02',
      `The evaluator has ${bytes} bytes; at most ${MAX_DOCUMENT_BYTES} are allowed.`,
      'Make it smaller: each flag that uses it carries it.',
    ]),
  ];
};

const sourceOf = ({ $evaluators = {}, metadata, $schema }: FlagdFile, names: readonly string[]): JsonObject => ({
  ...(names.length === 0 ? {} : { $evaluators: Object.fromEntries(names.map((name) => [name, $evaluators[name]])) }),
  ...(metadata === undefined ? {} : { metadata }),
  ...($schema === undefined ? {} : { $schema }),
});

const entriesOf = (flags: FlagdFile['flags']): readonly Entry[] =>
  Array.isArray(flags)
    ? flags.map((flag, index) => {
        const at = pointerTo('flags', index);
        if (!isObject(flag)) return { flagKey: '', at, definition: flag };
        const { key, ...definition } = flag;
        return { flagKey: typeof key === 'string' ? key : '', at, definition };
      })
    : Object.entries(flags).map(([flagKey, definition]) => ({ flagKey, at: pointerTo('flags', flagKey), definition }));

const problem = (
  { flagKey, at: pointer }: Entry,
  [ruleId, message, hint]: readonly [string, string, string],
): FileProblem => ({ flagKey, ruleId, severity: 'error', pointer, message, hint });

const problemsOf = (entry: Entry): readonly FileProblem[] => {
  const { flagKey, definition } = entry;
  if (!isObject(definition))
    return [
      problem(entry, [
        'FH-DOC-02',
        `The flag is ${show(definition)}; expected a flagd flag definition.`,
        'Give an object with state, variants and defaultVariant.',
      ]),
    ];
  const key = flagKeySchema.safeParse(flagKey);
  if (key.success) return [];
  return [
    problem(entry, [
      'FH-KEY-01',
      `The key ${show(flagKey)} ${key.error.issues[0]?.message ?? 'is none'}.`,
      'Choose such a key; in a list of flags each has it as its member key.',
    ]),
  ];
};

/** Keys that are there twice, or that a reader takes for one another: the second one would be refused once the first is accepted. */
const alike = (entries: readonly Entry[]): readonly FileProblem[] => {
  const seen = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    const letters = lettersOf(entry.flagKey);
    const first = seen.get(letters);
    if (entry.flagKey === '' || first === undefined) {
      seen.set(letters, entry);
      return [];
    }
    const twice = first.flagKey === entry.flagKey;
    return [
      twice
        ? problem(entry, [
            'FH-FILE-01',
            `The key ${show(entry.flagKey)} is at ${first.at} too.`,
            'Keep one of the two.',
          ])
        : problem(entry, [
            'FH-KEY-14',
            `The key ${show(entry.flagKey)} is read as ${show(first.flagKey)} at ${first.at}; expected other words.`,
            'Use one flag, or choose other words.',
          ]),
    ];
  });
};

/** Where a pointer into the envelope of a flag leads in its file. */
export const placeInFile = ({ at, document, metadata }: FlagOfFile, pointer: string): string => {
  const [, part = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(pointer) ?? [];
  const inMetadata = (name: string): string =>
    memberHas(document['metadata'], name) ? `${at}${pointerTo('metadata', name)}` : pointerTo('metadata', name);
  if (part === 'document') return at + rest;
  if (part === 'source') return rest;
  if ((part === 'offVariant' || part === 'owner') && own(metadata, part) !== undefined) return inMetadata(part);
  return part === 'offVariant' ? `${at}/variants` : at;
};

const memberHas = (value: unknown, name: string): boolean => isObject(value) && Object.hasOwn(value, name);
