import { type Directory, parseDirectory } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import type { Scope } from '../lib/identity/caller.ts';
import { Tokens } from '../lib/identity/tokens.ts';
import { startApi, type Tested } from './api.ts';

const SUBMITTER = { role: 'AROACONTROLPLANE00001', session: 'control-plane' };

const person = (actor: string, roles: readonly string[]) => ({
  actor,
  teams: ['team-identity'],
  roles,
  principals: [],
});

const directory: Directory = parseDirectory(
  JSON.stringify({
    people: [
      person('ada', ['author', 'reviewer']),
      person('ben', ['reviewer']),
      person('cara', ['author']),
      { ...person('dora', ['author']), active: false },
    ],
    submitters: [
      {
        name: 'control-plane',
        principals: [SUBMITTER],
        submits: ['created', 'updated', 'restored', 'archived', 'killed', 'approval'],
      },
    ],
  }),
);

const policy: Policy = { ...DEFAULT_POLICY, approvalsRequired: 1, approvalsToRestore: 1, approverRoles: ['reviewer'] };

export interface FourEyes extends Tested {
  /** Asks with a token of somebody. */
  as(
    actor: string,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: never }>;
  tokenOf(actor: string, given?: { scopes?: readonly Scope[]; keyPrefix?: string; expiresAt?: number }): string;
}

/** A server whose policy asks for one approval by somebody else, with tokens that are counted instead of drawn. */
export const startFourEyes = async (given: Partial<Policy> = {}): Promise<FourEyes> => {
  let made = 0;
  let tokens: Tokens | undefined;
  const api = await startApi({
    directory,
    policy: { ...policy, ...given },
    server: ({ world }) => {
      const secret = (bytes: number): string => {
        made += 1;
        return String(made).padStart(Math.ceil((bytes * 4) / 3), '0');
      };
      tokens = new Tokens({ secret, now: () => world.scheduler.now() });
      return { tokens, submitter: `${SUBMITTER.role}:${SUBMITTER.session}` };
    },
  });
  const tokenOf: FourEyes['tokenOf'] = (actor, { scopes, keyPrefix = '', expiresAt } = {}) =>
    (tokens as Tokens).issue({
      actor,
      scopes: scopes ?? ['read', 'propose', 'approve', 'kill'],
      keyPrefix,
      expiresAt: expiresAt ?? api.scheduler.now() + 86_400_000,
      madeBy: 'test',
    }).token;
  return {
    ...api,
    tokenOf,
    as: (actor, method, url, body) => api.ask(method, url, body, { authorization: `Bearer ${tokenOf(actor)}` }),
  };
};
