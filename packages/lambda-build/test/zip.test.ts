import { reproducibleZip } from '../lib/zip.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const centralDirectory = Buffer.from([0x50, 0x4b, 0x01, 0x02]);

describe('the zip', () => {
  it('does not depend on the order in which the files were given', () => {
    const oneWay = reproducibleZip({ 'b.js': bytes('b'), 'a.js': bytes('a') });
    const theOther = reproducibleZip({ 'a.js': bytes('a'), 'b.js': bytes('b') });
    expect(Buffer.compare(oneWay, theOther)).toBe(0);
  });

  it('says made by Unix, 0644, 1980-01-01 12:00 for every entry', () => {
    // Offsets in a central directory header: PKWARE's APPNOTE.TXT, 4.3.12.
    const zip = Buffer.from(reproducibleZip({ 'a.js': bytes('a') }));
    const header = zip.subarray(zip.indexOf(centralDirectory));
    expect(header.readUInt8(5)).toBe(3);
    expect(header.readUInt32LE(38) >>> 16).toBe(0o100644);
    expect(header.readUInt16LE(14)).toBe((1 << 5) | 1);
    expect(header.readUInt16LE(12)).toBe(12 << 11);
  });

  it('changes when a byte of the content changes', () => {
    const before = reproducibleZip({ 'a.js': bytes('a') });
    const after = reproducibleZip({ 'a.js': bytes('A') });
    expect(Buffer.compare(before, after)).not.toBe(0);
  });
});
