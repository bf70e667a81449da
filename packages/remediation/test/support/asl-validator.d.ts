// The package ships no types.
declare module 'asl-validator' {
  interface Result {
    readonly isValid: boolean;
    errorsText(separator?: string): string;
  }

  const validate: (definition: unknown) => Result;
  export = validate;
}
