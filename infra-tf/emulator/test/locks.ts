import { parse, parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import type { Moto } from '../lib/moto.ts';
import { signed } from './requests.ts';
import type { StateBackend } from './state-backend.ts';

const scanSchema = z.object({ Items: z.array(z.looseObject({ LockID: z.object({ S: z.string() }) })) });

const lockItems = async ({ endpoint }: Moto, { lockTable, region }: StateBackend): Promise<string[]> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      ...signed('dynamodb', region),
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'DynamoDB_20120810.Scan',
    },
    body: JSON.stringify({ TableName: lockTable }),
  });
  const { Items } = parseJson(scanSchema, await response.text(), { what: 'the table of locks', hint: 'Is moto up?' });
  // The table also holds the digest of each state.
  return Items.map(({ LockID }) => LockID.S).filter((id) => !id.endsWith('-md5'));
};

const lockObjects = async ({ endpoint }: Moto, { bucket, region }: StateBackend): Promise<string[]> => {
  const response = await fetch(`${endpoint}/${bucket}?list-type=2`, { headers: signed('s3', region) });
  const listing = parse(z.string().check(z.regex(/<ListBucketResult/)), await response.text(), {
    what: 'the bucket of states',
    hint: 'Is moto up?',
  });
  return [...listing.matchAll(/<Key>([^<]*\.tflock)<\/Key>/g)].map(([, key = '']) => key);
};

/** Who holds which lock at this moment: the ids in the table, and the keys of the objects beside the states. */
export const heldLocks = async (moto: Moto, backend: StateBackend) => ({
  items: await lockItems(moto, backend),
  objects: await lockObjects(moto, backend),
});
