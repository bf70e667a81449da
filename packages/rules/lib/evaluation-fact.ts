import * as z from 'zod/mini';

/** Findings that are sealed: the author corrects these and sees the rest the next time. */
export const MAX_FINDINGS = 10;

const findingSchema = z.object({
  /**
   * `failure`: the evaluator has no answer for this caller. `constant`: a condition that is the same for every caller.
   * `unreached`: an answer that no caller gets. `opens`: a condition that holds because the caller leaves out an attribute.
   * `admits`: a caller who leaves it out is not among those that an earlier branch keeps out.
   */
  kind: z.enum(['failure', 'constant', 'unreached', 'opens', 'admits']),
  /** JSON Pointer into the envelope. */
  pointer: z.string(),
  /** What this caller sends, as JSON, cut to a length that fits a message. */
  context: z.string(),
  /** What is wrong there, as the end of a sentence. */
  says: z.string(),
});
export type EvaluationFinding = z.output<typeof findingSchema>;

/** What home learned of a document from flagd's own evaluator. */
export const evaluationSchema = z.object({
  /** Name and version of the evaluator that was asked. */
  evaluator: z.string(),
  /** How many callers it was asked about. */
  contexts: z.int(),
  findings: z.array(findingSchema),
});
export type EvaluationFact = z.output<typeof evaluationSchema>;
