import * as z from 'zod';
import { LambdaJsonError } from './errors.ts';

// Lambda sets these itself and refuses a function whose configuration names one.
const reservedByLambda = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

const entryPointName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'an entry point is named in kebab-case: it becomes dist/<name>.zip');

const environmentName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'environment names are UPPER_SNAKE_CASE')
  .refine((name) => !reservedByLambda.has(name), 'Lambda sets this name itself: read it, but do not list it');

const entryPointSchema = z.strictObject({
  handler: z
    .string()
    .regex(
      /^index\.[a-z][A-Za-z0-9]*$/,
      'write "index.<export>", where <export> is a function exported by lib/index.ts',
    ),
  memoryMb: z.int().min(128).max(10_240),
  timeoutSeconds: z.int().min(1).max(900),
  /** `vpc`: what it reaches stands in the region's private subnets. `none`: it only calls AWS's own APIs. */
  network: z.enum(['vpc', 'none'], 'write "vpc" for a function that reaches a cache or the audit index, else "none"'),
  environment: z
    .array(environmentName)
    .refine((names) => new Set(names).size === names.length, 'every environment name appears once'),
});

/**
 * What a Lambda package says about itself in its `lambda.json`, for Terraform (`jsondecode(file(…))`) and for this
 * package. Keys of `entryPoints` name the zips. Memory and timeout limits are Lambda's own quotas.
 */
export const lambdaJsonSchema = z.strictObject({
  entryPoints: z
    .record(entryPointName, entryPointSchema)
    .refine((entryPoints) => Object.keys(entryPoints).length > 0, 'name at least one entry point'),
});

export type LambdaJson = z.infer<typeof lambdaJsonSchema>;

/**
 * @param text the file's content
 * @param file the name to show in errors
 * @throws LambdaJsonError naming each wrong place
 */
export const parseLambdaJson = (text: string, file: string): LambdaJson => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LambdaJsonError(file, [{ path: '(file)', message: 'is not JSON' }], cause);
  }
  const result = lambdaJsonSchema.safeParse(json);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => ({ path: path.join('.') || '(file)', message }));
    throw new LambdaJsonError(file, problems, result.error);
  }
  return result.data;
};

/** `index.accept` → `accept`: the export of lib/index.ts that Lambda calls. */
export const exportOf = (handler: string): string => handler.slice('index.'.length);
