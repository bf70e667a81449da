import { hash } from 'node:crypto';
import type { EvaluationContext } from '@openfeature/core';
import type { FlagSet } from '../flag-set.ts';
import type { Freshness } from '../freshness.ts';
import { PROBE_FLAG } from '../probe.ts';
import { ageText, answer } from './answers.ts';

export const EVENTS_PATH = '/ofrep/v1/events';

interface Bulk {
  readonly etag: string;
  readonly text: string;
}

/** Where a browser hears of changes. Without an origin: it is that of the gateway through which it came. */
const eventStreams = JSON.stringify([{ type: 'sse', endpoint: { requestUri: EVENTS_PATH } }]);

/** Flags without a value for this caller are left out: the caller's default applies. One of the reserved name is nobody's. */
const flagsText = (flags: FlagSet, context: EvaluationContext, age: string): string =>
  [...flags.all()]
    .filter(({ key }) => key !== PROBE_FLAG)
    .map((served) => answer(served, context, age))
    .filter(({ status }) => status !== 404)
    .map(({ text }) => text)
    .join(',');

/** Whether a client has what this tag names. What stands between may compress an answer, and makes its tag a weak one. */
export const isKnown = (etag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);

/**
 * All flags for one caller. The tag covers what is answered and the context: a rule may look at the time, and a client keeps
 * its tag when only other attributes change. How old it all is does not count.
 *
 * @param asked the attributes of the caller, and the text that has them
 */
export const answerAll = (
  flags: FlagSet,
  { context, body }: { readonly context: EvaluationContext; readonly body: string },
  freshness: Freshness,
): Bulk => {
  const plain = flagsText(flags, context, freshness.stale ? ',"stale":true' : '');
  const text = freshness.stale ? flagsText(flags, context, ageText(freshness)) : plain;
  const etag = `"${hash('sha256', `${flags.tag}\n${body}\n${plain}`).slice(0, 32)}"`;
  return { etag, text: `{"flags":[${text}],"metadata":{},"eventStreams":${eventStreams}}` };
};
