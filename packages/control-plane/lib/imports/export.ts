import { CANARY_FLAG } from '@flaghoist/core/canary';
import { canonicalJson } from '@flaghoist/core/canonical-json';
import type { Envelope } from '@flaghoist/core/envelope';
import { isObject, own } from '@flaghoist/core/json';
import { isSameJson } from '@flaghoist/rules/same-json';
import { offVariantOf } from '../flagd-file/off-variant.ts';
import type { HomePorts } from '../ports.ts';
import { type DamagedFlag, readFlag } from '../views/damaged-flag.ts';
import type { ExportedFile, ExportView } from '../views/export-schema.ts';

/** A file that is being put together. */
interface Draft {
  /** What its flags share whole: metadata is inherited by every flag of a file. */
  readonly around: string;
  readonly flags: [string, NonNullable<Envelope['document']>][];
  readonly evaluators: Map<string, unknown>;
  readonly metadata: unknown;
  readonly schema: unknown;
}

/** The flags that are there, as the files that they came from. */
export const exportOf = async (prefix: string, home: Pick<HomePorts, 'flags'>): Promise<ExportView> => {
  const envelopes: Envelope[] = [];
  const damaged: DamagedFlag[] = [];
  for await (const stored of home.flags.currents()) {
    if (!stored.flagKey.startsWith(prefix) || stored.flagKey === CANARY_FLAG) continue;
    const read = readFlag(stored);
    if ('damaged' in read) damaged.push(read.damaged);
    else envelopes.push(read.envelope);
  }
  envelopes.sort((a, b) => (a.flagKey < b.flagKey ? -1 : 1));
  const drafts: Draft[] = [];
  const beyond: ExportView['beyond'][number][] = [];
  for (const envelope of envelopes) {
    const { flagKey, document, flagState, audience, prerequisites = [] } = envelope;
    if (document === null) continue;
    const source = isObject(envelope.source) ? envelope.source : {};
    add(drafts, flagKey, document, source);
    const { owner, offVariant } = unsaid(envelope, document, source);
    const killed = flagState === 'killed';
    if (killed || audience !== '*' || prerequisites.length > 0 || owner !== null || offVariant !== null)
      beyond.push({ flagKey, killed, audience, prerequisites, owner, offVariant });
  }
  return { files: drafts.map(fileOf), beyond, damaged };
};

/** What an import of the file alone would not come to. */
const unsaid = (
  { owner, offVariant }: Envelope,
  document: NonNullable<Envelope['document']>,
  source: Readonly<Record<string, unknown>>,
): Pick<ExportView['beyond'][number], 'owner' | 'offVariant'> => {
  const [ofFile, ofFlag] = [own(source, 'metadata'), own(document, 'metadata')];
  const metadata = { ...(isObject(ofFile) ? ofFile : {}), ...(isObject(ofFlag) ? ofFlag : {}) };
  return {
    owner: own(metadata, 'owner') === owner ? null : owner,
    offVariant: offVariantOf(document, metadata, undefined).name === offVariant ? null : offVariant,
  };
};

const add = (
  drafts: Draft[],
  flagKey: string,
  document: NonNullable<Envelope['document']>,
  { $evaluators, metadata, $schema }: Readonly<Record<string, unknown>>,
): void => {
  const evaluators = Object.entries(isObject($evaluators) ? $evaluators : {});
  const around = canonicalJson([metadata ?? null, $schema ?? null]);
  const fits = (draft: Draft): boolean =>
    draft.around === around &&
    evaluators.every(([name, value]) => !draft.evaluators.has(name) || isSameJson(value, draft.evaluators.get(name)));
  let draft = drafts.find(fits);
  if (draft === undefined) {
    draft = { around, flags: [], evaluators: new Map(), metadata, schema: $schema };
    drafts.push(draft);
  }
  draft.flags.push([flagKey, document]);
  for (const [name, value] of evaluators) draft.evaluators.set(name, value);
};

const fileOf = ({ flags, evaluators, metadata, schema }: Draft): ExportedFile => ({
  ...(typeof schema === 'string' ? { $schema: schema } : {}),
  flags: Object.fromEntries(flags),
  ...(evaluators.size === 0 ? {} : { $evaluators: Object.fromEntries(evaluators) }),
  ...(isObject(metadata) ? { metadata } : {}),
});
