import { rememberByText } from '../remember.ts';

/** Of a cluster, whatever its size. */
const SLOTS = 16_384;

/**
 * CRC-16/XMODEM of the hash tag, as the specification of Redis Cluster has it. Names of services are ASCII. They are few, and
 * each change asks for all of them.
 */
const slotOf = rememberByText((hashTag: string): number => {
  let crc = 0;
  for (const character of hashTag) {
    crc ^= character.charCodeAt(0) << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc % SLOTS;
});

/**
 * The name of the Redis that serves a service's slot, where the slots are spread evenly over so many shards, as
 * ElastiCache does it. A failover changes the node and leaves the name.
 */
export const redisOf = (service: string, shards: number): string =>
  `redis-${Math.floor((slotOf(service) * shards) / SLOTS) + 1}`;

export interface CacheKeys {
  /** Hash: flag key → envelope. */
  readonly flags: string;
  /** Hash: flag key → held text. */
  readonly held: string;
  /** Hash: generation, topologyVersion, count, evaluator. */
  readonly manifest: string;
  /** Number: grows with each write of a field or of the manifest. Pub/sub loses messages; by this a reader knows that it did. */
  readonly sequence: string;
  /** Hash: task id → what an agent claims to hold. */
  readonly instances: string;
  /** Channel: `<sequence> <flag key> <held text>` after each write of a field, `<sequence>` after one of the manifest. */
  readonly changes: string;
}

/** The braces make all keys of a service one hash slot, so that one script may write them; the cell is what an ACL names. */
export const cacheKeysOf = (cell: string, service: string): CacheKeys => {
  const prefix = `${cell}:{${service}}:`;
  return {
    flags: `${prefix}flags`,
    held: `${prefix}held`,
    manifest: `${prefix}manifest`,
    sequence: `${prefix}sequence`,
    instances: `${prefix}instances`,
    changes: `${prefix}changes`,
  };
};
