import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FlaghoistEvent, parseEvent } from '@flaghoist/core/events';
import { parseJson } from '@flaghoist/core/parse';
import { LOOKED_FILES } from '@flaghoist/drift/take-plan';
import * as z from 'zod/mini';
import { INTENT_FILE, parseIntent } from './apply-intent.ts';
import { parseAttempts } from './attempts.ts';
import type { RemediationMemory } from './ports.ts';
import { parseRecord } from './record.ts';
import { OUTSIDE_FILE, PLAN_FILE, STATE_FILE } from './saved-files.ts';

const RECORD = 'remediation.json';
const ATTEMPTS = 'attempts.json';
const UNTOLD = 'untold.json';

/** A file is written beside its place first. */
const draftOf = (name: string): string => `${name}.draft`;

const KEPT = [RECORD, ATTEMPTS, UNTOLD, INTENT_FILE];

/** Whether what lies in a folder of plans was put there by a remediation, by its name. */
export const isOfRemediation = (name: string): boolean =>
  [...KEPT, ...KEPT.map(draftOf), OUTSIDE_FILE, STATE_FILE].includes(name);

/**
 * Takes away what a run that was killed has left there and nobody needs: plans of a look, the state that was to be pushed, files that were
 * half written, and a plan that nobody was shown. All of these hold what resources hold.
 *
 * @param folder of who works in it alone
 */
export const clearLeftovers = (folder: string): void => {
  const isKept = [RECORD, INTENT_FILE].some((name) => existsSync(join(folder, name)));
  const unshown = isKept ? [] : [PLAN_FILE, OUTSIDE_FILE];
  const drafts = KEPT.map(draftOf);
  for (const name of [...LOOKED_FILES, STATE_FILE, ...drafts, ...unshown]) rmSync(join(folder, name), { force: true });
};

const parseUntold = (text: string): readonly FlaghoistEvent[] =>
  parseJson(z.array(z.unknown()), text, {
    what: 'what the trail has not heard',
    hint: `Only hoist remediate writes it. Take ${UNTOLD}, which lies beside the plan, out of that folder, and keep it: nobody else tells the trail of it.`,
  }).map(parseEvent);

/** Texts by name. What is written is there as a whole or not at all. */
export interface Files {
  /** `undefined` where there is none. */
  readonly read: (name: string) => string | undefined;
  readonly write: (name: string, text: string) => void;
  readonly remove: (name: string) => void;
}

/** @param stored stores them where they outlive this machine */
export const memoryOf = (files: Files, stored: () => Promise<void>): RemediationMemory => {
  const read = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const text = files.read(name);
    return text === undefined ? undefined : parse(text);
  };
  const write = (name: string, value: unknown): void => files.write(name, `${JSON.stringify(value, null, 2)}\n`);
  return {
    record: () => read(RECORD, parseRecord),
    keep: (record) => write(RECORD, record),
    forget: () => {
      for (const name of [RECORD, PLAN_FILE, OUTSIDE_FILE]) files.remove(name);
    },
    attempts: () => read(ATTEMPTS, parseAttempts) ?? {},
    count: (attempts) => write(ATTEMPTS, attempts),
    begin: (intent) => write(INTENT_FILE, intent),
    begun: () => read(INTENT_FILE, parseIntent),
    end: () => files.remove(INTENT_FILE),
    untold: () => read(UNTOLD, parseUntold) ?? [],
    keepUntold: (events) => (events.length === 0 ? files.remove(UNTOLD) : write(UNTOLD, events)),
    stored,
  };
};

/**
 * A folder that only its owner reads: a plan holds what resources hold. It is made by who works in it alone.
 *
 * @param stored left out where it lies on a machine that stays
 */
export const folderMemory = (folder: string, stored: () => Promise<void> = async () => {}): RemediationMemory => {
  const at = (name: string): string => join(folder, name);
  return memoryOf(
    {
      read: (name) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : undefined),
      write: (name, text) => {
        const draft = at(draftOf(name));
        writeFileSync(draft, text, { mode: 0o600, flush: true });
        renameSync(draft, at(name));
      },
      remove: (name) => rmSync(at(name), { force: true }),
    },
    stored,
  );
};
