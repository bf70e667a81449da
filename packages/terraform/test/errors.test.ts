import { TerraformFailedError } from '../lib/errors.ts';

const hintFor = (output: string) => new TerraformFailedError(['init'], { exitCode: 1, output }).hint;

it.each([
  [
    'at init, as it is drawn at a terminal',
    `╷
│ Error: Failed to install provider
│
│ Error while installing hashicorp/aws v5.100.0: the current package for
│ registry.terraform.io/hashicorp/aws 5.100.0 doesn't match any of the
│ checksums previously recorded in the dependency lock file; for more
│ information: https://developer.hashicorp.com/terraform/language/files/dependency-lock
╵`,
  ],
  [
    'of a provider that is installed already',
    'registry.terraform.io/hashicorp/aws: the cached package for registry.terraform.io/hashicorp/aws 5.100.0 (in .terraform/providers) does not match any of the checksums recorded in the dependency lock file',
  ],
])('names the one command that locks all platforms where a hash is missing %s', (_where, output) => {
  expect(hintFor(output)).toContain(
    'terraform providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_amd64 -platform=darwin_arm64 -platform=windows_amd64.',
  );
});

it('does not name it for any other failure', () => {
  expect(hintFor('Error: Reference to undeclared input variable')).not.toContain('providers lock');
});

it.each([
  [
    'there are none',
    `│ Error: No valid credential sources found
│
│ Please see https://developer.hashicorp.com/terraform/language/backend/s3
│ for more information about providing credentials.`,
  ],
  [
    'they have ended',
    'Error: validating provider credentials: retrieving caller identity from STS: ExpiredToken: The security token included in the request is expired',
  ],
])('says how to give credentials where %s', (_case, output) => {
  expect(hintFor(output)).toContain('AWS_PROFILE');
  expect(hintFor(output)).toContain(
    'docs/deploy.md of hoist waves, and by packages/drift/README.md of what only reads',
  );
});
