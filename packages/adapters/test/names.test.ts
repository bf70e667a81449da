import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import fc from 'fast-check';
import { ServiceCells } from '../lib/service-cells.ts';
import { StdoutAcknowledgementLog } from '../lib/stdout-acknowledgement-log.ts';
import { fillTemplate, matchTemplate } from '../lib/template.ts';
import { topologyAt } from './support/topology.ts';

const TEMPLATE = 'arn:aws:sqs:{region}:123456789012:prod-{service}-queue-x1';

describe('a template', () => {
  it('is filled, and read back', () => {
    const arn = 'arn:aws:sqs:eu-west-1:123456789012:prod-checkout-api-queue-x1';
    expect(fillTemplate(TEMPLATE, { region: 'eu-west-1', service: 'checkout-api' })).toBe(arn);
    expect(matchTemplate(TEMPLATE, arn)).toEqual({ region: 'eu-west-1', service: 'checkout-api' });
  });

  it('gives back every service that it was filled with', () => {
    const service = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,3}$/);
    fc.assert(
      fc.property(service, (name) => {
        const values = { region: 'eu-west-1', service: name };
        expect(matchTemplate(TEMPLATE, fillTemplate(TEMPLATE, values))).toEqual(values);
      }),
    );
  });

  it.each([
    'arn:aws:sqs:eu-west-1:123456789012:prod-checkout-dead-x1',
    'arn:aws:sqs:eu-west-1:999999999999:prod-checkout-queue-x1',
    'arn:aws:sqs:eu-west-1:123456789012:prod--queue-x1',
    'xarn:aws:sqs:eu-west-1:123456789012:prod-checkout-queue-x1',
    'arn:aws:sqs:eu-west-1:123456789012:prod-a:b-queue-x1',
  ])('does not fit %s', (text) => {
    expect(matchTemplate(TEMPLATE, text)).toBeUndefined();
  });

  it('takes its literal parts literally', () => {
    expect(matchTemplate('a.b-{service}', 'aXb-checkout')).toBeUndefined();
    expect(matchTemplate('a.b-{service}', 'a.b-checkout')).toEqual({ service: 'checkout' });
    expect(matchTemplate('no placeholder', 'no placeholder')).toBeUndefined();
  });

  it('wants a value for each placeholder', () => {
    expect(() => fillTemplate(TEMPLATE, { service: 'checkout' })).toThrow('no value for {region}');
  });
});

describe('ServiceCells', () => {
  const counting = () => {
    let asked = 0;
    const source: TopologySource = {
      latest: async () => {
        asked += 1;
        return topologyAt(asked);
      },
      at: async (version) => topologyAt(version),
    };
    return { cells: new ServiceCells(source), asked: () => asked };
  };

  it('reads the topology once for all the services that it names', async () => {
    const { cells, asked } = counting();
    expect(await cells.cellOf('payments')).toBe('cell-1');
    expect(await cells.cellOf('search')).toBe('cell-2');
    expect(asked()).toBe(1);
  });

  it('asks again for a service that it has not met', async () => {
    const { cells, asked } = counting();
    await cells.cellOf('payments');
    await expect(cells.cellOf('newcomer')).rejects.toMatchObject({ code: 'FH_UNAVAILABLE', retryable: true });
    expect(asked()).toBe(2);
  });
});

it('an acknowledgement is one line of JSON and nothing around it', () => {
  const lines: string[] = [];
  const line = {
    event: 'flag.acknowledged',
    observer: 'updater',
    region: 'eu-west-1',
    service: 'payments',
    flagKey: 'checkout',
    changeId: 'change-0001',
    outcome: 'applied',
    heldOrder: { epoch: 1, revision: 1 },
    heldDigest: 'a',
    messageOrder: { epoch: 1, revision: 1 },
    ageMs: 5,
    at: 1,
  } as const;
  new StdoutAcknowledgementLog({ write: (text) => lines.push(text) }).write(line);
  expect(lines).toEqual([`${JSON.stringify(line)}\n`]);
});
