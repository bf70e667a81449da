import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { callerOf } from '@flaghoist/drift/caller';
import { type Environment, fleetBeside } from '@flaghoist/fleet/environments';
import { isDefect } from '@flaghoist/test-kit/plan-differences';
import type { Moto } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import { emulatorDefects } from './emulator-defects.ts';
import { hoist } from './hoist.ts';
import { assume, type StateBackend } from './state-backend.ts';

interface Verdict {
  readonly address: string;
  readonly paths: readonly string[];
  readonly remedy: string;
  readonly refused: readonly string[];
}

export interface PlannedPutBack {
  /** Whose word the plan needs. */
  readonly need: string;
  /** `address remedy`, of what a machine may put back. */
  readonly mends: readonly string[];
  /** `address reason…`, of what was changed and is left to people. */
  readonly leaves: readonly string[];
}

export interface AppliedPutBack {
  /** The code of the error where nobody approved it. */
  readonly unasked: string;
  /** What came of it by the word of a second person. */
  readonly outcome: string;
  /** Whether the trail names that person. */
  readonly approved: boolean;
  /** What drifts still of what was to be put back. */
  readonly remaining: readonly string[];
  /** The code of the error where the plan is applied a second time. */
  readonly again: string;
}

/** The shipped list, and what the emulator does not keep: no apply mends that. */
const noiseOf = (fleet: string): string => {
  const shipped = readFileSync(join(fleet, 'drift-noise.yaml'), 'utf8').trimEnd();
  const expires = [...shipped.matchAll(/expires: (\S+)/g)].map(([, day]) => String(day)).sort()[0];
  const entries = emulatorDefects()
    .filter(({ attribute }) => !attribute.startsWith('('))
    .map(({ resource, attribute, reason }) => ({
      type: /\b(aws_\w+)\.\w+$/.exec(resource)?.[1] ?? '',
      address: `${resource}*`,
      attribute,
      class: 'any',
      reason,
      owner: 'team-platform',
      expires,
    }));
  return [shipped, ...entries.map((entry) => `  - ${JSON.stringify(entry)}`)].join('\n').concat('\n');
};

/**
 * Makes a principal one of a person who may let drift be put back; the shipped people sign in to accounts that nobody has here.
 *
 * @param which of them, from 0
 */
const enlist = (fleet: string, principal: string, which: number): string => {
  const file = join(fleet, 'people.json');
  const { people, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const [role = '', session = ''] = principal.split(':');
  const person = people.filter(({ scopes = [] }: { scopes?: string[] }) => scopes.includes('remediate'))[which];
  person.principals.push({ role, session });
  writeFileSync(file, JSON.stringify({ ...rest, people }));
  return person.actor;
};

/** Whether more of it was changed than the emulator changes by itself. */
const isChanged = ({ address, paths }: Verdict): boolean =>
  paths.some((path) => !emulatorDefects().some(isDefect(address, path)));

/** `hoist remediate`, as two people type it. */
export interface Remediating {
  readonly plan: () => Promise<PlannedPutBack>;
  /** Asked for by who planned it, then by the word of a second person, and then once more. */
  readonly apply: () => Promise<AppliedPutBack>;
}

/** @param backend its role stands for those of both people, too */
export const remediating = async (
  moto: Moto,
  checkout: Checkout,
  { name, region }: Environment,
  { role }: Pick<StateBackend, 'role'>,
): Promise<Remediating> => {
  const sources = dirname(dirname(checkout.stack('application')));
  const fleet = fleetBeside(sources);
  const noise = join(fleet, 'emulator-noise.yaml');
  writeFileSync(noise, noiseOf(fleet));
  // One plan for all of it: infra-tf/test/drift shows that what needs no word goes first.
  writeFileSync(
    join(fleet, 'remediation.json'),
    JSON.stringify({ default: { closing: 'ask', mending: 'ask', attempts: 2 } }),
  );
  const signedIn = async (session: string): Promise<Moto> => ({
    ...moto,
    variables: { ...moto.variables, AWS_ACCESS_KEY_ID: await assume(moto, role, region, session) },
  });
  const [first, second] = [await signedIn('first'), await signedIn('second')];
  enlist(fleet, await callerOf(first.variables, region), 0);
  const person = enlist(fleet, await callerOf(second.variables, region), 1);
  const typed = (who: Moto, ...args: readonly string[]) =>
    hoist(who, ['remediate', name, '--sources', sources, '--noise', noise, ...args]);
  let digest = '';
  return {
    async plan() {
      const planned = await typed(first, '--plan');
      if (planned.record === undefined) throw new Error(`nothing was planned: ${JSON.stringify(planned)}`);
      digest = planned.digest;
      return {
        need: planned.record.need,
        mends: planned.mends.map(({ address, remedy }: Verdict) => `${address} ${remedy}`).sort(),
        leaves: planned.leaves
          .filter(isChanged)
          .map(({ address, refused }: Verdict) => [address, ...refused].join(' '))
          .sort(),
      };
    },
    async apply() {
      const unasked = await typed(first, '--apply');
      const { outcome, approver, remaining, error } = await typed(second, '--apply', '--approve', digest);
      const again = await typed(second, '--apply', '--approve', digest);
      return {
        unasked: unasked.error?.code,
        outcome: outcome ?? error,
        approved: approver === person,
        remaining,
        again: again.error?.code,
      };
    },
  };
};
