import type { TopologyAnswer } from '@flaghoist/control-plane/routes/topology';
import { ownerOf, type ServerOption } from '../client/command.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const WAIT_SECONDS = 20;

/** Has a server change its topology, and waits until it is done. @returns the exit code */
export const askServer = async (
  asked: Readonly<Record<string, string>>,
  options: ServerOption,
  context: CommandContext,
): Promise<number> => {
  const { output } = context;
  const client = await ownerOf(options, context);
  for (;;) {
    const answer = await client.post<TopologyAnswer>('/v1/topology', asked, { wait: WAIT_SECONDS });
    const { done, state, home, version, pending } = answer;
    const name = asked['region'] ?? asked['service'];
    if (!done) {
      output.progress(`${name}: ${state ?? 'not there yet'}, not done yet`);
      continue;
    }
    output.document(answer);
    if (output.json) return exitCodes.ok;
    output.say(
      asked['action'] === 'promote'
        ? `${home} is home; ${pending} revisions are still to be taken over.`
        : `${name} is ${state}, in version ${version} of the topology.`,
    );
    return exitCodes.ok;
  }
};
