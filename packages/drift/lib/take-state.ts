import { TerraformFailedError } from '@flaghoist/terraform/errors';
import { readOnly } from './read-only.ts';
import { askApplied, type LookOptions, takePlan } from './take-plan.ts';

/**
 * Reads anew all that is applied in an environment: a state as it was written after an apply lacks what AWS told later. Takes
 * no lock, and writes below `workDirectory` only.
 *
 * @returns what `terraform show -json` says, as text
 * @throws {NoWorkspaceError} when there is no such workspace
 * @throws {NoStateError} when nothing could be read because there is nothing
 * @throws {TerraformFailedError} when anything could not be read: half a state proves nothing
 */
export const takeState = async (options: LookOptions): Promise<string> => {
  const terraform = readOnly(options.terraform);
  const { all } = await askApplied(terraform, options);
  const { text, failed, events } = await takePlan(terraform, all, { name: 'refresh-only', more: ['-refresh-only'] });
  if (!failed) return text;
  throw new TerraformFailedError(['plan'], {
    exitCode: 1,
    output: [...new Set(events.errors.map(({ text: error }) => error))].join('\n'),
  });
};
