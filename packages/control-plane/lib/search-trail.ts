import { InvalidInputError } from '@flaghoist/core/errors';
import type { AuditDocument, AuditIndex, TrailPlace, TrailQuery } from '@flaghoist/core/ports/audit-index';

/** Of one question to the index. */
const PAGE = 1_000;

/** In one search, where the index cannot say whose doing a thing was. */
const LOOKED_AT_MOST = 20_000;

interface Search extends TrailQuery {
  readonly actor?: string;
}

interface Page {
  readonly limit: number;
  /** As an answer has named it. */
  readonly before?: string | undefined;
}

export interface Found {
  /** Oldest first. */
  readonly documents: readonly AuditDocument[];
  /** Where the older ones begin; `null` where there are none. */
  readonly before: string | null;
}

/**
 * The newest of what is asked for. It stops at the limit, and after 20,000 documents of others, however long the trail is.
 *
 * @throws InvalidInputError for a place that no answer has named
 */
export const searchTrail = async (
  audit: Pick<AuditIndex, 'newest'>,
  { actor, ...query }: Search,
  { limit, before }: Page,
): Promise<Found> => {
  const found: AuditDocument[] = [];
  let place = before === undefined ? undefined : readPlace(before);
  let looked = 0;
  const until = (at: TrailPlace | undefined): Found => ({
    documents: found.toReversed(),
    before: at === undefined ? null : `${at.at}-${at.id}`,
  });
  for (;;) {
    // One more than is given says whether there are any left.
    const size = actor === undefined ? Math.min(PAGE, limit - found.length + 1) : PAGE;
    const page = await audit.newest(query, { limit: size, ...(place === undefined ? {} : { before: place }) });
    for (const document of page.toReversed()) {
      if (found.length === limit) return until(place);
      place = { at: document.at, id: document.id };
      if (actor === undefined || document.detail['actor'] === actor) found.push(document);
    }
    looked += page.length;
    if (page.length < size) return until(undefined);
    if (actor !== undefined && looked >= LOOKED_AT_MOST) return until(place);
  }
};

const readPlace = (text: string): TrailPlace => {
  const { at, id } = /^(?<at>\d{1,15})-(?<id>.+)$/s.exec(text)?.groups ?? {};
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw new InvalidInputError(
    'search',
    [`before: ${JSON.stringify(text)} is no place of the trail`],
    'Give it as the answer before has named it.',
  );
};
