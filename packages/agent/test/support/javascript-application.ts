import { createInterface } from 'node:readline';
import { systemClock } from '@flaghoist/system/clock';
import { type Client, OpenFeature, type Provider } from '@openfeature/server-sdk';

/** The same application as client.py of the tools, in JavaScript: what it is asked on standard input, by each of its providers. */
export const runApplication = async (providers: Readonly<Record<string, () => Provider>>): Promise<void> => {
  const clients = new Map<string, Client>();

  const details = (mode = '', kind = '', key = '', targetingKey = '') => {
    const client = clients.get(mode);
    if (client === undefined) throw new TypeError(`there is no mode ${mode}`);
    const context = { targetingKey };
    if (kind === 'boolean') return client.getBooleanDetails(key, false, context);
    if (kind === 'float') return client.getNumberDetails(key, 0.5, context);
    return client.getStringDetails(key, 'default', context);
  };

  const answer = async (command: string, mode: string, ...rest: readonly string[]): Promise<object> => {
    if (command === 'get') {
      const { value, variant, reason, errorCode, flagMetadata } = await details(mode, ...rest);
      return { value, variant, reason, errorCode: errorCode ?? null, metadata: flagMetadata };
    }
    const [key, last, pause = '10'] = rest;
    if (command === 'until') {
      while ((await details(mode, 'string', key, 'ada')).value !== last) await systemClock.sleep(Number(pause));
      return {};
    }
    const variants: unknown[] = [];
    for (let place = 0; place < Number(last); place += 1)
      variants.push((await details(mode, 'boolean', key, `customer-${place}`)).variant);
    return { variants };
  };

  const say = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

  for (const [mode, create] of Object.entries(providers)) {
    await OpenFeature.setProviderAndWait(mode, create());
    clients.set(mode, OpenFeature.getClient(mode));
  }
  say('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const [command = '', mode = '', ...rest] = line.split(' ');
    say(await answer(command, mode, ...rest));
  }
  process.exit(0);
};
