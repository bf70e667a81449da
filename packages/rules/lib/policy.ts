import { canonicalJson } from '@flaghoist/core/canonical-json';
import { own } from '@flaghoist/core/json';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { hasSoundTimes, processShape } from './process-policy.ts';

const limit = z.int().check(z.gte(1));
const percent = z.number().check(z.gte(0), z.lte(100));
const names = z.array(z.string());

/**
 * The parameters of the rules, per environment. Sealed into the evidence of each change, so that all regions judge with
 * the same ones. Every parameter has a default: a policy file names what it changes, and an envelope sealed before a
 * parameter existed can still be read.
 */
const shape = {
  /** Grows with every edit of the file. */
  version: z._default(limit, 1),

  /** Environments in the order in which a change travels through them. */
  environments: z._default(names, []),
  /** Characters of a key, at least. */
  minKeyLength: z._default(limit, 4),
  /** Characters of a key, at most. */
  maxKeyLength: z._default(limit, 64),
  /** How the words between the dots of a new key are joined. */
  keyStyle: z._default(z.enum(['any', 'lower-case', 'kebab-case', 'snake_case', 'camelCase']), 'any'),
  /** First words of keys that belong to the platform. */
  reservedKeyPrefixes: z._default(names, ['flagd', 'flaghoist', 'hoist']),
  /** First words of keys that belong to a team. */
  keyNamespaces: z._default(z.array(z.strictObject({ prefix: z.string(), owner: z.string() })), []),

  /** Bytes of metadata, as canonical JSON. */
  maxMetadataBytes: z._default(limit, 2_048),
  /** Variants of a flag. */
  maxVariants: z._default(limit, 50),
  /** How deep objects and arrays may nest in a variant's value. */
  maxValueDepth: z._default(limit, 8),
  /** Bytes of one variant's value, as canonical JSON. */
  maxVariantBytes: z._default(limit, 16_384),

  /** How deep objects and arrays may nest in `targeting`. */
  maxTargetingDepth: z._default(limit, 24),
  /** Operations in `targeting` and in the shared evaluators that it uses. */
  maxTargetingOperations: z._default(limit, 500),
  /** Entries of a list that an `in` searches. */
  maxListEntries: z._default(limit, 1_000),
  /** The attributes that callers send; empty when nobody keeps a list. */
  contextAttributes: z._default(names, []),

  /** Attributes that differ from one request of a customer to the next. */
  volatileAttributes: z._default(names, ['requestId', 'traceId', 'spanId', 'correlationId', 'timestamp', 'nonce']),
  /** By how much one change may raise the share of callers who see a variant that the proven revision did not show them. */
  maxRolloutStepPercent: z._default(percent, 100),
  /** The largest share of callers that an equality, or a list that is written down, is taken to hold for; from 0 to 1. */
  assumedShare: z._default(z.number().check(z.gte(0), z.lte(1)), 1),
  /** The same as maxRolloutStepPercent for a flag of type experiment whose arms are small enough. */
  maxExperimentStepPercent: z._default(percent, 100),
  /** The largest share of callers that an arm of an experiment may have, the off variant not counted. */
  maxExperimentArmPercent: z._default(percent, 50),
  /** The only shares a rollout may stop at; empty when any will do. */
  rolloutSteps: z._default(z.array(percent), []),
  /** Whether more may be shown only from a revision that every region has proven. */
  widenFromKnownGoodOnly: z._default(z.boolean(), false),
  /** How long a share must have been served before it widens. */
  minBakeSeconds: z._default(z.int().check(z.gte(0)), 0),

  /** Flags that one flag may wait for. */
  maxPrerequisites: z._default(limit, 10),
  /** Whether a flag may wait only for revisions that every region has proven. */
  provenPrerequisitesOnly: z._default(z.boolean(), false),
  /** How many flags may wait for each other in a row, this one not counted. */
  maxPrerequisiteDepth: z._default(limit, 3),

  /** How far a proposal's clock may be ahead of home's. */
  maxClockSkewSeconds: z._default(limit, 300),
  /** Seconds that a proposal may wait. Home waits no longer than 900 s, whatever this says. */
  maxProposalAgeSeconds: z._default(limit, 86_400),
  /** Whether flags are created, updated and restored while a Redis that serves their audience refuses writes. */
  acceptWhileDegraded: z._default(z.boolean(), true),

  /** Rules that are errors or warnings here, unlike in the catalogue. The protocol's own rules are what they are. */
  severities: z._default(z.array(z.strictObject({ rule: z.string(), severity: z.enum(['error', 'warning']) })), []),

  ...processShape,
};

/** As sealed: parameters of a newer catalogue are ignored. */
export const policySchema = z.object(shape);
export type Policy = z.output<typeof policySchema>;
export type KeyStyle = Policy['keyStyle'];

export const DEFAULT_POLICY: Policy = z.parse(policySchema, {});

/**
 * The parameters of a policy that are not the default, which is all that an envelope carries. So a default never changes:
 * a new default needs a parameter with a new name.
 */
export const statedParameters = (policy: Policy): Partial<Policy> => {
  const known = stated.get(policy);
  if (known !== undefined) return known;
  const parameters = Object.fromEntries(
    Object.entries(policy).filter(
      ([name, value]) => name === 'version' || JSON.stringify(value) !== JSON.stringify(own(DEFAULT_POLICY, name)),
    ),
  );
  stated.set(policy, parameters);
  return parameters;
};

/** By policy: whoever judges a file of many flags asks once for each. */
const stated = new WeakMap<Policy, Partial<Policy>>();

/** What a policy may add to an envelope, as canonical JSON: it goes into every cache. */
const MAX_SEALED_BYTES = 16_384;

/** As much of a policy as any one change can carry: of each freeze no more than its longest exception. */
const largestSealed = (policy: Policy): number => {
  const freezes = policy.freezes.map((freeze) => ({
    ...freeze,
    exceptions: freeze.exceptions.toSorted((a, b) => canonicalJson(b).length - canonicalJson(a).length).slice(0, 1),
  }));
  return Buffer.byteLength(canonicalJson(statedParameters({ ...policy, freezes })));
};

/** Parameters that released policies state and that no rule reads any more: the key proves who has written a proposal. */
export const RETIRED_PARAMETERS = ['actorIsSessionName', 'authenticationPrefixes'] as const;

const retired = Object.fromEntries(RETIRED_PARAMETERS.map((name) => [name, z.optional(z.unknown())]));

/** What a file states that rules read. */
const inForce = (file: Policy & Record<string, unknown>): Policy => {
  const left = new Set<string>(['$schema', ...RETIRED_PARAMETERS]);
  return Object.fromEntries(Object.entries(file).filter(([name]) => !left.has(name))) as Policy;
};

/** A policy file. `$schema` is for editors. */
export const policyFileSchema = z.strictObject({ $schema: z.optional(z.string()), ...retired, ...shape }).check(
  ({ value, issues }) => {
    for (const [index, freeze] of value.freezes.entries()) {
      if (hasSoundTimes(freeze)) continue;
      const message = 'a freeze must begin before it ends, and its times and those of its exceptions must exist';
      issues.push({ code: 'custom', input: freeze, path: ['freezes', index], message });
    }
  },
  z.refine((file) => largestSealed(inForce(file)) <= MAX_SEALED_BYTES, {
    error: `would add more than ${MAX_SEALED_BYTES} bytes to every message; shorten its lists`,
  }),
);

const subject = {
  what: 'policy',
  hint: 'Correct the named parameters; fleet/policies/README.md lists them.',
};

/**
 * The content of a policy file: parameters that are left out have their default, an unknown one is an error.
 *
 * @throws InvalidInputError naming every place that does not fit
 */
export const readPolicy = (content: unknown): Policy => {
  return inForce(parse(policyFileSchema, content, subject));
};
