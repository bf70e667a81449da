import { parseJson } from '@flaghoist/core/parse';
import { isLocal, principalOf, principalText } from '@flaghoist/core/principal';
import * as z from 'zod/mini';
import type { Approval } from './need.ts';

/** `approvals/<aws:userid>/<digest>`, and nothing that a path could make into another one. */
const KEY = /^approvals\/(?<who>[^/]+)\/(?<digest>[0-9a-f]{64})$/;

/**
 * Approvals that were put down where the storage lets everybody write below their own `aws:userid` and nowhere else: the key says who it
 * was, and what is in the object says nothing. Keys of any other form are none.
 *
 * @param text a list of keys in JSON; `null` for none, as the AWS command line says it
 * @throws InvalidInputError
 */
export const approvalsIn = (text: string): readonly Approval[] =>
  (parseJson(listSchema, text, { what: 'the list of approvals', hint: HINT }) ?? []).flatMap((key) => {
    const { who = '', digest = '' } = KEY.exec(key)?.groups ?? {};
    const principal = principalOf(who);
    return principal === undefined || isLocal(principal) ? [] : [{ principal: principalText(principal), digest }];
  });

const listSchema = z.nullable(z.array(z.string()));
const HINT = "Write it by aws s3api list-objects-v2 --prefix approvals/ --query 'Contents[].Key' --output json.";
