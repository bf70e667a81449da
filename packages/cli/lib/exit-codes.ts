/** What a script may rely on. Anything else is a defect. */
export const exitCodes = {
  ok: 0,
  /** The command ran, and the answer is no: a change was not verified, a file has violations. */
  unexpectedOutcome: 1,
  /** The command line or its input is wrong; nothing was done. */
  usage: 2,
  /** `drift`: what could be read has not drifted, and not all could be read. */
  incomplete: 20,
  /** A defect of ours. */
  internal: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
