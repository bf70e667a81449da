import { FlaghoistError } from '@flaghoist/core/errors';

interface Ending {
  readonly code: number;
  readonly means: string;
}

/** How every command ends. What a script may rely on; anything else is a defect. In the order of the codes. */
export const endings = {
  ok: { code: 0, means: 'as asked' },
  no: {
    code: 1,
    means: 'the answer is no: a file breaks rules, environments differ, a change did not end as expected',
  },
  rejected: { code: 10, means: 'the change was rejected by the rules, or its proposal expired or was withdrawn' },
  conflict: { code: 11, means: 'somebody else has changed the flag since' },
  rolledBack: { code: 12, means: 'the change was taken back: a cache did not hold it' },
  unverified: { code: 13, means: 'not every region has proven the change in time; it is verified once they do' },
  held: { code: 14, means: 'a cache does not hold the change, and it is kept' },
  superseded: { code: 15, means: 'a newer change has taken the place of this one' },
  approval: { code: 16, means: 'it waits for somebody who approves it' },
  incomplete: { code: 20, means: 'drift: not all could be read, and what could be read has not drifted' },
  usage: { code: 64, means: 'wrong use; nothing was done' },
  unreadable: { code: 66, means: 'input cannot be read: it is not there, or not what it should be' },
  unreachable: {
    code: 69,
    means: 'out of reach: an account, a state, a server, or a program that must be on the machine',
  },
  defect: { code: 70, means: 'a defect of hoist' },
  interrupted: { code: 130, means: 'Ctrl-C' },
} as const satisfies Readonly<Record<string, Ending>>;

export type EndingName = keyof typeof endings;

export const exitCodes = Object.fromEntries(Object.entries(endings).map(([name, { code }]) => [name, code])) as {
  readonly [name in EndingName]: (typeof endings)[name]['code'];
};

/** By the code of an error. One that is not here is none that a command should end with. */
const byError: Readonly<Record<string, EndingName>> = {
  FH_USAGE: 'usage',
  FH_NOT_FOUND: 'no',
  FH_TAKEN: 'no',
  FH_TOKEN_NEEDED: 'no',
  FH_TLS_NEEDED: 'no',
  FH_FOREIGN_REQUEST: 'no',
  FH_LIMIT: 'unreachable',
  FH_UNKNOWN_RULE: 'usage',
  FH_UNREADABLE_FILE: 'unreadable',
  FH_INVALID_FILE: 'unreadable',
  FH_INVALID_INPUT: 'unreadable',
  FH_DIGEST_MISMATCH: 'unreadable',
  FH_OTHER_ENVIRONMENT: 'usage',
  FH_NO_WORKSPACE: 'unreadable',
  FH_NO_STATE: 'unreadable',
  FH_PLAN_FAILED: 'unreadable',
  FH_STACK_OUTPUTS: 'unreadable',
  FH_PARAMETER_TOO_LONG: 'unreadable',
  FH_STATE_UNREAD: 'unreachable',
  FH_TERRAFORM_FAILED: 'unreachable',
  FH_TOOL_MISSING: 'unreachable',
  FH_UNAVAILABLE: 'unreachable',
  FH_DATA_NOT_WRITABLE: 'unreachable',
  FH_DATA_DAMAGED: 'unreadable',
  FH_DATA_NEWER: 'unreadable',
  FH_NO_DATA: 'unreadable',
  FH_DATA_IN_USE: 'no',
  FH_DATA_KEY: 'unreadable',
  FH_TARGET_EXISTS: 'usage',
  FH_DEMONSTRATION: 'no',
  FH_REFUSED: 'no',
  FH_NOT_ALLOWED: 'no',
  FH_WAVES_REFUSED: 'no',
  FH_WAVES_OUTDATED: 'no',
  FH_WAVES_LOCKED: 'no',
  FH_PLANS_LOCKED: 'unreachable',
  FH_PART_FAILED: 'no',
  FH_REMEDIATION_REFUSED: 'no',
  FH_REMEDIATION_GONE: 'no',
  FH_REMEDIATION_OUTDATED: 'no',
  FH_REMEDIATION_LOCKED: 'unreachable',
};

export const exitCodeOf = (error: unknown): number => exitCodes[byError[codeOf(error)] ?? 'defect'];

const codeOf = (error: unknown): string => (error instanceof FlaghoistError ? error.code : '');

const WIDTH = 118;

/**
 * The last paragraph of a command's help.
 *
 * @param own what the endings of this command mean, where it says more than the table; those that it can also end with are
 *   named with the table's words
 */
export const exitCodesHelp = (
  own: Partial<Record<EndingName, string>>,
  others: readonly EndingName[] = ['usage', 'unreadable', 'defect', 'interrupted'],
): string => {
  const named = Object.entries(endings).filter(([name]) => name in own || others.includes(name as EndingName));
  const parts = named.map(([name, { code, means }]) => `${code} ${own[name as EndingName] ?? means}`);
  return wrapped(`Exit codes: ${parts.join('; ')}.`).join('\n');
};

/** The whole table, for the help of `hoist`. */
export const exitCodesTable = (): string =>
  ['Exit codes:', ...Object.values(endings).map(({ code, means }) => `${String(code).padStart(5)}  ${means}`)].join(
    '\n',
  );

const wrapped = (text: string): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};
