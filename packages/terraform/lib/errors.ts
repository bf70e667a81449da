import { FlaghoistError } from '@flaghoist/core/errors';

/** Terraform ended with an error. Its own words are the message: they name file, line and rule. */
export class TerraformFailedError extends FlaghoistError {
  readonly code = 'FH_TERRAFORM_FAILED';
  readonly exitCode: number;

  constructor(args: readonly string[], { exitCode, output }: { exitCode: number; output: string }) {
    super(`terraform ${args[0]} ended with ${exitCode}:\n${output.trim()}`, {
      hint: "The message above is Terraform's own and names the place. Nothing was changed by a plan, a validation or a test.",
      retryable: false,
    });
    this.exitCode = exitCode;
  }
}
