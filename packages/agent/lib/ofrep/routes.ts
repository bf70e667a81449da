import type { Agent } from '../agent.ts';
import type { Route } from '../http-server.ts';
import { PROBE_FLAG } from '../probe.ts';
import { type Answer, ageText, answer, failure } from './answers.ts';
import { answerAll, EVENTS_PATH, isKnown } from './bulk.ts';
import type { EventStreams } from './events.ts';
import { contextIn } from './requests.ts';

const FLAGS_PATH = '/ofrep/v1/evaluate/flags';

interface Served {
  readonly agent: Agent;
  readonly events: EventStreams;
  /** Told of each evaluation: the HTTP status of its answer. */
  readonly evaluated: (status: number) => void;
}

/** OFREP: one flag, all flags, and word of changes. */
export const ofrepRoutes = ({ agent, events, evaluated }: Served): readonly Route[] => {
  const { flags, freshness } = agent;
  const notReady = (key?: string): Answer =>
    failure('PROVIDER_NOT_READY', `the flags of ${agent.service} were not read yet`, key);

  const one = (key: string, body: string): Answer => {
    if (!freshness.loaded) return notReady(key);
    const asked = contextIn(body, key);
    if ('refused' in asked) return asked.refused;
    const served = key === PROBE_FLAG ? flags.probe : flags.served(key);
    if (served === undefined) return failure('FLAG_NOT_FOUND', `${agent.service} has no flag ${key}`, key);
    return answer(served, asked.context, ageText(freshness));
  };

  return [
    {
      method: 'POST',
      path: new RegExp(`^${FLAGS_PATH}/(?<key>[^/]+)$`),
      answer: ({ part, body }) => {
        const given = one(part, body);
        evaluated(given.status);
        return given;
      },
    },
    {
      method: 'POST',
      path: new RegExp(`^${FLAGS_PATH}$`),
      answer: ({ body, headers }) => {
        const asked = contextIn(body);
        if (!freshness.loaded || 'refused' in asked) {
          const refused = 'refused' in asked ? asked.refused : notReady();
          evaluated(refused.status);
          return refused;
        }
        const { etag, text } = answerAll(flags, { ...asked, body }, freshness);
        const known = isKnown(etag, headers['if-none-match']);
        evaluated(known ? 304 : 200);
        return known ? { status: 304, text: '', headers: { etag } } : { status: 200, text, headers: { etag } };
      },
    },
    { method: 'GET', path: new RegExp(`^${EVENTS_PATH}$`), stream: (response) => events.add(response) },
  ];
};
