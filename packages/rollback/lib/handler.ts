import { givenUp, healsByItself, letterOfMessage } from '@flaghoist/core/dead-letter';
import type { Proof } from '@flaghoist/core/decision';
import { InvalidInputError } from '@flaghoist/core/errors';
import { type EventOf, parseBridgeMessage } from '@flaghoist/core/events';
import { orderKey } from '@flaghoist/core/order';
import { parse } from '@flaghoist/core/parse';
import { isHome, rememberHome } from '@flaghoist/core/remember-home';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { askSilentRegions } from './ask-silent-regions.ts';
import { type ConcludePorts, type ConcludeResult, concludeChange, concludeInputSchema } from './conclude-change.ts';
import { judgeChange } from './judge-change.ts';
import type { JudgePorts } from './ports.ts';
import { rememberTopology } from './remember-topology.ts';

export type JudgeHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;
export type ConcludeHandler = (input: unknown) => Promise<ConcludeResult>;

type Verdict = EventOf<'RegionVerdict'>['detail'];

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly verdict: Verdict;
}

/**
 * Region verdicts from the queue. Messages that fail are returned to it one by one; what no repetition heals goes to the dead
 * letters at once, and the home workflow still concludes the change.
 */
export const createJudgeHandler = (given: JudgePorts): JudgeHandler => {
  const ports = {
    ...given,
    topology: rememberTopology(given.topology, given.clock),
    home: rememberHome(given.home, given.clock),
  };
  return async (event) => {
    const failed = new Set<string>();
    const messages: Message[] = [];
    const giveUp = async ({ messageId, body }: Pick<Message, 'messageId' | 'body'>, error: unknown): Promise<void> => {
      if (!(await givenUp(letterOfMessage(body, error), ports, { messageId }))) failed.add(messageId);
    };
    for (const { messageId, body } of event.Records) {
      try {
        messages.push({ messageId, body, verdict: readVerdict(body) });
      } catch (error) {
        ports.log.error('message is not a region verdict', { messageId, error });
        await giveUp({ messageId, body }, error);
      }
    }
    // Each change once, whatever number of its verdicts a batch holds; side by side, so that one flag that everybody
    // writes at this moment does not keep the others waiting.
    const changes = Map.groupBy(messages, ({ verdict }) => `${verdict.changeId}#${orderKey(verdict.order)}`);
    await Promise.all(
      [...changes.values()].map(async (group) => {
        const [first] = group;
        if (first === undefined) return;
        try {
          // The home that decides gets the same answers.
          if (!(await isHome(ports.region, ports.home))) return;
          await judgeChange(first.verdict, group.map(proofOf), ports);
        } catch (error) {
          const { changeId, flagKey } = first.verdict;
          const heals = healsByItself(error);
          ports.log[heals ? 'warn' : 'error']('change not judged', { changeId, flagKey, error });
          for (const message of group) {
            if (heals) failed.add(message.messageId);
            else await giveUp(message, error);
          }
        }
      }),
    );
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
};

/** @throws InvalidInputError for what is not an event of ours, or another one */
const readVerdict = (body: string): Verdict => {
  const event = parseBridgeMessage(body);
  if (event.type === 'RegionVerdict') return event.detail;
  throw new InvalidInputError(
    'message of the queue of verdicts',
    [`/detail-type: is ${event.type}; expected RegionVerdict`],
    'Correct the rule of the bus that feeds the queue.',
  );
};

const proofOf = ({ verdict: { region, verdict, atFault, degraded } }: Message): Proof => ({
  region,
  verdict,
  services: atFault.map(({ service }) => service),
  degraded,
});

/**
 * A step of the home workflow of a change: `ask` after 30 s, `conclude` after 60 s.
 *
 * @throws InvalidInputError for a malformed input; UnavailableError when the workflow should try again
 */
export const createConcludeHandler =
  (ports: ConcludePorts): ConcludeHandler =>
  async (input) => {
    const { step, ...key } = parse(concludeInputSchema, input, {
      what: 'input of conclude',
      hint: 'The workflow conclude-change passes step, changeId, flagKey and order of a ChangeAccepted event.',
    });
    if (!(await isHome(ports.region, ports.home))) return { state: 'accepted', settled: true, asked: [] };
    return step === 'ask' ? askSilentRegions(key, ports) : concludeChange(key, ports);
  };
