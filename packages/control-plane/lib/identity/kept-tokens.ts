import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { scopes } from './caller.ts';
import type { TokenStore } from './tokens.ts';

/** A place for small texts, as a data folder has one. */
interface Notes {
  all(): readonly string[];
  put(id: string, text: string): void;
  delete(id: string): void;
}

const recordSchema = z.object({
  id: z.string(),
  digest: z.string(),
  actor: z.string(),
  scopes: z.array(z.enum(scopes)),
  keyPrefix: z.string(),
  madeBy: z.string(),
  madeAt: z.int(),
  expiresAt: z.int(),
  lastUsedAt: z.nullable(z.int()),
  revoked: z.optional(z.object({ by: z.string(), at: z.int() })),
});

const subject = { what: 'kept token', hint: 'hoist data check says whether the folder is whole.' };

/** Tokens, kept as notes: of each only the digest of its secret. @throws InvalidInputError for what this release cannot read */
export const keptTokens = (notes: Notes): TokenStore => ({
  all: () => notes.all().map((text) => parseJson(recordSchema, text, subject)),
  put: (record) => notes.put(record.id, JSON.stringify(record)),
  delete: (id) => notes.delete(id),
});
