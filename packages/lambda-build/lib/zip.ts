import { zipSync } from 'fflate';

// Zip stores local time. Noon, and not midnight, because a zone may skip midnight on the day it changes its clocks.
const fixedTime = (): Date => new Date(1980, 0, 1, 12);

const madeByUnix = 3;
const regularFile0644 = 0o100644;

/**
 * The same bytes for the same files, in any time zone and on any processor. fflate and not node:zlib, because Node's zlib
 * compresses by other code on other processors.
 */
export const reproducibleZip = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => {
  const options = { level: 9, mtime: fixedTime(), os: madeByUnix, attrs: regularFile0644 * 2 ** 16 } as const;
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted.map(([name, content]) => [name, [content, options]])));
};
