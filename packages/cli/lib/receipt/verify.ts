import { formatOrder } from '@flaghoist/core/order';
import { visibleText } from '@flaghoist/core/visible-text';
import { type ReadDocument, readDocument } from '@flaghoist/receipts/read';
import { type Verified, verifyText } from '@flaghoist/receipts/verify';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readInput } from '../read-input.ts';
import { trustedKeys } from './keys.ts';
import type { VerifyOptions } from './options.ts';

/** Says whether a receipt, or the proof of a row, is what was signed. */
export const verifyReceipt = async (file: string, options: VerifyOptions, context: CommandContext): Promise<number> => {
  const { output } = context;
  const text = readInput(file);
  // Before the keys: what is no receipt needs none.
  const document = readDocument(text, file);
  const keys = await trustedKeys(options, context);
  const verified = ofEnvironment(options.environment, verifyText(text, keys, document));
  const { findings, keyId } = verified;
  const isGood = findings.length === 0;
  const { environment } = document.facts;
  output.document({ file, good: isGood, environment, keyId, findings, facts: document.facts, ...counted(document) });
  if (!output.json) tell(file, verified, output);
  return isGood ? exitCodes.ok : exitCodes.no;
};

/** With a finding where it is of another environment than it must be of. */
const ofEnvironment = (wanted: string | undefined, verified: Verified): Verified => {
  const { environment } = verified.document.facts;
  if (wanted === undefined || wanted === environment) return verified;
  const message = `it is of the environment ${environment}, and must be of ${wanted}`;
  return { ...verified, findings: [...verified.findings, { part: 'fact', place: '/facts/environment', message }] };
};

const rowsIn = (document: ReadDocument) => (document.document === 'flaghoist-receipt' ? document.rows : [document.row]);

const counted = (document: ReadDocument) => ({
  rows: rowsIn(document).length,
  verdicts: Object.fromEntries(
    [...Map.groupBy(rowsIn(document), ({ verdict }) => verdict)].map(([verdict, rows]) => [verdict, rows.length]),
  ),
});

const tell = (file: string, { document, findings, keyId }: Verified, output: Output): void => {
  const { green, red, bold } = output.colours;
  const { environment, flagKey, order, state, proposedBy, regions } = document.facts;
  if (findings.length > 0) {
    output.say(red(bold(`${file} is not good:`)));
    for (const { place, message } of findings) output.say(`  ${visibleText(place)}: ${visibleText(message)}`);
    return;
  }
  output.say(green(`${file} is what was signed by the key ${keyId} of the environment ${visibleText(environment)}.`));
  output.say(`  ${flagKey} ${formatOrder(order)}: ${state}, proposed by ${visibleText(proposedBy.actor)}`);
  if (document.document === 'flaghoist-receipt-row') {
    const { service, region, verdict, evidence } = document.row;
    output.say(`  ${visibleText(`${service} in ${region}: ${verdict} (${evidence})`)}`);
    return;
  }
  const { rows, verdicts } = counted(document);
  const parts = Object.entries(verdicts).map(([verdict, count]) => `${count} ${verdict}`);
  output.say(`  ${rows} caches in ${regions.length} regions: ${parts.join(', ')}`);
  const claims = regions.flatMap(({ instances }) => (instances === null ? [] : [instances]));
  const sum = (of: 'alive' | 'holding'): number => claims.reduce((total, each) => total + each[of], 0);
  if (claims.length > 0)
    output.say(`  ${sum('holding')} of ${sum('alive')} instances claim to hold it (a claim, beside the verdicts)`);
};
