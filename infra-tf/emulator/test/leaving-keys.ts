import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import type { Moto } from '../lib/moto.ts';
import { signed } from './requests.ts';
import { assume } from './state-backend.ts';

const answerSchema = z.object({ KeyMetadata: z.object({ KeyState: z.string() }) });

const KEY = /^arn:[^:]+:kms:([^:]+):\d+:key\/(.+)$/;

/**
 * Whether it is a key that waits for its deletion, as AWS tells of it.
 *
 * @param role one of the key's account
 */
export const isLeavingKey = async (moto: Moto, role: string, arn: string): Promise<boolean> => {
  const [, region, KeyId] = KEY.exec(arn) ?? [];
  if (region === undefined) return false;
  const response = await fetch(moto.endpoint, {
    method: 'POST',
    headers: {
      ...signed('kms', region, await assume(moto, role, region)),
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': 'TrentService.DescribeKey',
    },
    body: JSON.stringify({ KeyId }),
  });
  const { KeyMetadata } = parseJson(answerSchema, await response.text(), { what: arn, hint: 'Is moto up?' });
  return KeyMetadata.KeyState === 'PendingDeletion';
};
