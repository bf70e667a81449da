import { type Envelope, parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { exampleDocument, exampleEnvelope, withChange } from '../lib/examples/envelope.ts';

const asReceived = (envelope: Envelope): Envelope => parseEnvelope(serialiseEnvelope(envelope));

/** A change like most: two variants, one condition, a summary of the revision before. */
export const typical = asReceived(exampleEnvelope());

/** Twelve violations, each of another rule, all of them among those that generic engines can say. */
export const twelveWrong = asReceived(
  exampleEnvelope({
    document: {
      ...exampleDocument,
      variants: { on: true, off: false },
      metadata: {
        type: 'relaese',
        dataClass: 'secret',
        valueKind: 'fees',
        version: 2,
        'contact team': 'payments',
        contact: ' ',
        region: 'eu-west-1',
      },
    },
    owner: 'mia@example.com',
    regions: ['eu-west-1', 'us-east-1', 'eu-west-1'],
    ...withChange({ actor: 'admin', reason: 'wip', ticket: 'see mail' }),
  }),
);

/** Near the limits: a document of 98 KiB, with large values and lists of 300 customers in its targeting. */
export const large = (): Envelope => {
  const names = Array.from({ length: 6 }, (_, index) => `wave-${index}`);
  const value = (wave: number) => ({
    title: `Greeting of wave ${wave}`,
    lines: Array.from({ length: 170 }, (_, line) => `Line ${line} of the text for wave ${wave}, as it is shown there.`),
    limit: wave * 100,
  });
  const customers = (wave: number) => Array.from({ length: 300 }, (_, index) => `customer-${wave}-${1_000 + index}`);
  const variants = Object.fromEntries([...names, 'off'].map((name, wave) => [name, value(wave)]));
  const targeting = names.reduce<unknown>(
    (rest, name, wave) => ({ if: [{ in: [{ var: 'customer' }, customers(wave)] }, name, rest] }),
    'off',
  );
  return asReceived(exampleEnvelope({ document: { state: 'ENABLED', variants, defaultVariant: 'off', targeting } }));
};

/** As large, but one text: what is looked for in texts is looked for in all of it. */
export const largeText = (): Envelope => {
  const note = 'Some words. '.repeat(8_300).trim();
  const targeting = { if: [{ in: [{ var: 'note' }, [note]] }, 'on', 'off'] };
  return asReceived(exampleEnvelope({ document: { ...exampleDocument, targeting } }));
};
