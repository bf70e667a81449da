import { digestOf } from '@flaghoist/core/canonical-json';
import type { Envelope } from '@flaghoist/core/envelope';
import { isObject, own } from '@flaghoist/core/json';
import { orderOf } from '@flaghoist/core/order';
import type { Proposal } from '@flaghoist/core/proposal';
import { killedDocument } from '@flaghoist/core/revision';
import { isSameJson } from '@flaghoist/rules/same-json';
import type { FlagOfFile } from '../flagd-file/flagd-file.ts';
import { offVariantOf } from '../flagd-file/off-variant.ts';

/** What an import asks for beside its file. */
export interface ImportAsked {
  readonly id: string;
  /** Who asks for it: many write under one key, and one of them may know an id of another. */
  readonly actor: string;
  readonly reason: string;
  readonly ticket?: string | undefined;
  readonly approvals?: readonly string[] | undefined;
  /** For flags whose metadata does not say it. */
  readonly owner?: string | undefined;
  readonly offVariant?: string | undefined;
  readonly audience?: '*' | readonly string[] | undefined;
}

type Content = Pick<Proposal, 'document' | 'offVariant' | 'owner' | 'audience' | 'source'>;

const ID_DIGITS = 16;

/**
 * The id of the change that a flag of an import becomes: the same file under the same id of the same person asks after the same
 * changes, and a flag that was edited meanwhile is another one.
 */
const changeIdOf = ({ id, actor, approvals = [] }: ImportAsked, flagKey: string, content: Content): string =>
  `${id}.${digestOf({ actor, flagKey, approvals, ...content }).slice(0, ID_DIGITS)}`;

/**
 * What is proposed for a flag of a file. What neither the file nor the import says stays as it is; a new flag is for all services.
 *
 * @param current the newest revision, or none
 */
export const wantedOf = (flag: FlagOfFile, asked: ImportAsked, current: Envelope | null, now: number): Proposal => {
  const isThere = current !== null && current.flagState !== 'archived';
  const content = contentOf(flag, asked, isThere ? current : null);
  const { reason, ticket, approvals = [] } = asked;
  return {
    flagKey: flag.flagKey,
    kind: isThere ? 'updated' : 'created',
    basedOn: current === null ? null : orderOf(current),
    ...content,
    change: {
      // By what the file says alone: what the flag has meanwhile become must not give the same line another id.
      id: changeIdOf(asked, flag.flagKey, contentOf(flag, asked, null)),
      actor: '',
      authentication: '',
      reason,
      ...(ticket === undefined ? {} : { ticket }),
      ...(approvals.length === 0 ? {} : { approvals: approvals.map((actor) => ({ actor, at: 0 })) }),
    },
    proposedAt: now,
  };
};

const contentOf = (
  { document, metadata, source }: FlagOfFile,
  asked: ImportAsked,
  current: Envelope | null,
): Content => {
  const said = own(metadata, 'owner');
  const owner = typeof said === 'string' ? said : current === null ? asked.owner : undefined;
  const off = offVariantOf(document, metadata, asked.offVariant);
  const variants = own(document, 'variants');
  const keepsOff =
    current !== null && !off.said && isObject(variants) && Object.hasOwn(variants, current.offVariant ?? '');
  const audience = asked.audience ?? (current === null ? '*' : undefined);
  const isPlain = Object.keys(source).length === 0;
  return {
    document: { ...document },
    ...(off.name === undefined || keepsOff ? {} : { offVariant: off.name }),
    ...(owner === undefined ? {} : { owner }),
    ...(audience === undefined ? {} : { audience: audience === '*' ? '*' : [...audience] }),
    ...(isPlain && current?.source === undefined ? {} : { source: { ...source } }),
  };
};

/** Whether a revision is what was accepted of a flag of a file. */
export const isAccepted = (flag: FlagOfFile, asked: ImportAsked, revision: Envelope): boolean =>
  // A new flag has all that the import says, and nothing of what was there before.
  isUnchanged(wantedOf(flag, asked, revision.kind === 'created' ? null : revision, revision.at.proposed), revision);

/** Whether the flag is already what would be proposed. */
export const isUnchanged = (proposal: Proposal, current: Envelope | null): boolean => {
  if (current === null || current.document === null) return false;
  const { document = {}, owner, audience, source = {}, offVariant = current.offVariant } = proposal;
  const served = current.flagState === 'killed' ? killedDocument(document, offVariant) : document;
  return (
    isSameJson(served, current.document) &&
    isSameJson(source, current.source ?? {}) &&
    offVariant === current.offVariant &&
    (owner === undefined || owner === current.owner) &&
    (audience === undefined || isSameJson(setOf(audience), setOf(current.audience)))
  );
};

const setOf = (audience: '*' | readonly string[]): readonly string[] =>
  audience === '*' ? ['*'] : [...new Set(audience)].sort();
