import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { RedisTls } from '@flaghoist/tools/start-redis';

/** What a client of Redis asks is an array of words, each with its length before it. */
interface Asked {
  readonly words: readonly Buffer[];
  /** Where the next one begins. */
  readonly end: number;
}

const numberAt = (bytes: Buffer, at: number): Asked['end'][] => {
  const end = bytes.indexOf('\r\n', at);
  return end < 0 ? [] : [Number(bytes.toString('latin1', at + 1, end)), end + 2];
};

/** @returns nothing while the rest of it is on its way */
const askedAt = (bytes: Buffer, at: number): Asked | undefined => {
  let [count, end] = numberAt(bytes, at);
  if (count === undefined || end === undefined) return undefined;
  const words: Buffer[] = [];
  for (; count > 0; count -= 1) {
    const [size, begin] = numberAt(bytes, end);
    if (size === undefined || begin === undefined || begin + size + 2 > bytes.length) return undefined;
    words.push(bytes.subarray(begin, begin + size));
    end = begin + size + 2;
  }
  return { words, end };
};

const written = (words: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from(`*${words.length}\r\n`),
    ...words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, Buffer.from('\r\n')]),
  ]);

/** Answers as the script of the cache does where it has written, and has not. */
const TAKEN = Buffer.from("return { 'applied', ARGV[2] }");

/**
 * A Redis between clients and the real one, which passes everything on but writes of what is swallowed: of them it says that they are
 * done. A request is changed into another one, so that answers come in their order.
 * @param port the real one's
 */
export const startSwallowing = async (port: number, { certificate, key }: RedisTls) => {
  /** The key of the cache's hash of flags, and the flag. */
  let swallowed: { readonly hash: string; readonly flagKey: string } | undefined;
  const passedOn = ({ words }: Asked): Buffer => {
    const [command, , , hash, , , , flagKey] = words.map(String);
    const isWrite = /^eval(sha)?$/i.test(command ?? '');
    return isWrite && hash === swallowed?.hash && flagKey === swallowed?.flagKey
      ? written([Buffer.from('EVAL'), TAKEN, ...words.slice(2)])
      : written(words);
  };
  const ca = readFileSync(certificate);
  const server = createServer({ cert: ca, key: readFileSync(key) }, (client) => {
    const real = connect({ host: 'localhost', port, ca });
    let rest = Buffer.alloc(0);
    client.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let asked = askedAt(rest, 0); asked !== undefined; asked = askedAt(rest, 0)) {
        real.write(passedOn(asked));
        rest = rest.subarray(asked.end);
      }
    });
    real.pipe(client);
    for (const [one, other] of [
      [client, real],
      [real, client],
    ] as const) {
      one.setNoDelay(true);
      // Whoever goes takes the other along.
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    swallow: (hash: string, flagKey: string): void => {
      swallowed = { hash, flagKey };
    },
    /** From now on everything is passed on. */
    keep: (): void => {
      swallowed = undefined;
    },
    stop: (): void => {
      server.close();
    },
  };
};
