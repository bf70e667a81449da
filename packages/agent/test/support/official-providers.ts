import { FlagdProvider } from '@openfeature/flagd-provider';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import type { Provider } from '@openfeature/server-sdk';

/**
 * The official providers of JavaScript, by the protocol that they speak with an agent.
 *
 * @param given what `startApplication` gives an application: where HTTP is, the port of `flagd.sync.v1`, and a selector
 */
export const officialProviders = ([http = '', sync = '', selector = '']: readonly string[]): Readonly<
  Record<string, () => Provider>
> => ({
  ofrep: () => new OFREPProvider({ baseUrl: `http://${http}` }),
  sync: () =>
    new FlagdProvider({
      ...{ resolverType: 'in-process', host: '127.0.0.1', port: Number(sync), tls: false },
      ...{ deadlineMs: 20_000, streamDeadlineMs: 0, ...(selector === '' ? {} : { selector }) },
    }),
});
