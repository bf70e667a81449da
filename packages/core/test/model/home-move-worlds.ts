import type { MoveWorld } from './home-move-state.ts';

export const moveWorlds = (large: boolean): Readonly<Record<string, MoveWorld>> => ({
  ...Object.fromEntries(
    (['first', 'late', 'never'] as const).map((fence): [string, MoveWorld] => [
      `a kill and an update, fenced ${fence}`,
      { fence, ids: ['update', 'kill'], proves: false, reverts: false },
    ]),
  ),
  'an update that is taken back or proven, fenced first': {
    fence: 'first',
    ids: ['update'],
    proves: true,
    reverts: true,
  },
  'an update that is taken back or proven, fenced late': {
    fence: 'late',
    ids: ['update'],
    proves: true,
    reverts: true,
  },
  ...(large
    ? {
        'a kill and an update, proven, fenced first': {
          fence: 'first',
          ids: ['update', 'kill'],
          proves: true,
          reverts: false,
        },
      }
    : {}),
});
