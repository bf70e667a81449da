import type { AcceptanceWorld } from './acceptance-state.ts';

const killsAndRestore: AcceptanceWorld = {
  intents: [
    { author: 'ada', id: 'k', kind: 'killed' },
    { author: 'bob', id: 'k2', kind: 'killed' },
    { author: 'eve', id: 'r', kind: 'restored' },
  ],
  troubles: 0,
};

export const acceptanceWorlds = (large: boolean): Readonly<Record<string, AcceptanceWorld>> => ({
  'a kill and a restore': {
    intents: [
      { author: 'ada', id: 'k', kind: 'killed' },
      { author: 'eve', id: 'r', kind: 'restored' },
    ],
    troubles: large ? 2 : 1,
  },
  'a kill and an update under one id': {
    intents: [
      { author: 'ada', id: 'x', kind: 'killed' },
      { author: 'bob', id: 'x', kind: 'updated' },
    ],
    troubles: large ? 2 : 1,
  },
  'an update that its author overwrites': {
    intents: [
      { author: 'ada', id: 'x', kind: 'updated' },
      ...(large ? [{ author: 'bob', id: 'y', kind: 'updated' } as const] : []),
    ],
    troubles: 2,
    overwriting: true,
  },
  'two kills and a restore': { ...killsAndRestore, troubles: large ? 1 : 0 },
});
