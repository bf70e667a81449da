import type { Envelope } from '@flaghoist/core/envelope';
import { DigestMismatchError, InvalidInputError } from '@flaghoist/core/errors';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import * as z from 'zod';
import { envelopeOf } from './flag-view.ts';

/** A flag whose stored bytes are not what was sealed. It is named, and the others are served. */
export const damagedFlag = z
  .object({ flagKey: z.string(), code: z.string(), reason: z.string(), hint: z.string() })
  .meta({ id: 'DamagedFlag' });

export type DamagedFlag = Readonly<z.output<typeof damagedFlag>>;

export type ReadFlag = { readonly envelope: Envelope } | { readonly damaged: DamagedFlag };

export const readFlag = ({ flagKey, body }: StoredRevision): ReadFlag => {
  try {
    return { envelope: envelopeOf(body) };
  } catch (error) {
    if (!(error instanceof DigestMismatchError || error instanceof InvalidInputError)) throw error;
    return { damaged: { flagKey, code: error.code, reason: error.message, hint: error.hint } };
  }
};
