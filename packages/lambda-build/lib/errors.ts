interface Explanation {
  code: string;
  hint: string;
  cause?: unknown;
}

abstract class LambdaBuildError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(message: string, { code, hint, cause }: Explanation) {
    super(message, { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }
}

export const isExplained = (error: unknown): error is LambdaBuildError => error instanceof LambdaBuildError;

/** `lambda.json` is missing, no JSON, or not of the agreed form. */
export class LambdaJsonError extends LambdaBuildError {
  constructor(file: string, problems: readonly { path: string; message: string }[], cause?: unknown) {
    super(`${file}: ${problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`, {
      code: 'LAMBDA_JSON_INVALID',
      hint: 'The form of lambda.json stands in the README.md of @flaghoist/lambda-build; a complete example is there too.',
      cause,
    });
  }
}

/** `lambda.json` has no entry point of that name. */
export class UnknownEntryPointError extends LambdaBuildError {
  constructor(entryPoint: string, known: readonly string[]) {
    super(`lambda.json has no entry point "${entryPoint}"`, {
      code: 'ENTRY_POINT_UNKNOWN',
      hint: `It has: ${known.join(', ')}.`,
    });
  }
}

/** esbuild could not bundle the entry point. */
export class BundleError extends LambdaBuildError {
  constructor(entryPoint: string, messages: readonly string[], cause: unknown) {
    super(`entry point "${entryPoint}" does not bundle: ${messages.join('; ')}`, {
      code: 'BUNDLE_FAILED',
      hint: 'An export is missing: lib/index.ts must export the function that "handler" in lambda.json names. An import is ignored: import a value and use it, a bare import is left out of bundles.',
      cause,
    });
  }
}

/** A built bundle asks at run time for something that is neither in it nor a Node module. */
export class BundleIncompleteError extends LambdaBuildError {
  constructor(specifier: string) {
    super(`the bundle requires "${specifier}", which is not in it`, {
      code: 'BUNDLE_INCOMPLETE',
      hint: 'Bundles carry everything. A computed require() or import() hides its target from esbuild: write the name as a literal.',
    });
  }
}
