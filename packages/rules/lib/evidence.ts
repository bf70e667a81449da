import { flagStates } from '@flaghoist/core/change';
import { orderSchema } from '@flaghoist/core/order';
import * as z from 'zod/mini';
import { policySchema } from './policy.ts';

const revisionSchema = z.object({ ...orderSchema.shape, envelopeDigest: z.string() });

/*
 * The facts that rules may need beside the envelope. Home reads them, strongly consistent, at acceptance and seals those
 * that some rule asks for; they travel with every message, so a fact carries only what concerns this change.
 * Lists, not objects by name: names come from authors, and `__proto__` is a name.
 */
const factSchemas = {
  /** The newest accepted revision, `null` when the flag did not exist. */
  current: z.nullable(z.object({ ...revisionSchema.shape, flagState: z.enum(flagStates) })),
  /** The newest revision that every region has proven, `null` when there is none. */
  knownGood: z.nullable(revisionSchema),
  /** The catalogue's entries for the services that the audience names. One that is missing here does not exist. */
  services: z.array(z.object({ name: z.string(), owner: z.string(), cell: z.string() })),
  /** The flags that the envelope names as prerequisites. One that is missing here does not exist. */
  prerequisites: z.array(z.object({ flagKey: z.string(), ...orderSchema.shape, flagState: z.enum(flagStates) })),
  policy: policySchema,
};

const evidenceSchema = z.partial(z.object(factSchemas));

export type Facts = z.output<z.ZodMiniObject<typeof factSchemas>>;
export type Fact = keyof Facts;
export type Evidence = z.output<typeof evidenceSchema>;

export const facts = Object.keys(factSchemas) as Fact[];

/** The part of the evidence that the needs name, ready to be sealed into an envelope. Gathered too much does no harm. */
export const sealEvidence = (gathered: Evidence, needs: Iterable<Fact>): Record<string, unknown> => {
  const wanted = new Set(needs);
  return Object.fromEntries(
    facts.filter((fact) => wanted.has(fact) && gathered[fact] !== undefined).map((fact) => [fact, gathered[fact]]),
  );
};

/** The sealed facts. One that does not fit its schema is left out, as if it were missing. Never throws. */
export const readEvidence = (sealed: unknown): Evidence => {
  try {
    const all = z.safeParse(evidenceSchema, sealed);
    if (all.success) return all.data;
    if (typeof sealed !== 'object' || sealed === null) return {};
    const broken = new Set(all.error.issues.map(({ path }) => path[0]));
    const whole = Object.entries(sealed).filter(([fact]) => !broken.has(fact));
    const rest = z.safeParse(evidenceSchema, Object.fromEntries(whole));
    return rest.success ? rest.data : {};
  } catch {
    // A getter or a proxy that throws. JSON has none, but a caller may.
    return {};
  }
};
