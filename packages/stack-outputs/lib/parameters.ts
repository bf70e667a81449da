import { FlaghoistError } from '@flaghoist/core/errors';
import type { EnvironmentOutputs, EnvironmentRecord } from './environment-record.ts';

/** Something that is published to the Parameter Store of an environment's account, in its home region. */
export interface Parameter {
  /** `/<environment>/flaghoist/<key>`. */
  readonly path: string;
  readonly key: string;
  /** JSON. */
  readonly value: string;
  readonly secret: boolean;
}

/** A value is longer than the Parameter Store takes. */
class ParameterTooLongError extends FlaghoistError {
  readonly code = 'FH_PARAMETER_TOO_LONG';
}

/** Of a value of the advanced tier, in bytes: docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html. */
const MAX_BYTES = 8192;

const pathOf = (environment: string, key: string): string => `/${environment}/flaghoist/${key}`;

const openParts = (record: EnvironmentRecord): readonly (readonly [string, unknown])[] => [
  [
    'environment',
    { schema: record.schema, environment: record.environment, account: record.account, upstream: record.upstream },
  ],
  ['endpoints', record.endpoints],
  ['release', record.release],
  ['network', record.network],
  ['tables', record.tables],
  ['regions', { home: record.home, standby: record.standby, all: Object.keys(record.regions) }],
  ...Object.entries(record.regions).flatMap(
    ([
      name,
      {
        cache: { agents, ...cache },
        ...region
      },
    ]) => [
      [`regions/${name}`, { ...region, cache }] as const,
      ...Object.entries(agents).map(([cell, agent]) => [`regions/${name}/agents/${cell}`, agent] as const),
    ],
  ),
];

/**
 * What is published of an environment, each part as JSON under a path of its own.
 *
 * @throws {ParameterTooLongError} naming the path
 */
export const parametersOf = ({ record, secrets }: EnvironmentOutputs): readonly Parameter[] => {
  const { environment } = record;
  const parameter = (key: string, value: unknown, secret: boolean): Parameter => {
    const text = JSON.stringify(value);
    const path = pathOf(environment, key);
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_BYTES) {
      throw new ParameterTooLongError(`the parameter ${path} would have ${bytes} bytes; at most ${MAX_BYTES} fit`, {
        hint: 'Split this part of the record in packages/stack-outputs/lib/parameters.ts.',
        retryable: false,
      });
    }
    return { path, key, value: text, secret };
  };
  return [
    ...openParts(record).map(([key, value]) => parameter(key, value, false)),
    ...Object.entries(secrets).map(([key, value]) => parameter(`secrets/${key}`, value, true)),
  ];
};

/** Where each parameter is found. `arn` is the member that hoist drift looks for in what is given to it as --other-state. */
export const publishedOf = (
  outputs: EnvironmentOutputs,
): readonly { readonly path: string; readonly arn: string }[] => {
  const { account, home } = outputs.record;
  const partition = home.startsWith('cn-') ? 'aws-cn' : home.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return parametersOf(outputs).map(({ path }) => ({
    path,
    arn: `arn:${partition}:ssm:${home}:${account}:parameter${path}`,
  }));
};
