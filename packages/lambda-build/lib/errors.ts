import { FlaghoistError } from '@flaghoist/core/errors';

/** `lambda.json` is missing, no JSON, or not of the agreed form. */
export class LambdaJsonError extends FlaghoistError {
  readonly code = 'FH_LAMBDA_JSON_INVALID';

  constructor(file: string, problems: readonly { path: string; message: string }[], cause?: unknown) {
    super(`${file}: ${problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`, {
      hint: 'The form of lambda.json stands in the README.md of @flaghoist/lambda-build; a complete example is there too.',
      retryable: false,
      cause,
    });
  }
}

/** `lambda.json` has no entry point of that name. */
export class UnknownEntryPointError extends FlaghoistError {
  readonly code = 'FH_ENTRY_POINT_UNKNOWN';

  constructor(entryPoint: string, known: readonly string[]) {
    super(`lambda.json has no entry point "${entryPoint}"`, { hint: `It has: ${known.join(', ')}.`, retryable: false });
  }
}

/** esbuild could not bundle the entry point. */
export class BundleError extends FlaghoistError {
  readonly code = 'FH_BUNDLE_FAILED';

  constructor(entryPoint: string, messages: readonly string[], cause: unknown) {
    super(`entry point "${entryPoint}" does not bundle: ${messages.join('; ')}`, {
      hint: 'An export is missing: lib/index.ts must export the function that "handler" in lambda.json names. An import is ignored: import a value and use it, a bare import is left out of bundles.',
      retryable: false,
      cause,
    });
  }
}

/** A built bundle asks at run time for something that is neither in it nor a Node module. */
export class BundleIncompleteError extends FlaghoistError {
  readonly code = 'FH_BUNDLE_INCOMPLETE';

  constructor(specifier: string) {
    super(`the bundle requires "${specifier}", which is not in it`, {
      hint: 'Bundles carry everything. A computed require() or import() hides its target from esbuild: write the name as a literal.',
      retryable: false,
    });
  }
}
