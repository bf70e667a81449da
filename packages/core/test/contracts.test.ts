import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acknowledgementSchema } from '../lib/acknowledgement.ts';
import { parseEnvelope, serialiseEnvelope } from '../lib/envelope.ts';
import { eventTypes, eventVersionOf, parseBridgeMessage, parseEvent } from '../lib/events.ts';
import { parseJson } from '../lib/parse.ts';
import { parseProposal } from '../lib/proposal.ts';

/*
 * Stored examples of what was once sent. They are contracts: add to them, never change one. A reader that refuses one of
 * them would refuse a message that is still in a queue, a table or an audit trail somewhere.
 */

const contracts = join(__dirname, 'contracts');
const read = (...path: string[]): string => readFileSync(join(contracts, ...path), 'utf8');
const eventsOf = (version: string): string[] => readdirSync(join(contracts, 'events', version)).sort();

describe('events, version 1', () => {
  it('are stored for every type', () => {
    expect(eventsOf('v1')).toEqual(eventTypes.map((type) => `${type}.json`).sort());
  });

  it.each(eventsOf('v1'))('%s is read as it stands', (file) => {
    const stored: unknown = JSON.parse(read('events', 'v1', file));
    expect(parseEvent(stored)).toEqual(stored);
    expect(parseEvent(stored)).toMatchObject({ type: file.replace('.json', ''), version: 1 });
    expect(parseBridgeMessage(JSON.stringify({ source: 'flaghoist', 'detail-type': 'x', detail: stored }))).toEqual(
      stored,
    );
  });

  it.each(eventsOf('v1'))('%s without its detail is refused', (file) => {
    const { detail: _detail, ...frame } = JSON.parse(read('events', 'v1', file));
    expect(() => parseEvent({ ...frame, detail: {} })).toThrow(`detail of ${frame.type} ${frame.id} is not valid: /`);
  });
});

describe('events, version 2', () => {
  const types = eventTypes.filter((type) => eventVersionOf(type) === 2);

  it.each(types)('%s is stored, and read as it stands', (type) => {
    const stored: unknown = JSON.parse(read('events', 'v2', `${type}.json`));
    expect(parseEvent(stored)).toEqual(stored);
    expect(parseEvent(stored)).toMatchObject({ type, version: 2 });
  });

  it('has no type of which nothing is stored', () => {
    expect(types.length).toBeGreaterThan(0);
    expect(eventsOf('v2')).toEqual([...types, NEWER].map((type) => `${type}.json`).sort());
  });
});

const NEWER = 'ChangeVerified';

describe('events of a newer writer', () => {
  const stored = JSON.parse(read('events', 'v2', `${NEWER}.json`));

  it('are accepted one version ahead; the detail, which goes into the audit trail, is kept whole', () => {
    expect(stored.version).toBe(eventVersionOf(NEWER) + 1);
    const { trace: _unknown, ...known } = stored;
    expect(parseEvent(stored)).toEqual(known);
    expect(parseEvent(stored).detail).toHaveProperty('provenIn');
  });

  it('are refused two versions ahead, with a hint', () => {
    expect(() => parseEvent({ ...stored, version: eventVersionOf(NEWER) + 2 })).toThrow(
      expect.objectContaining({ code: 'FH_INVALID_INPUT', hint: expect.stringContaining('one version ahead') }),
    );
  });

  it('are refused when they are not ours, or of no type we know', () => {
    expect(() => parseEvent({ ...stored, source: 'aws.s3' })).toThrow('/source');
    expect(() => parseEvent({ ...stored, type: 'ChangeForgotten' })).toThrow('/type');
  });
});

describe('envelopes', () => {
  it('of schema 1 are read, with the digests that they had', () => {
    const envelope = parseEnvelope(read('envelope', 'v1.json'));
    expect(envelope.documentDigest).toBe('e6a43da9fcff1931bdb0f5dc694d0185a2ad75a71db72e0658bb861fd1cf3b63');
    expect(envelope.envelopeDigest).toBe('d4b44e48be78f852c9e4e175c20105b06af68d36980cb2e254bfeddbde0f6357');
  });

  it('of schema 2 are read, and passed on with what this reader does not know', () => {
    const envelope = parseEnvelope(read('envelope', 'v2.json'));
    expect(envelope).toMatchObject({ schema: 2, signature: 'added by schema 2' });
    expect(JSON.parse(serialiseEnvelope(envelope))).toEqual(JSON.parse(read('envelope', 'v2.json')));
  });
});

it.each(readdirSync(join(contracts, 'proposal')))('a proposal is read as it stands: %s', (file) => {
  expect(parseProposal(read('proposal', file))).toEqual(JSON.parse(read('proposal', file)));
});

it('an acknowledgement line is read as it stands', () => {
  const line = read('acknowledgement', 'v1.json');
  expect(parseJson(acknowledgementSchema, line, { what: 'line', hint: '' })).toEqual(JSON.parse(line));
});
