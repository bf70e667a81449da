import { offVariantOf } from '@flaghoist/control-plane/flagd-file/off-variant';
import { isObject } from '@flaghoist/core/json';
import type { Proposal } from '@flaghoist/core/proposal';
import { facts } from '@flaghoist/rules/evidence';
import { show } from '@flaghoist/rules/pointer';
import type { Policy } from '@flaghoist/rules/policy';
import { phasesAtAcceptance } from '@flaghoist/rules/validate';
import type { FlagInFile, Located } from './flag-in-file.ts';
import type { FlagEntry, FlagSet, Members } from './flag-set.ts';
import { type Surroundings, subjectFrom } from './from-proposal.ts';
import { ambiguousIn, type SharedEvaluators, usedIn } from './shared-evaluators.ts';

export interface ImportOptions extends Surroundings {
  /** The off variant of flags that do not say it themselves. */
  readonly offVariant: string | undefined;
}

/** What is written about a change that nobody has asked for yet; what rules say of it does not concern the file. */
const madeUp: Proposal['change'] = {
  id: 'hoist-validate',
  actor: 'hoist',
  authentication: 'local',
  reason: 'Checked with hoist validate.',
};

const nothing: Members = {};
const firstPart = (pointer: string): string => pointer.split('/', 2)[1] ?? '';

/** What a flag has from the file around it. */
interface Around {
  readonly set: FlagSet;
  readonly used: SharedEvaluators;
}

const sourceOf = ({ set, used }: Around): Members | undefined => {
  const { metadata } = set;
  if (used.size === 0 && metadata === undefined) return undefined;
  return {
    ...(used.size === 0
      ? {}
      : { $evaluators: Object.fromEntries([...used].map(([name, { value }]) => [name, value])) }),
    ...(metadata === undefined ? {} : { metadata }),
  };
};

const locateInSource = ({ set, used }: Around, pointer: string): Located => {
  const [, name, below] = /^\/source\/\$evaluators\/([^/]*)(.*)$/s.exec(pointer) ?? [];
  const evaluator = used.get((name ?? '').replaceAll('~1', '/').replaceAll('~0', '~'));
  if (evaluator !== undefined) return { part: evaluator.part, pointer: evaluator.pointer + (below ?? '') };
  return { part: set.part, pointer: set.at + pointer.slice('/source'.length) };
};

/** A flag of a file, as the new one that an import would propose, or as a change of the known good. @param key `undefined` when nobody has told it */
export const flagInSet = (
  { key, document, at }: Omit<FlagEntry, 'key'> & { readonly key: string | undefined },
  set: FlagSet,
  shared: SharedEvaluators,
  options: ImportOptions,
): FlagInFile => {
  if (!isObject(document)) return noDefinition(key ?? '', document, { part: set.part, pointer: at });
  const around: Around = { set, used: usedIn(document['targeting'], set, shared) };
  const own = isObject(document['metadata']) ? document['metadata'] : nothing;
  const inherited = isObject(set.metadata) ? set.metadata : nothing;
  const metadata = inherited === nothing ? own : { ...inherited, ...own };
  const { owner } = metadata;
  const off = offVariantOf(document, metadata, options.offVariant);
  const source = sourceOf(around);
  const known = options.against?.get(key ?? '');
  const proposal: Proposal = {
    flagKey: key ?? 'the.flag',
    ...(known === undefined
      ? { kind: 'created', basedOn: null }
      : { kind: 'updated', basedOn: { epoch: known.epoch, revision: known.revision } }),
    document,
    ...(off.name === undefined ? {} : { offVariant: off.name }),
    audience: '*',
    owner: typeof owner === 'string' ? owner : 'unknown',
    ...(source === undefined ? {} : { source }),
    change: madeUp,
    proposedAt: options.now,
  };
  const inMetadata = (name: string): Located => ({
    part: set.part,
    pointer: `${Object.hasOwn(own, name) ? at : set.at}/metadata/${name}`,
  });
  const locate = (pointer: string): Located | null => {
    const part = firstPart(pointer);
    if (part === 'document') return { part: set.part, pointer: at + pointer.slice('/document'.length) };
    if (part === 'source') return locateInSource(around, pointer);
    if (part === 'offVariant')
      return off.said ? inMetadata('offVariant') : { part: set.part, pointer: `${at}/variants` };
    if (part === 'owner') return typeof owner === 'string' ? inMetadata('owner') : null;
    if (part === 'flagKey') return key === undefined ? null : { part: set.part, pointer: at };
    return part === '' ? { part: set.part, pointer: at } : null;
  };
  const policy = typeof owner === 'string' ? options.policy : ownerless(options.policy);
  const subject = subjectFrom(proposal, locate, { ...options, policy });
  return {
    ...subject,
    flagKey: key ?? '',
    remarks: [...(off.remark === undefined ? [] : [off.remark]), ...ambiguousIn(around.used)],
  };
};

const withoutOwner = new WeakMap<Policy, Policy>();

/** Nobody's flag has no team whose names it could use. The same object each time, because the rules keep what they read of it. */
const ownerless = (policy: Policy): Policy => {
  const known = withoutOwner.get(policy) ?? { ...policy, keyNamespaces: [] };
  withoutOwner.set(policy, known);
  return known;
};

const noDefinition = (key: string, found: unknown, place: Located): FlagInFile => ({
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
  remarks: [],
  waivers: [],
  hinted: (violations) => violations,
  locate: () => place,
});

/** Of no interest by itself: what it has around it is judged. */
const plain: Members = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

/** The shared evaluators of a file, also those that no flag uses. `null` where there is none. */
export const evaluatorsOf = (set: FlagSet, options: ImportOptions): FlagInFile | null => {
  if (Object.keys(set.evaluators).length === 0) return null;
  const around: Around = { set, used: new Map() };
  const proposal: Proposal = {
    flagKey: 'the.file',
    kind: 'created',
    basedOn: null,
    document: plain,
    offVariant: 'off',
    audience: '*',
    owner: 'unknown',
    source: { $evaluators: set.evaluators },
    change: madeUp,
    proposedAt: options.now,
  };
  const locate = (pointer: string): Located | null =>
    firstPart(pointer) === 'source' ? locateInSource(around, pointer) : null;
  const policy = { ...options.policy, keyNamespaces: [], requiredMetadata: [] };
  return { ...subjectFrom(proposal, locate, { ...options, policy }), flagKey: '' };
};
