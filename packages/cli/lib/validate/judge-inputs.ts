import { readFact } from '@flaghoist/rules/evidence';
import type { ReadOptions } from './contents.ts';
import type { FileFinding, FileKind, FlagInFile } from './flag-in-file.ts';
import type { FlagSet } from './flag-set.ts';
import { evaluatorsOf, flagInSet } from './flags-in-set.ts';
import { type Found, type Judgement, judge } from './judge.ts';
import { KeysOnce } from './keys-once.ts';
import type { Input, Inputs } from './read-inputs.ts';
import { Findings } from './same-place.ts';
import { type SharedEvaluators, sharedBy } from './shared-evaluators.ts';
import { judgedInThreads } from './threads.ts';

/** A flag that was judged. */
export interface JudgedFlag {
  readonly file: string;
  readonly flagKey: string;
}

export interface Report {
  readonly files: readonly { readonly file: string; readonly kind: FileKind; readonly flags: number }[];
  readonly judged: readonly JudgedFlag[];
  readonly violations: readonly Found[];
  readonly errors: number;
  /** Those of reviewed exceptions not counted. */
  readonly warnings: number;
  readonly waived: number;
  /** Rules that could not be judged, because what they build on is broken. */
  readonly skipped: readonly string[];
  /** Rules that need facts which no file has. */
  readonly notAsked: readonly string[];
  /** What an approval of the one proposal must name, where it is known what it is for. */
  readonly proposalDigest: string | undefined;
}

/** With fewer flags, threads would take longer to start than to judge them. */
const ENOUGH_FOR_THREADS = 5_000;

interface Progress {
  /** What judges flags when it runs in a thread; nothing where there are no threads. */
  readonly program: URL | undefined;
  /** Called after each flag. Whether to go on. */
  flagDone(done: number, all: number): Promise<boolean>;
}

const located = ({ part, pointer, flagKey, violation }: FileFinding): Found => ({
  flagKey,
  file: part.file,
  ...violation,
  pointer,
  ...part.positionOf(pointer),
});

/** What the rules say of all flags in these files. */
export const judgeInputs = async (
  { inputs, files }: Inputs,
  options: ReadOptions,
  { program, flagDone }: Progress,
): Promise<Report> => {
  const sets = inputs.flatMap(({ contents }) => ('sets' in contents ? contents.sets : []));
  const shared = sharedBy(sets);
  const findings = new Findings();
  const judged: JudgedFlag[] = [];
  const skipped = new Set<string>();
  const notAsked = new Set<string>();
  let proposalDigest: string | undefined;

  const take = ({ found, ...judgement }: Judgement): void => {
    findings.add(found.map(located));
    for (const id of judgement.skipped) skipped.add(id);
    for (const id of judgement.notAsked) notAsked.add(id);
  };

  const all = inputs.reduce((sum, input) => sum + countOf(input), 0);
  const inThreads =
    program !== undefined && all >= ENOUGH_FOR_THREADS && inputs.every(({ contents }) => 'sets' in contents);
  const flags = inThreads ? flagsFromThreads(sets, options, program) : flagsFrom(inputs, shared, options);
  for await (const { judgement, file, flagKey, digest } of flags) {
    take(judgement);
    judged.push({ file, flagKey });
    if (inputs.length === 1 && typeof digest === 'string') proposalDigest = digest;
    if (!(await flagDone(judged.length, all))) break;
  }
  for (const set of sets) {
    const evaluators = evaluatorsOf(set, options);
    if (evaluators !== null) findings.addShared(judge(evaluators).found.map(located));
  }
  findings.add(fileFindings(sets).map(located));

  const violations = findings.inOrder(files);
  const errors = violations.filter(({ severity }) => severity === 'error').length;
  const waived = violations.filter((found) => found.waived !== undefined).length;
  return {
    files: inputs.map((input) => ({ file: input.part.file, kind: input.contents.kind, flags: countOf(input) })),
    judged,
    violations,
    errors,
    warnings: violations.length - errors - waived,
    waived,
    skipped: [...skipped].sort(),
    notAsked: [...notAsked].sort(),
    proposalDigest: inputs[0]?.contents.kind === 'proposal' ? proposalDigest : undefined,
  };
};

/** What each flag of these files is, or would become, by itself. */
export const subjectsOf = ({ inputs }: Inputs, options: ReadOptions): readonly FlagInFile[] => {
  const shared = sharedBy(inputs.flatMap(({ contents }) => ('sets' in contents ? contents.sets : [])));
  return [...subjectsIn(inputs, shared, options)].map(({ subject }) => subject);
};

const countOf = ({ contents }: Input): number =>
  'sets' in contents ? contents.sets.reduce((sum, { flags }) => sum + flags.length, 0) : 1;

interface JudgedNow extends JudgedFlag {
  readonly judgement: Judgement;
  readonly digest?: unknown;
}

async function* flagsFromThreads(
  sets: readonly FlagSet[],
  options: ReadOptions,
  program: URL,
): AsyncGenerator<JudgedNow> {
  const flags = sets.flatMap((set) => set.flags.map(({ key }) => ({ file: set.part.file, flagKey: key })));
  let index = 0;
  for await (const judgement of judgedInThreads(sets, options, program)) {
    const flag = flags[index];
    index += 1;
    if (flag !== undefined) yield { ...flag, judgement };
  }
}

async function* flagsFrom(
  inputs: readonly Input[],
  shared: SharedEvaluators,
  options: ReadOptions,
): AsyncGenerator<JudgedNow> {
  for (const { subject, file } of subjectsIn(inputs, shared, options)) {
    const digest = readFact(subject.envelope?.evidence, 'proposalDigest');
    yield { judgement: judge(subject), file, flagKey: subject.flagKey, digest };
  }
}

/** One after the other: all envelopes of a large file at once would take gigabytes. */
function* subjectsIn(
  inputs: readonly Input[],
  shared: SharedEvaluators,
  options: ReadOptions,
): Generator<{ readonly subject: FlagInFile; readonly file: string }> {
  for (const { part, contents } of inputs) {
    if ('subject' in contents) yield { subject: contents.subject, file: part.file };
    else if ('definition' in contents) {
      const entry = { key: options.key, document: part.value, at: '' };
      yield { subject: flagInSet(entry, contents.definition, shared, options), file: part.file };
    } else {
      for (const set of contents.sets) {
        for (const flag of set.flags) yield { subject: flagInSet(flag, set, shared, options), file: part.file };
      }
    }
  }
}

const fileFindings = (sets: readonly FlagSet[]): readonly FileFinding[] => {
  const keys = new KeysOnce();
  return sets.flatMap((set) => [
    ...set.findings,
    ...(set.flags.length === 0 && set.findings.length === 0 ? [emptied(set)] : []),
    ...set.flags.flatMap(({ key, at }) => keys.add(key, { part: set.part, pointer: at })),
  ]);
};

/** A generator that failed leaves such a file behind, and flagd serves no flag at all from it. */
const emptied = ({ part, at }: FlagSet): FileFinding => ({
  part,
  pointer: `${at}/flags`,
  flagKey: '',
  violation: {
    ruleId: 'FH-FILE-02',
    severity: 'warning',
    message: 'There is no flag in it; expected one at least.',
    hint: 'Give the flags, or leave the file out.',
  },
});
