import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventOf } from '@flaghoist/core/events';
import { orderOf } from '@flaghoist/core/order';
import validate from 'asl-validator';
import { createConcludeHandler } from '../lib/handler.ts';
import { createHome } from './support/home.ts';

const text = readFileSync(join(__dirname, '../lib/conclude-change.asl.json'), 'utf8');

interface State {
  readonly Type: string;
  readonly Seconds?: number;
  readonly Next?: string;
  readonly Default?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

const rendered = (): { StartAt: string; States: Record<string, State> } =>
  JSON.parse(text.replaceAll(/\$\{ConcludeFunctionArn\}/g, 'arn:aws:lambda:us-east-1:123456789012:function:conclude'));

it('is a valid definition once its function is filled in', () => {
  const { isValid, errorsText } = validate(rendered());
  expect(isValid ? '' : errorsText()).toBe('');
});

it('has no placeholder but its function', () => {
  expect(new Set(Array.from(text.matchAll(/\$\{(\w+)\}/g), ([, name]) => name))).toEqual(
    new Set(['ConcludeFunctionArn']),
  );
});

it('asks after 30 s and concludes after 60 s; what is refused, after 87 s and 107 s', () => {
  const { StartAt, States } = rendered();
  const path: unknown[] = [];
  for (let name: string | undefined = StartAt; name !== undefined; name = States[name]?.Next ?? States[name]?.Default)
    path.push(States[name]?.Seconds ?? States[name]?.Parameters?.['step'] ?? States[name]?.Type);
  expect(path).toEqual([30, 'ask', 'Choice', 30, 'conclude', 'Choice', 27, 'ask', 20, 'conclude', 'Succeed']);
});

it('takes what the function needs out of a ChangeAccepted event', async () => {
  const home = createHome();
  const { flagKey, kind, change, documentDigest, envelopeDigest, previousEnvelopeDigest, ...created } =
    await home.accept('created');
  const event = eventOf({
    type: 'ChangeAccepted',
    identity: [change.id],
    region: 'us-east-1',
    at: 0,
    detail: {
      flagKey,
      changeId: change.id,
      order: orderOf(created),
      kind,
      actor: change.actor,
      reason: change.reason,
      documentDigest,
      envelopeDigest,
      previousEnvelopeDigest,
    },
  });
  const conclude = createConcludeHandler(home.ports);
  for (const name of ['AskUnprovenRegions', 'ConcludeSilence', 'AskRefusingRegions', 'Conclude']) {
    const input = Object.entries(rendered().States[name]?.Parameters ?? {}).map(([key, value]) =>
      key.endsWith('.$') ? [key.slice(0, -2), at({ detail: event }, String(value))] : [key, value],
    );
    await conclude(Object.fromEntries(input));
  }
  expect(home.bus.published).toHaveLength(3);
  expect(await home.changes.record(flagKey, orderOf(created))).toMatchObject({ state: 'unverified' });
});

/** A reference path, `$.a.b`, as the workflow reads it. */
const at = (input: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], input);
