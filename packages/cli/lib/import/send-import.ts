import type { FlagdFile } from '@flaghoist/control-plane/flagd-file/flagd-file';
import type { ImportView } from '@flaghoist/control-plane/views/import-schema';
import { newChangeId } from '../client/change-id.ts';
import type { Client } from '../client/client.ts';
import { lasting } from '../client/lasting.ts';
import type { Output } from '../output.ts';
import type { ImportOptions } from './options.ts';

const WAIT_SECONDS = 5;

/** The id of an import that has none: readable, and no other's. */
export const importIdOf = ({ id }: ImportOptions, path: string): string => {
  const word = (path.split(/[\\/]/).at(-1) ?? '').replace(/\.\w+$/, '').replaceAll(/[^\w.-]/g, '');
  return id ?? newChangeId(`import-${word}`);
};

interface Sent {
  readonly id: string;
  readonly file: FlagdFile;
  readonly options: ImportOptions;
}

/** Sends the file until every flag has ended, and says how far it is. */
export const sendImport = async (client: Client, { id, file, options }: Sent, output: Output): Promise<ImportView> => {
  const { reason, ticket, owner, off, audience, approvedBy, dryRun = false } = options;
  const body = {
    id,
    file,
    reason,
    ticket,
    owner,
    offVariant: off,
    approvals: approvedBy,
    audience: audience === undefined || audience.trim() === '*' ? audience?.trim() : namesIn(audience),
    dryRun,
    wait: WAIT_SECONDS,
  };
  const hint = `The same command with --id ${id} goes on where the import ended.`;
  for (;;) {
    const answer = await lasting(() => client.post<ImportView>('/v1/imports', body), { client, output, hint });
    if (answer.dryRun || answer.refused || answer.done) return answer;
    const open = answer.flags.filter(({ state }) => state === 'planned' || state === 'proposed');
    output.progress(`${answer.flags.length - open.length} of ${answer.flags.length} flags`);
  }
};

const namesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
