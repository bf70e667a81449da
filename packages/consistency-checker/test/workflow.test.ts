import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeKey } from '@flaghoist/core/change';
import { eventOf } from '@flaghoist/core/events';
import { type EncodedOffers, encodeOffers } from '@flaghoist/core/offers';
import validate from 'asl-validator';
import { fingerprintOf, MAX_OPEN, MAX_RIPE } from '../lib/workflow.ts';
import { Region, revisionOf } from './support/region.ts';

const text = readFileSync(join(__dirname, '../lib/verify-window.asl.json'), 'utf8');

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Catch?: readonly unknown[];
  readonly Retry?: readonly { readonly MaxAttempts: number }[];
}

const { States }: { States: Record<string, State> } = JSON.parse(
  text.replaceAll(/\$\{\w+\}/g, 'arn:aws:lambda:x:1:function:f'),
);

it('is a valid definition once its functions are filled in', () => {
  const { isValid, errorsText } = validate(JSON.parse(text.replaceAll(/\$\{\w+\}/g, 'arn:aws:lambda:x:1:function:f')));
  expect(isValid ? '' : errorsText()).toBe('');
});

it('has no placeholder but its functions', () => {
  expect(new Set(Array.from(text.matchAll(/\$\{(\w+)\}/g), ([, name]) => name))).toEqual(
    new Set(['ScanFunctionArn', 'OfferFunctionArn', 'CompareFunctionArn']),
  );
});

it('tries each function again, and goes on without an offer that failed: nobody is found behind by it', () => {
  for (const { Type, Retry, Catch } of Object.values(States)) {
    expect(Type === 'Task').toBe(Retry !== undefined || Catch !== undefined);
  }
  expect(States['Offer']).toMatchObject({ Catch: [{ ResultPath: '$.offers', Next: 'Compare' }] });
});

/** What a state gets: its parameters, with reference paths into the input and the context object filled in. */
const parametersOf = (state: string, input: unknown, context: unknown): unknown => {
  const filled = Object.entries(States[state]?.Parameters ?? {}).map(([key, value]) => {
    if (!key.endsWith('.$') || typeof value !== 'string') return [key, value];
    return [key.slice(0, -2), value.startsWith('$$.') ? at(context, value.slice(1)) : at(input, value)];
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(filled)));
};

const at = (input: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], input);

/** What the updater answers when each cache refuses in one of three ways: the most that it can have to say. */
const offered = (region: Region, parameters: unknown): EncodedOffers => {
  const { ripe } = parameters as { ripe: { key: ChangeKey }[] };
  const refusals = ['READONLY', 'LOADING', 'CLUSTERDOWN'];
  const answers = new Map(
    region.services.map((service, place) => [service, { refused: refusals[place % 3] ?? '' }] as const),
  );
  return encodeOffers(
    ripe.map(({ key: { flagKey, order } }) => ({ flagKey, order, bytes: 262_144, answers })),
    ripe.map(({ key }) => key.flagKey),
  );
};

/** Runs the definition's states by hand and notes the largest input or output, and how many changes had to wait. */
const run = async (region: Region, detail: { region: string; changeIds: string[] }) => {
  const event = eventOf({ type: 'VerifyRequested', identity: ['x'], region: detail.region, at: 0, detail });
  const context = { Execution: { Id: 'execution-1', StartTime: new Date(region.time.now()).toISOString() } };
  let largest = 0;
  let waited = 0;
  const note = <T>(data: T): T => {
    largest = Math.max(largest, Buffer.byteLength(JSON.stringify(data)));
    return data;
  };
  let input: unknown = parametersOf('Ask', { detail: event }, context);
  for (;;) {
    const scanned = note(await region.scan(note(parametersOf('Scan', input, context)) as Record<string, unknown>));
    if (scanned.next === 'done') return { largest, waited };
    const answered = scanned.next === 'offer' ? offered(region, note(parametersOf('Offer', scanned, context))) : null;
    const compared = note(
      await region.compare(note(parametersOf('Compare', { ...scanned, offers: answered }, context))),
    );
    waited = Math.max(waited, compared.undecided.length);
    input = compared;
  }
};

it('answers for every open change and ends', async () => {
  const region = await new Region({ ingestionMs: 2_000 }).ready();
  const changes = [revisionOf(2), revisionOf(2, { flagKey: 'other' }), revisionOf(2, { flagKey: 'lost' })];
  for (const change of changes) {
    await region.expect(change);
    await region.holdEverywhere(change);
  }
  region.cache.corrupt('payments', 'lost');
  await run(region, { region: 'eu-west-1', changeIds: [] });
  expect(region.verdicts().map(({ flagKey, verdict }) => [flagKey, verdict])).toEqual([
    [changes[0]?.flagKey, 'consistent'],
    ['lost', 'inconsistent'],
    ['other', 'consistent'],
  ]);
  // The lines were complete after two seconds.
  expect(region.seconds()).toBe(2);
});

it('ends at once when another execution holds the window', async () => {
  const region = await new Region().ready();
  await region.expect(revisionOf(2));
  await region.verification.acquireLease('another', region.time.now(), 20_000);
  await run(region, { region: 'eu-west-1', changeIds: [] });
  expect(region.seconds()).toBe(0);
});

it('stays below 256 KiB with 156 services and more changes than a round takes', async () => {
  const services = Array.from({ length: 156 }, (_, index) => `a-service-with-a-rather-long-name-${index}`);
  const region = await new Region({ services }).ready();
  const changes = Array.from({ length: MAX_RIPE + 20 }, (_, index) =>
    revisionOf(2, {
      flagKey: `flag-${String(index).padStart(123, '0')}`,
      change: { id: `change-${String(index).padStart(93, '0')}`, actor: 'mia', authentication: 'local', reason: '' },
    }),
  );
  for (const change of changes) await region.expect(change);
  // Lines without caches: these are looked at once too early, and wait for their deadline.
  for (const change of changes.slice(0, 20)) for (const service of services) region.line(service, change);
  const { largest, waited } = await run(region, { region: 'eu-west-1', changeIds: [] });
  expect(region.verdicts()).toHaveLength(changes.length);
  expect(waited).toBe(20);
  expect(largest).toBeGreaterThan(64 * 1024);
  const forAllThatMayWait =
    MAX_OPEN *
    Buffer.byteLength(
      JSON.stringify([fingerprintOf({ changeId: 'x', flagKey: 'x', order: { epoch: 1, revision: 1 } })]),
    );
  expect(largest + forAllThatMayWait).toBeLessThan(256 * 1024);
});
