import { type AcceptanceState, MAX_OVERTAKEN_KILL_AGE_MINUTES, MAX_PROPOSAL_AGE_MINUTES } from './acceptance-state.ts';
import type { Model } from './search.ts';

/** In every state. */
export const acceptancePromises = (nameOf: (intent: number) => string): Model<AcceptanceState>['always'] => ({
  'nothing is accepted twice': ({ revisions }) => {
    const twice = revisions.find(({ intent }, at) => revisions.findIndex((other) => other.intent === intent) < at);
    return twice && `${nameOf(twice.intent)} has two revisions`;
  },
  'an outcome is never unsaid': ({ ended }) => {
    const unsaid = ended.find(({ intent, result }) =>
      ended.some((other) => other.intent === intent && other.result !== result),
    );
    return unsaid && `${nameOf(unsaid.intent)} ended as ${unsaid.result}, and otherwise`;
  },
  'a kill is refused only when it is old and overtaken': ({ ended }) => {
    const refused = ended.find(
      ({ kind, result, overtaken, ageMinutes }) =>
        kind === 'killed' && result !== 'accepted' && !(overtaken && ageMinutes > MAX_OVERTAKEN_KILL_AGE_MINUTES),
    );
    return refused && `${nameOf(refused.intent)}, ${refused.ageMinutes} minutes old, ended as ${refused.result}`;
  },
  'an old kill does not undo a later restore': ({ ended }) => {
    const late = ended.find(
      ({ kind, result, overtaken, ageMinutes }) =>
        kind === 'killed' && result === 'accepted' && overtaken && ageMinutes > MAX_OVERTAKEN_KILL_AGE_MINUTES,
    );
    return late && `${nameOf(late.intent)} was accepted after ${late.ageMinutes} minutes`;
  },
  'only kills are accepted late': ({ ended }) => {
    const late = ended.find(
      ({ kind, result, ageMinutes }) =>
        kind !== 'killed' && result === 'accepted' && ageMinutes > MAX_PROPOSAL_AGE_MINUTES,
    );
    return late && `${nameOf(late.intent)} was accepted after ${late.ageMinutes} minutes`;
  },
  'everybody hears of what he wrote': ({ told }) => {
    const other = told.find(({ intent, content, about }) => about.intent !== intent || about.content !== content);
    return (
      other &&
      `content ${other.content} of ${nameOf(other.intent)} got the answer to content ${other.about.content} of ${nameOf(other.about.intent)}`
    );
  },
});
