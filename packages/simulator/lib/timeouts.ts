import audit from '@flaghoist/audit-writer/lambda.json' with { type: 'json' };
import updater from '@flaghoist/cache-updater/lambda.json' with { type: 'json' };
import checker from '@flaghoist/consistency-checker/lambda.json' with { type: 'json' };
import rollback from '@flaghoist/rollback/lambda.json' with { type: 'json' };
import validator from '@flaghoist/validator/lambda.json' with { type: 'json' };

const packages = {
  validator,
  'cache-updater': updater,
  'consistency-checker': checker,
  rollback,
  'audit-writer': audit,
};

const timeouts: ReadonlyMap<string, number> = new Map(
  Object.entries(packages).flatMap(([name, { entryPoints }]) =>
    Object.entries<{ readonly timeoutSeconds: number }>(entryPoints).map(
      ([entryPoint, { timeoutSeconds }]) => [`${name}.${entryPoint}`, timeoutSeconds] as const,
    ),
  ),
);

/** How long a function may run, as its lambda.json says. @throws RangeError for a function that none of them has */
export const timeoutSecondsOf = (name: string): number => {
  const seconds = timeouts.get(name);
  if (seconds === undefined)
    throw new RangeError(`no lambda.json has ${name}; there are ${[...timeouts.keys()].join(', ')}`);
  return seconds;
};
