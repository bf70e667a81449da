import { isUtf8 } from 'node:buffer';
import { InvalidFileError, type Position } from '@flaghoist/fleet/invalid-file';

const HINT = 'Save the file as UTF-8 without a byte order mark; iconv -f FROM -t UTF-8 does it.';

/**
 * The text of a file, which has to be UTF-8 without a byte order mark: flagd reads nothing else.
 *
 * @throws InvalidFileError naming the encoding that it has instead, with the first place that shows it
 */
export const textOf = (file: string, bytes: Buffer): string => {
  const marked = marks.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
  if (marked !== undefined) throw wrong(file, { line: 1, column: 1 }, marked.problem, marked.remedy);
  const zero = bytes.subarray(0, 64).indexOf(0);
  if (zero !== -1) {
    // Letters of ASCII have a zero byte behind or before each of them in UTF-16.
    const wide = zero <= 1 && bytes[zero + 2] === 0;
    const [problem, remedy] = wide ? [utf16(zero === 1), remedyFor16] : ['the file is no text', 'Name a text file.'];
    throw wrong(file, { line: 1, column: 1 }, problem, remedy);
  }
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const place = firstNoUtf8(bytes);
  const byte = bytes[place.offset] ?? 0;
  const shown = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const letter = byte >= 0xa0 ? `, which is ${String.fromCharCode(byte)} in Latin-1` : '';
  const problem = `the byte ${shown} is not text in UTF-8${letter}`;
  throw wrong(file, place, problem, 'Save it as UTF-8, not as Latin-1 (ISO 8859-1) or Windows-1252.');
};

const utf16 = (little: boolean): string => `the file is in UTF-16, ${little ? 'little' : 'big'} endian; expected UTF-8`;
const remedyFor16 = 'Save it as UTF-8; PowerShell does so with -Encoding utf8NoBOM.';

const marks = [
  {
    mark: Buffer.from([0xef, 0xbb, 0xbf]),
    problem: 'the file begins with a byte order mark (EF BB BF), at which JSON readers fail',
    remedy: 'Save it as UTF-8 without one.',
  },
  { mark: Buffer.from([0xff, 0xfe]), problem: utf16(true), remedy: remedyFor16 },
  { mark: Buffer.from([0xfe, 0xff]), problem: utf16(false), remedy: remedyFor16 },
];

const wrong = (file: string, { line, column }: Position, problem: string, remedy: string): InvalidFileError =>
  new InvalidFileError([{ file, line, column, problem, remedy }], HINT);

/** The first byte that begins no character of UTF-8; halved until it is found. */
const firstNoUtf8 = (bytes: Buffer): Position & { readonly offset: number } => {
  let [sound, broken] = [0, bytes.length];
  while (broken - sound > 1) {
    const middle = characterStart(bytes, Math.floor((sound + broken) / 2), sound);
    if (middle === sound) break;
    if (isUtf8(bytes.subarray(sound, middle))) sound = middle;
    else broken = middle;
  }
  let offset = sound;
  for (let length = 1; offset + length <= bytes.length && length <= 4; length += 1) {
    if (!isUtf8(bytes.subarray(offset, offset + length))) continue;
    offset += length;
    length = 0;
  }
  const before = bytes.subarray(0, offset).toString('utf8').split('\n');
  return { offset, line: before.length, column: (before.at(-1) ?? '').length + 1 };
};

/** At or before an offset, where no character goes on. */
const characterStart = (bytes: Buffer, offset: number, least: number): number => {
  let start = offset;
  while (start > least && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
};
