import { parseEnvelope } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject } from '@flaghoist/core/json';
import { parseProposal } from '@flaghoist/core/proposal';
import { facts, readFact } from '@flaghoist/rules/evidence';
import type { Policy } from '@flaghoist/rules/policy';
import { phasesAtAcceptance, underPolicy } from '@flaghoist/rules/validate';
import type { FileKind, FlagInFile, Located } from './flag-in-file.ts';
import { type FlagSet, flagSetsIn } from './flag-set.ts';
import type { ImportOptions } from './flags-in-set.ts';
import { subjectFrom } from './from-proposal.ts';
import type { Part } from './input/parts.ts';

export interface ReadOptions extends ImportOptions {
  /** The key of a flag definition, which does not say it itself. */
  readonly key: string | undefined;
  /** What an envelope is judged by instead of its own policy. */
  readonly otherPolicy: Policy | undefined;
}

/** What is in a document. */
export type Contents =
  | { readonly kind: FileKind; readonly sets: readonly FlagSet[] }
  | { readonly kind: 'flag definition'; readonly definition: FlagSet }
  | { readonly kind: 'envelope' | 'proposal'; readonly subject: FlagInFile };

/**
 * What is in a document, by its shape: an object with `envelopeDigest` is an envelope, one with `change` a proposal, one with
 * `flags` a flagd file, one with `variants` or `state` the definition of one flag; a resource of Kubernetes says its kind.
 *
 * @returns `null` for anything else
 * @throws InvalidInputError for an envelope or a proposal that lacks its form
 */
export const contentsOf = (part: Part, options: ReadOptions): Contents | null => {
  const { value } = part;
  if (!isObject(value)) return null;
  if (Object.hasOwn(value, 'envelopeDigest')) return { kind: 'envelope', subject: envelopeIn(part, options) };
  if (Object.hasOwn(value, 'change')) return { kind: 'proposal', subject: proposalIn(part, options) };
  const sets = flagSetsIn(part);
  const [first] = sets;
  if (first !== undefined) return { kind: first.kind, sets };
  if (Object.hasOwn(value, 'variants') || Object.hasOwn(value, 'state')) {
    const around = { kind: 'flag definition', part, at: '', flags: [], evaluators: {}, findings: [] } as const;
    return { kind: 'flag definition', definition: { ...around, metadata: undefined } };
  }
  return null;
};

export const noFlags = (part: Part): InvalidInputError =>
  new InvalidInputError(
    part.file,
    [
      'it is no flagd file (flags), no Kubernetes FeatureFlag, no flag definition (variants, state), no proposal (change) and no envelope',
    ],
    'Name a file of one of these forms; hoist validate --help describes them.',
  );

/** Places with their lines, for documents that lack the form itself. */
const located = <T>(read: () => T, part: Part): T => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const places = error.places.map((place) => {
      const pointer = place.slice(0, Math.max(0, place.indexOf(':'))).replace(/^\/$/, '');
      const { line, column } = part.positionOf(pointer);
      return `${line}:${column} ${place}`;
    });
    throw new InvalidInputError(part.file, places, error.hint, error);
  }
};

const envelopeIn = (part: Part, { otherPolicy }: ReadOptions): FlagInFile => {
  const sealed = located(() => parseEnvelope(part.text), part);
  const envelope = otherPolicy === undefined ? sealed : underPolicy(sealed, otherPolicy);
  return {
    flagKey: envelope.flagKey,
    kind: envelope.kind,
    envelope,
    phases: phasesAtAcceptance(envelope.kind),
    known: new Set(facts),
    obstacles: [],
    remarks: [],
    waivers: (readFact(envelope.evidence, 'waivers') ?? []) as FlagInFile['waivers'],
    hinted: (violations) => violations,
    locate: (pointer) => ({ part, pointer }),
  };
};

/** Members of an envelope that a proposal may have, too; where it has not, they stay as they were. */
const kept = ['document', 'offVariant', 'audience', 'owner', 'prerequisites', 'source'];
/** Members of an envelope that home makes, from what the proposal does not know. */
const madeByHome = [
  'schema',
  'environment',
  'epoch',
  'revision',
  'previousEnvelopeDigest',
  'topologyVersion',
  'rulesVersion',
  'evidence',
];

const proposalIn = (part: Part, options: ReadOptions): FlagInFile => {
  const proposal = located(() => parseProposal(part.text), part);
  const inProposal = (pointer: string): string | null => {
    const first = pointer.split('/', 2)[1] ?? '';
    if (kept.includes(first) && !Object.hasOwn(proposal, first)) return proposal.kind === 'created' ? '' : null;
    if (madeByHome.includes(first)) return null;
    if (pointer === '/at/proposed') return '/proposedAt';
    if (pointer === '/flagState') return '/kind';
    return Object.hasOwn(proposal, first) ? pointer : '';
  };
  const locate = (pointer: string): Located | null => {
    const found = inProposal(pointer);
    return found === null ? null : { part, pointer: found };
  };
  return subjectFrom(proposal, locate, options);
};
