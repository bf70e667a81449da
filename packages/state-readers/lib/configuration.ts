import { parse } from '@flaghoist/core/parse';
import type { Config } from '@pulumi/pulumi';
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const url = z.string().check(z.regex(/^https?:\/\/\S+$/, 'must be an address, such as "http://127.0.0.1:5000"'));
const roleArn = z
  .string()
  .check(z.regex(/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/, 'must be the ARN of a role, or left out'));
const region = z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, such as "eu-west-1"'));
const word = z.string().check(z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'));

const configurationSchema = z.object({
  publish: z._default(z.enum(['true', 'false']), 'true'),
  /** The folder `infra-tf/lib`, from the folder of Pulumi.yaml. */
  sources: z._default(text, '../../infra-tf/lib'),
  /** Instead of what the backend files say. */
  bucket: z.optional(text),
  region: z.optional(region),
  workspaceKeyPrefix: z.optional(text),
  role: z.optional(roleArn),
  endpoint: z.optional(url),
  /** Who publishes; left out: the role that deploys. */
  publishRole: z.optional(roleArn),
  /** Of the stack fleet: where its dashboard is, and what is in its name. */
  dashboardRegion: z.optional(region),
  dashboardEnvironment: z._default(word, 'shared'),
});

export type Configuration = Omit<z.output<typeof configurationSchema>, 'publish'> & { readonly publish: boolean };

/**
 * The stack's configuration.
 *
 * @throws {InvalidInputError} naming each setting that does not fit
 */
export const readConfiguration = (config: Pick<Config, 'get'>): Configuration => {
  const given = Object.keys(configurationSchema.shape).flatMap((key) => {
    const value = config.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const { publish, ...rest } = parse(configurationSchema, Object.fromEntries(given), {
    what: "the stack's configuration",
    hint: 'Set it with: pulumi config set flaghoist:<name> <value>; packages/state-readers/README.md lists the names.',
  });
  return { ...rest, publish: publish === 'true' };
};
