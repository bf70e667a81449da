import { InvalidInputError } from '@flaghoist/core/errors';
import { type Proposal, proposalOutcomeSchema, proposalSchema } from '@flaghoist/core/proposal';
import { NotAllowedError } from '@flaghoist/operations/errors';
import { readProposal } from '@flaghoist/validator/read-proposal';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { NotFoundError, TakenError } from '../errors.ts';
import { demand } from '../identity/caller.ts';
import { refuseUnsigned } from '../identity/four-eyes.ts';
import type { Immutable } from '../views/immutable.ts';

const MAX_WAIT_SECONDS = 30;
const POLL_MS = 25;

const wait = z.coerce
  .number()
  .min(0)
  .max(MAX_WAIT_SECONDS)
  .default(0)
  .describe('Seconds to wait for the outcome before the answer says that there is none yet.');

const answerView = z
  .object({
    author: z.string().describe('The principal under whose key it lies.'),
    changeId: z.string(),
    outcome: z.nullable(proposalOutcomeSchema),
  })
  .meta({ id: 'ProposalAnswer' });

export type ProposalAnswer = Immutable<z.output<typeof answerView>>;

const none = (changeId: string, author: string): NotFoundError =>
  new NotFoundError(
    `proposal ${changeId} of ${author}`,
    'Look whether its author is another one: a change id is unique for one author only.',
  );

/** Proposals: what authors ask for, and how it ended. */
export const proposalRoutes = (app: Api, { ports }: ApiContext): void => {
  const outcomeOf = async (author: string, changeId: string, seconds: number): Promise<ProposalAnswer['outcome']> => {
    const { clock } = ports;
    const until = clock.now() + seconds * 1000;
    for (;;) {
      const outcome = await ports.home().changes.outcome(author, changeId);
      if (outcome !== undefined || clock.now() >= until) return outcome ?? null;
      await clock.sleep(POLL_MS);
    }
  };

  app.post(
    '/v1/proposals',
    {
      schema: {
        summary: 'Propose a change; the same id and content again answers with the same outcome',
        description:
          'Who proposes is known by the token or, on the machine of the server, by the header x-hoist-user: what the body says of the actor is not looked at.',
        tags: ['proposals'],
        querystring: z.object({ wait }),
        body: proposalSchema,
        response: { 200: answerView, 202: answerView },
      },
    },
    async ({ caller, body, query }, reply) => {
      const proposal = body as Proposal;
      demand(caller, proposal.kind === 'killed' ? 'kill' : 'propose', proposal.flagKey);
      refuseUnsigned(caller, proposal, ports.policy);
      const signed = {
        ...proposal,
        change: { ...proposal.change, actor: caller.actor, authentication: '' },
        proposedAt: Math.min(proposal.proposedAt, ports.clock.now()),
      };
      const { principal: author } = caller;
      const { id: changeId } = proposal.change;
      const proposed = await ports.home().authorWith(author).propose(signed);
      if (proposed === 'other-content')
        throw new TakenError(
          `the change id ${changeId} was used for another proposal`,
          'Give every change an id of its own; only a retry of the same content has the same one.',
        );
      const outcome = await outcomeOf(author, changeId, query.wait);
      return reply.status(outcome === null ? 202 : 200).send({ author, changeId, outcome });
    },
  );

  app.delete(
    '/v1/proposals/:changeId',
    {
      schema: {
        summary: 'Take back a proposal of your own that home has not judged yet, such as one that waits for its time',
        description:
          'The outcome is withdrawn, or what home had decided before it heard of this: a change that was accepted stays, and is changed by another one.',
        tags: ['proposals'],
        params: z.object({ changeId: z.string().max(100) }),
        querystring: z.object({ wait }),
        response: { 200: answerView, 202: answerView },
      },
    },
    async ({ caller, params: { changeId }, query }, reply) => {
      const { principal: author } = caller;
      const home = ports.home();
      const found = await home.proposals.proposal({ author, changeId });
      const proposal = found && readProposal(found);
      if (proposal === undefined || proposal instanceof InvalidInputError) throw none(changeId, author);
      demand(caller, proposal.kind === 'killed' ? 'kill' : 'propose', proposal.flagKey);
      // Under the key of this server lie the proposals of everybody who has a token.
      if (proposal.change.actor !== caller.actor)
        throw new NotAllowedError(
          caller.actor,
          'withdraw',
          `Only ${proposal.change.actor}, who has made the proposal, may withdraw it.`,
        );
      if ((await home.authorWith(author).withdraw(changeId)) === 'absent') throw none(changeId, author);
      const outcome = await outcomeOf(author, changeId, query.wait);
      return reply.status(outcome === null ? 202 : 200).send({ author, changeId, outcome });
    },
  );

  app.get(
    '/v1/proposals/:changeId',
    {
      schema: {
        summary: 'How a proposal ended',
        tags: ['proposals'],
        params: z.object({ changeId: z.string().max(100) }),
        querystring: z.object({ author: z.string().optional(), wait }),
        response: { 200: answerView },
      },
    },
    async ({ caller, params: { changeId }, query: { author = caller.principal, wait: seconds } }) => {
      demand(caller, 'read');
      const outcome = await outcomeOf(author, changeId, seconds);
      if (outcome === null && (await ports.home().proposals.proposal({ author, changeId })) === undefined)
        throw none(changeId, author);
      return { author, changeId, outcome };
    },
  );
};
