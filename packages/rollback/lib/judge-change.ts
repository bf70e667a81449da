import type { ChangeKey } from '@flaghoist/core/change';
import { isOldNews, type Proof } from '@flaghoist/core/proof';
import { askRegions } from './ask-regions.ts';
import { followUp } from './follow-up.ts';
import { noteTakenBack } from './note-taken-back.ts';
import type { RollbackPorts } from './ports.ts';
import { settleChange } from './settle-change.ts';

/**
 * Keeps what regions answered about one change, decides it if that is enough, and does what follows.
 *
 * @throws UnavailableError when the answers should be delivered again
 */
export const judgeChange = async (key: ChangeKey, answers: readonly Proof[], ports: RollbackPorts): Promise<void> => {
  // One after the other: two answers of the same region must not race each other.
  for (const answer of answers) await ports.changes.recordProof(key, answer);
  const settled = await settleChange(key, { concluding: 'none' }, ports);
  await noteTakenBack(settled.record, answers, ports);
  await followUp(settled, answers, ports);
  if (settled.record.state === 'accepted') await askRegions(key, oldNews(answers, ports.clock.now()), ports);
};

/**
 * What found fault so long ago that it is not acted on (rule 13). Each such answer is asked for once more, and only while the
 * change is undecided: an answer that is half a minute late every time ends with the conclusion.
 */
const oldNews = (answers: readonly Proof[], now: number): readonly Proof[] =>
  answers.filter((answer) => answer.verdict === 'inconsistent' && isOldNews(answer, now));
