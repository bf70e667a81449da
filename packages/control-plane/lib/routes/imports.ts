import { flagKeySchema } from '@flaghoist/core/envelope';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { flagdFileSchema } from '../flagd-file/flagd-file.ts';
import { demand } from '../identity/caller.ts';
import { exportOf } from '../imports/export.ts';
import { runImport } from '../imports/run-import.ts';
import { exportView } from '../views/export-schema.ts';
import { importView } from '../views/import-schema.ts';

/** A file of 60,000 flags of the usual size. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_WAIT_SECONDS = 30;

const name = z.string().min(1).max(256);

const importBody = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/, 'must be 8 to 64 letters, digits, dots, dashes or underscores')
    .describe('Of the import: the same id and file again go on where it stands.'),
  file: flagdFileSchema,
  reason: z.string().max(10_000),
  ticket: name.optional(),
  approvals: z.array(name).max(20).optional().describe('Whose approvals of these very changes to use.'),
  owner: name.optional().describe('For new flags whose metadata does not say it.'),
  offVariant: name.optional().describe('For flags whose metadata does not say it and that have such a variant.'),
  audience: z.union([z.literal('*'), z.array(z.string()).min(1)]).optional(),
  dryRun: z.boolean().default(false).describe('Only judge.'),
  wait: z
    .number()
    .min(0)
    .max(MAX_WAIT_SECONDS)
    .default(0)
    .describe('Seconds to go on after judging; up to 20 flags are proposed in any case.'),
});

/** Files of flagd, in and out. */
export const importRoutes = (app: Api, context: ApiContext): void => {
  app.post(
    '/v1/imports',
    {
      bodyLimit: MAX_FILE_BYTES,
      schema: {
        summary: 'Import a flagd file: all of it is judged first, then each flag is accepted by itself',
        description:
          'When the rules stop one flag none is proposed; what they stop once others are proposed ends refused by itself. Unchanged flags are passed over. A flag that somebody changes meanwhile, or has changed since it was accepted under this id, ends as a conflict, and the others go on. Whatever is not done when the answer comes is gone on with by the same request.',
        tags: ['imports'],
        body: importBody,
        response: { 200: importView, 202: importView },
      },
    },
    async ({ caller, body }, reply) => {
      demand(caller, 'propose');
      const answer = await runImport(body, caller, context);
      return reply.status(answer.done || answer.refused || answer.dryRun ? 200 : 202).send(answer);
    },
  );

  app.get(
    '/v1/export',
    {
      schema: {
        summary: 'The flags as flagd files: what was imported comes back, evaluators and metadata included',
        tags: ['imports'],
        querystring: z.object({ prefix: z.union([z.literal(''), flagKeySchema]).default('') }),
        response: { 200: exportView },
      },
    },
    async ({ caller, query: { prefix } }) => {
      demand(caller, 'read');
      return exportOf(prefix, context.ports.home());
    },
  );
};
