import { crc32 } from 'node:zlib';
import { isObject, type JsonObject } from '@flaghoist/core/json';

/** What stands for a value that follows from another of the same resource. */
const FOLLOWS = '(the hash of json)';

/**
 * Values of a resource without what the provider makes of others of them: the id of a policy document is the CRC-32 of its
 * JSON, which names the environment. It is replaced only if it really is that hash; the JSON itself is compared.
 */
export const withoutDerived = <Values>(type: string, values: Values): Values => {
  if (type !== 'aws_iam_policy_document' || !isObject(values)) return values;
  return isHashOfJson(values) ? { ...values, id: FOLLOWS } : values;
};

const isHashOfJson = ({ id, json }: JsonObject): boolean => typeof json === 'string' && id === String(crc32(json));
