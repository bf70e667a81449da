import { givenUp, healsByItself, letterOfMessage } from '@flaghoist/core/dead-letter';
import { orderKey } from '@flaghoist/core/order';
import { parse } from '@flaghoist/core/parse';
import { rememberByText } from '@flaghoist/core/remember';
import { isHome, rememberHome } from '@flaghoist/core/remember-home';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { askAboutChange, type ConcludeResult, concludeChange, concludeInputSchema } from './conclude-change.ts';
import { judgeChange } from './judge-change.ts';
import type { JudgePorts, RollbackPorts } from './ports.ts';
import { type Heard, readMessage } from './read-message.ts';
import { rememberTopology } from './remember-topology.ts';

export type JudgeHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;
export type ConcludeHandler = (input: unknown) => Promise<ConcludeResult>;

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly heard: Heard;
}

/** Messages about the same change, or the same Redis, are taken together. */
const subjectOf = ({ heard }: Message): string => {
  if (heard.says === 'nothing' || heard.says === 'foreign') return heard.says;
  if (heard.says !== 'answer') return `outage#${heard.outage.region}#${heard.outage.redis}`;
  const { changeId, flagKey, order } = heard.key;
  return `change#${changeId}#${flagKey}#${orderKey(order)}`;
};

/**
 * What regions answer, and say of their Redis, from the queue. Messages that fail are returned to it one by one; what no
 * repetition heals goes to the dead letters at once, and the home workflow still concludes the change.
 */
export const createJudgeHandler = (given: JudgePorts): JudgeHandler => {
  const ports = {
    ...given,
    topology: rememberTopology(given.topology, given.clock),
    home: rememberHome(given.home, given.clock),
  };
  // What failed comes again by the minute, for as long as anything is away.
  const read = rememberByText(readMessage);
  /** `false` also when nobody can say it. */
  const decidesHere = async (otherwise: (error: unknown) => Promise<void>): Promise<boolean> => {
    try {
      return await isHome(ports.region, ports.home);
    } catch (error) {
      await otherwise(error);
      return false;
    }
  };
  return async (event) => {
    const failed = new Set<string>();
    const messages: Message[] = [];
    const giveUp = async ({ messageId, body }: Pick<Message, 'messageId' | 'body'>, error: unknown): Promise<void> => {
      if (!(await givenUp(letterOfMessage(body, error), ports, { messageId }))) failed.add(messageId);
    };
    const putBack = async (group: readonly Message[], error: unknown, subject: string): Promise<void> => {
      const heals = healsByItself(error);
      ports.log[heals ? 'warn' : 'error']('change not judged', { subject, error });
      for (const message of group) {
        if (heals) failed.add(message.messageId);
        else await giveUp(message, error);
      }
    };
    for (const { messageId, body } of event.Records) {
      try {
        const heard = read(body);
        messages.push({ messageId, body, heard });
        if (heard.says === 'foreign')
          ports.log.error('a region spoke for another one; its answer is not counted', { messageId });
      } catch (error) {
        ports.log.error('message is not a region verdict', { messageId, error });
        await giveUp({ messageId, body }, error);
      }
    }
    // The home that decides gets the same answers.
    if (messages.length > 0 && (await decidesHere((error) => putBack(messages, error, 'who is home')))) {
      // Each subject once, whatever number of its messages a batch holds; side by side, so that one flag that everybody
      // writes at this moment does not keep the others waiting.
      await Promise.all(
        [...Map.groupBy(messages, subjectOf)].map(async ([subject, group]) => {
          try {
            await take(
              group.map(({ heard }) => heard),
              ports,
            );
          } catch (error) {
            await putBack(group, error, subject);
          }
        }),
      );
    }
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
};

/** @param heard of one change, or of one Redis */
const take = async (heard: readonly Heard[], ports: RollbackPorts): Promise<void> => {
  for (const one of heard) {
    const degraded = one.says === 'answer' ? one.degraded : one.says === 'degraded' ? [one] : [];
    for (const { outage, serves } of degraded) await ports.changes.noteDegraded(outage, serves);
    if (one.says === 'ended') await ports.changes.noteEnded(one.outage);
  }
  const answers = heard.filter((one) => one.says === 'answer');
  const [first] = answers;
  if (first !== undefined) {
    await judgeChange(
      first.key,
      answers.map(({ proof }) => proof),
      ports,
    );
  }
};

/**
 * A step of the home workflow of a change: `ask` after 30 and 87 s, `conclude` after 60 and 107 s.
 *
 * @throws InvalidInputError for a malformed input; UnavailableError when the workflow should try again
 */
export const createConcludeHandler =
  (ports: RollbackPorts): ConcludeHandler =>
  async (input) => {
    const asked = parse(concludeInputSchema, input, {
      what: 'input of conclude',
      hint: 'The workflow conclude-change passes step, changeId, flagKey and order of a ChangeAccepted event.',
    });
    if (!(await isHome(ports.region, ports.home))) return { state: 'accepted', settled: true, asked: [] };
    return asked.step === 'ask' ? askAboutChange(asked, asked.look, ports) : concludeChange(asked, asked, ports);
  };
