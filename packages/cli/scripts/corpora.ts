import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { runProgram } from '../lib/program.ts';

/** Where the flags are that the rules are measured by. */
const folder = join(import.meta.dirname, '..', '..', 'rules', 'test', 'corpora');

/** A time at which nothing in the corpora has expired or is too far ahead. */
const FILES_AT = Date.UTC(2026, 11, 1, 9);

export interface Finding {
  readonly flagKey: string;
  readonly ruleId: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface JudgedFile {
  readonly name: string;
  /** The keys of its flags. */
  readonly flags: readonly string[];
  readonly findings: readonly Finding[];
}

/** What is known of the cases: why a refusal is right, and what is wrong with a dangerous one. */
interface Expectations {
  readonly defended: Readonly<Record<string, string>>;
  readonly dangerous: Readonly<
    Record<string, { readonly what: string; readonly policy?: string; readonly against?: string }>
  >;
}

export const expectations = (): Expectations =>
  JSON.parse(readFileSync(join(folder, 'expectations.json'), 'utf8')) as Expectations;

class Text extends Writable {
  value = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.value += chunk.toString();
    done();
  }
}

interface Answer {
  readonly violations?: readonly Finding[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** The last line that is a document; a file that cannot be taken is refused as a whole. */
const findingsIn = (stdout: string, stderr: string, flags: readonly string[]): readonly Finding[] => {
  const line = `${stdout.trim()}\n${stderr.trim()}`.split('\n').find((text) => text.startsWith('{'));
  const { violations, error } = JSON.parse(line ?? '{}') as Answer;
  if (violations !== undefined) return violations;
  if (error === undefined) throw new Error(`hoist validate has not answered: ${stdout}${stderr}`);
  return flags.map((flagKey) => ({ flagKey, ruleId: error.code, severity: 'error', message: error.message }));
};

/** What `hoist validate` says of a file. */
const judged = async (path: string, policy: string | undefined, against: string | undefined): Promise<JudgedFile> => {
  const content = JSON.parse(readFileSync(path, 'utf8'));
  const at = typeof content.proposedAt === 'number' ? content.proposedAt + 60_000 : FILES_AT;
  const stdout = new Text();
  const stderr = new Text();
  const inProd = policy === undefined ? [] : ['--policy', policy, '--environment', 'prod'];
  const steps = against === undefined ? [] : ['--against', join(folder, 'known-good', against)];
  const args = ['validate', path, '--json', '--at', `${new Date(at).toISOString().slice(0, 16)}Z`, ...inProd, ...steps];
  await runProgram(args, { stdout, stderr, noColour: true }, new AbortController().signal);
  const flags = typeof content.flagKey === 'string' ? [content.flagKey] : Object.keys(content.flags);
  return {
    name: basename(path).replace(/(?:\.flagd)?\.json$/, ''),
    flags,
    findings: findingsIn(stdout.value, stderr.value, flags),
  };
};

/** The newest policy of an environment, by its name. */
const newestPolicy = (name: string): string => {
  const policies = join(import.meta.dirname, '..', '..', '..', 'fleet', 'policies');
  const version = (file: string): number => Number(/\.v(\d+)\.json$/.exec(file)?.[1] ?? 0);
  const files = readdirSync(policies).filter((file) => file.startsWith(`${name}.v`));
  return join(policies, files.sort((a, b) => version(a) - version(b)).at(-1) ?? '');
};

/** All files of one corpus, judged. */
export const judgedCorpus = async (
  corpus: 'legitimate' | 'dangerous' | 'documented',
): Promise<readonly JudgedFile[]> => {
  const { dangerous } = expectations();
  const files: JudgedFile[] = [];
  for (const file of readdirSync(join(folder, corpus)).sort()) {
    const { policy, against } = dangerous[basename(file, '.json')] ?? {};
    const newest = policy === undefined ? undefined : newestPolicy(policy);
    files.push(await judged(join(folder, corpus, file), newest, against));
  }
  return files;
};

/** Who may make the change is asked of every change in production, and says nothing about what is dangerous in it. */
const paperwork = /^FH-(?:APPROVE|LIFE|PROMOTE|RECORD)-/;

/** What was said of the flags themselves. */
export const substantial = ({ findings }: JudgedFile): readonly Finding[] =>
  findings.filter(({ ruleId }) => !paperwork.test(ruleId));

/** The keys of flags in a file that have an error. */
export const refusedFlags = ({ findings }: JudgedFile): ReadonlySet<string> =>
  new Set(findings.filter(({ severity }) => severity === 'error').map(({ flagKey }) => flagKey));

export const idsOf = ({ findings }: JudgedFile): string =>
  [...new Set(findings.map(({ ruleId, severity }) => `${ruleId} (${severity})`))].sort().join(', ');

/** How many flags there are, and by rule on how many of them it fires. */
export const costsOf = (files: readonly JudgedFile[]): { flags: number; rules: Record<string, number> } => {
  const fired = files.flatMap(({ name, findings }) => [
    ...new Set(
      findings.filter(({ ruleId }) => /^FH-/.test(ruleId)).map(({ flagKey, ruleId }) => `${ruleId} ${name} ${flagKey}`),
    ),
  ]);
  const ids = fired.map((each) => each.slice(0, each.indexOf(' '))).sort();
  const rules: Record<string, number> = {};
  for (const id of ids) rules[id] = (rules[id] ?? 0) + 1;
  return { flags: files.reduce((sum, { flags }) => sum + flags.length, 0), rules };
};
