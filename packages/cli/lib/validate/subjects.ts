import { parseEnvelope } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject, own } from '@flaghoist/core/json';
import { type Proposal, parseProposal } from '@flaghoist/core/proposal';
import { facts } from '@flaghoist/rules/evidence';
import { pointerTo, show } from '@flaghoist/rules/pointer';
import type { Policy } from '@flaghoist/rules/policy';
import { phasesAtAcceptance, underPolicy } from '@flaghoist/rules/validate';
import type { FileKind, FlagInFile } from './flag-in-file.ts';
import { type Surroundings, subjectFrom } from './from-proposal.ts';
import type { JsonFile } from './json-file.ts';

export interface Contents {
  readonly kind: FileKind;
  readonly subjects: readonly FlagInFile[];
}

type Members = Readonly<Record<string, unknown>>;

export interface ReadOptions extends Surroundings {
  /** The file, as its user calls it. */
  readonly name: string;
  /** The key of a flag definition, which does not say it itself. */
  readonly key: string | undefined;
  /** What an envelope is judged by instead of its own policy. */
  readonly otherPolicy: Policy | undefined;
}

/**
 * What is in a file, by its shape: an object with `envelopeDigest` is an envelope, one with `change` a proposal, one with
 * `flags` a flagd file, one with `variants` or `state` the definition of one flag.
 *
 * @throws InvalidInputError for anything else, and for an envelope or a proposal that lacks its form
 */
export const contentsOf = (file: JsonFile, options: ReadOptions): Contents => {
  const { value } = file;
  if (isObject(value)) {
    if (Object.hasOwn(value, 'envelopeDigest')) return { kind: 'envelope', subjects: [envelopeIn(file, options)] };
    if (Object.hasOwn(value, 'change')) return { kind: 'proposal', subjects: [proposalIn(file, options)] };
    if (Object.hasOwn(value, 'flags')) return { kind: 'flagd file', subjects: flagsIn(value, options) };
    if (Object.hasOwn(value, 'variants') || Object.hasOwn(value, 'state')) {
      return { kind: 'flag definition', subjects: [definitionIn(value, options)] };
    }
  }
  throw new InvalidInputError(
    options.name,
    ['it is no flagd file (flags), no flag definition (variants, state), no proposal (change) and no envelope'],
    'Name a file of one of these forms; hoist validate --help describes them.',
  );
};

/** Places with their lines, for files that lack the form itself. */
const located = <T>(read: () => T, name: string, { positionOf }: JsonFile): T => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const places = error.places.map((place) => {
      const { line, column } = positionOf(place.slice(0, Math.max(0, place.indexOf(':'))).replace(/^\/$/, ''));
      return `${line}:${column} ${place}`;
    });
    throw new InvalidInputError(name, places, error.hint, error);
  }
};

const envelopeIn = (file: JsonFile, { name, otherPolicy }: ReadOptions): FlagInFile => {
  const sealed = located(() => parseEnvelope(file.text), name, file);
  const envelope = otherPolicy === undefined ? sealed : underPolicy(sealed, otherPolicy);
  return {
    flagKey: envelope.flagKey,
    kind: envelope.kind,
    envelope,
    phases: phasesAtAcceptance(envelope.kind),
    known: new Set(facts),
    obstacles: [],
    inFile: (pointer) => pointer,
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

const firstPart = (pointer: string): string => pointer.split('/')[1] ?? '';

const proposalIn = (file: JsonFile, options: ReadOptions): FlagInFile => {
  const proposal = located(() => parseProposal(file.text), options.name, file);
  const inFile = (pointer: string): string | null => {
    const part = firstPart(pointer);
    if (kept.includes(part) && !Object.hasOwn(proposal, part)) return proposal.kind === 'created' ? '' : null;
    if (madeByHome.includes(part)) return null;
    if (pointer === '/at/proposed') return '/proposedAt';
    if (pointer === '/flagState') return '/kind';
    return Object.hasOwn(proposal, part) ? pointer : '';
  };
  return subjectFrom(proposal, inFile, options);
};

/** What is written about a change that nobody has asked for yet; what rules say of it does not concern the file. */
const madeUp: Proposal['change'] = {
  id: 'hoist-validate',
  actor: 'hoist',
  authentication: 'local',
  reason: 'Checked with hoist validate.',
};

/** As an import has it: the variant `off`, or the one whose value is false. */
const offVariantOf = (document: Members): { offVariant?: string } => {
  const variants = own(document, 'variants');
  if (!isObject(variants)) return {};
  const name = Object.hasOwn(variants, 'off') ? 'off' : Object.keys(variants).find((key) => variants[key] === false);
  return name === undefined ? {} : { offVariant: name };
};

const ownerOf = (document: Members): string | undefined => {
  const metadata = own(document, 'metadata');
  const owner = isObject(metadata) ? own(metadata, 'owner') : undefined;
  return typeof owner === 'string' ? owner : undefined;
};

interface Definition {
  readonly key: string | undefined;
  readonly document: Members;
  /** Where it stands in the file. */
  readonly at: string;
  /** The shared evaluators and metadata of a flagd file. */
  readonly source?: Members;
}

const subjectOf = ({ key, document, at, source }: Definition, options: ReadOptions): FlagInFile => {
  const owner = ownerOf(document);
  const proposal: Proposal = {
    flagKey: key ?? 'the.flag',
    kind: 'created',
    basedOn: null,
    document,
    ...offVariantOf(document),
    audience: '*',
    owner: owner ?? 'unknown',
    ...(source === undefined ? {} : { source }),
    change: madeUp,
    proposedAt: options.now,
  };
  const inFile = (pointer: string): string | null => {
    const part = firstPart(pointer);
    if (part === 'document') return `${at}${pointer.slice('/document'.length)}`;
    if (part === 'source') return pointer.slice('/source'.length);
    if (part === 'offVariant') return `${at}/variants`;
    if (part === 'owner') return owner === undefined ? null : `${at}/metadata/owner`;
    if (part === 'flagKey') return key === undefined ? null : at;
    return part === '' ? at : null;
  };
  // Nobody's flag has no team whose names it could use.
  const policy = owner === undefined ? { ...options.policy, keyNamespaces: [] } : options.policy;
  return subjectFrom(proposal, inFile, { ...options, policy });
};

const definitionIn = (document: Members, options: ReadOptions): FlagInFile =>
  subjectOf({ key: options.key, document, at: '' }, options);

const noDefinition = (key: string, found: unknown): FlagInFile => ({
  flagKey: key,
  kind: 'created',
  envelope: null,
  phases: phasesAtAcceptance('created'),
  known: new Set(facts),
  obstacles: [
    {
      ruleId: 'FH-DOC-02',
      severity: 'error',
      pointer: '/document',
      message: `The flag is ${show(found)}; expected a flagd flag definition.`,
      hint: 'Give an object with state, variants and defaultVariant.',
    },
  ],
  inFile: () => pointerTo('flags', key),
});

/** The flags of a flagd file, each with the file's shared evaluators and metadata. */
const flagsIn = (value: Members, options: ReadOptions): readonly FlagInFile[] => {
  const { flags, $schema: _schema, ...rest } = value;
  if (!isObject(flags)) {
    throw new InvalidInputError(options.name, ['/flags: expected an object'], 'Give flags by their keys.');
  }
  const source = Object.keys(rest).length === 0 ? {} : { source: rest };
  return Object.entries(flags).map(([key, document]) =>
    isObject(document)
      ? subjectOf({ key, document, at: pointerTo('flags', key), ...source }, options)
      : noDefinition(key, document),
  );
};
