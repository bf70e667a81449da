import { FlaghoistError } from '@flaghoist/core/errors';

/** The stack of the fleet, beside one for each environment. */
export const FLEET = 'fleet';

/** A stack whose name is no environment's. */
export class UnknownStackError extends FlaghoistError {
  readonly code = 'FH_UNKNOWN_STACK';

  constructor(stack: string, environments: readonly { readonly name: string }[]) {
    super(`the stack is called ${JSON.stringify(stack)}, which is no environment of fleet/environments.json`, {
      hint: `Use one of: ${[...environments.map(({ name }) => name), FLEET].join(', ')}; for example: pulumi stack select ${environments[0]?.name ?? FLEET}`,
      retryable: false,
    });
  }
}
