import type { Proposal, SignedProposal } from '@flaghoist/core/proposal';
import { type Directory, folded } from '@flaghoist/rules/directory';
import { type Writer, writerOf } from '@flaghoist/rules/identify';
import type { WriterFact } from '@flaghoist/rules/process-facts';

/** A proposal in the name of the one whose key it lies under, and what the rules need to know of that. */
export interface Signed {
  readonly proposal: SignedProposal;
  readonly writer: WriterFact;
}

/**
 * Puts the actor that the key proves in the place of the one that the proposal states (rule 18). Of a trusted submitter's it
 * keeps the stated one, and says who brought it.
 *
 * @param author the principal in the proposal's key
 */
export const signProposal = (proposal: Proposal, author: string, directory: Directory): Signed => {
  const { actor: stated, authentication: _claimed, ...change } = proposal.change;
  const writer = writerOf(author, directory);
  const fact = factOf(writer, proposal, directory);
  const actor = actorOf(writer, stated);
  const review = proposal.kind === 'killed' && isInDoubt(fact) ? ({ review: 'unknown-principal' } as const) : {};
  const signed = { ...change, ...review, actor, authentication: authenticationOf(writer) };
  return { proposal: { ...proposal, change: signed }, writer: fact };
};

/** In whose name something under a key is done. */
const actorOf = (writer: Writer, stated: string): string => {
  switch (writer.by) {
    case 'person':
      return writer.person.actor;
    case 'local':
      return writer.user;
    case 'submitter':
      return stated === '' ? writer.submitter.name : stated;
    case 'unknown':
      return writer.principal;
  }
};

const authenticationOf = (writer: Writer): string => {
  if (writer.by === 'local') return 'local';
  return writer.by === 'submitter' ? `submitter ${writer.submitter.name}` : writer.principal;
};

const factOf = (writer: Writer, { change, kind }: Proposal, { people }: Directory): WriterFact => {
  const { by, principal } = writer;
  if (by === 'person') {
    const { actor, active } = writer.person;
    const isClaim = change.actor !== '' && folded(change.actor) !== folded(actor);
    return { by, principal, active, ...(isClaim ? { claims: change.actor } : {}) };
  }
  if (by !== 'submitter') return { by, principal };
  const { name: submitter, submits } = writer.submitter;
  const person = people.find(({ actor }) => actor === change.actor);
  return {
    by,
    principal,
    submitter,
    maySubmit: submits.includes(kind),
    listed: person !== undefined,
    ...(person === undefined ? {} : { active: person.active }),
  };
};

/** A kill of which nobody can say whose it is. It is carried out, and somebody looks at it afterwards. */
const isInDoubt = ({ by, listed = true, maySubmit = true, active = true }: WriterFact): boolean =>
  by === 'unknown' || !listed || !maySubmit || !active;
