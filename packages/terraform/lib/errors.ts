import { FlaghoistError } from '@flaghoist/core/errors';

/** Where the tests of this repository run, and where people work on it. */
const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64', 'windows_amd64'];

/** The lock file has hashes of the provider, but none of what is installed here. */
const NOT_LOCKED = /doesn't match any of the\s+checksums|does not match any of the\s+checksums/;

const LOCK_HINT = `The lock file has no hash of the provider for this platform, or the provider is not the one that was locked. In the stack's folder, with the public registry in reach, run: terraform providers lock ${PLATFORMS.map((each) => `-platform=${each}`).join(' ')}. Then commit .terraform.lock.hcl.`;

/** Nobody has said who asks AWS, or AWS does not know them (any longer). */
const NO_CREDENTIALS =
  /No valid credential sources|failed to refresh cached credentials|InvalidClientTokenId|ExpiredToken|UnrecognizedClientException/;

const CREDENTIALS_HINT =
  'Terraform has no credentials that AWS takes. Give it some by AWS_PROFILE or the other variables AWS_…; aws sts get-caller-identity says whose they are. Which role suffices is said by docs/deploy.md of hoist waves, and by packages/drift/README.md of what only reads.';

const hintFor = (output: string): string => {
  if (NOT_LOCKED.test(output)) return LOCK_HINT;
  if (NO_CREDENTIALS.test(output)) return CREDENTIALS_HINT;
  return "The message above is Terraform's own and names the place. Nothing was changed by a plan, a validation or a test.";
};

/** Terraform ended with an error. Its own words are the message: they name file, line and rule. */
export class TerraformFailedError extends FlaghoistError {
  readonly code = 'FH_TERRAFORM_FAILED';
  readonly exitCode: number;

  constructor(args: readonly string[], { exitCode, output }: { exitCode: number; output: string }) {
    super(`terraform ${args[0]} ended with ${exitCode}:\n${output.trim()}`, {
      hint: hintFor(output.replaceAll(/[│╷╵]/g, '')),
      retryable: false,
    });
    this.exitCode = exitCode;
  }
}
