import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FlaghoistEvent, parseEvent } from '@flaghoist/core/events';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { parseAttempts } from './attempts.ts';
import type { RemediationMemory } from './ports.ts';
import { parseRecord } from './record.ts';
import { OUTSIDE_FILE, PLAN_FILE } from './saved-files.ts';

const RECORD = 'remediation.json';
const ATTEMPTS = 'attempts.json';
const UNTOLD = 'untold.json';
/** `remediate.sh` puts one of this name into the bucket before an apply. */
const APPLYING = 'applying';

const parseUntold = (text: string): readonly FlaghoistEvent[] =>
  parseJson(z.array(z.unknown()), text, {
    what: 'what the trail has not heard',
    hint: `Only hoist remediate writes it. Take ${UNTOLD}, which lies beside the plan, out of that folder, and keep it: nobody else tells the trail of it.`,
  }).map(parseEvent);

/** A folder that only its owner reads: a plan holds what resources hold. It is made by who works in it alone. */
export const folderMemory = (folder: string): RemediationMemory => {
  const at = (name: string): string => join(folder, name);
  const read = <T>(name: string, parse: (text: string) => T): T | undefined =>
    existsSync(at(name)) ? parse(readFileSync(at(name), 'utf8')) : undefined;
  const write = (name: string, value: unknown): void => {
    const draft = at(`${name}.draft`);
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, at(name));
  };
  return {
    record: () => read(RECORD, parseRecord),
    keep: (record) => write(RECORD, record),
    forget: () => {
      for (const name of [RECORD, PLAN_FILE, OUTSIDE_FILE]) rmSync(at(name), { force: true });
    },
    attempts: () => read(ATTEMPTS, parseAttempts) ?? {},
    count: (attempts) => write(ATTEMPTS, attempts),
    begin: () => writeFileSync(at(APPLYING), '', { mode: 0o600 }),
    begun: () => existsSync(at(APPLYING)),
    end: () => rmSync(at(APPLYING), { force: true }),
    untold: () => read(UNTOLD, parseUntold) ?? [],
    keepUntold: (events) => (events.length === 0 ? rmSync(at(UNTOLD), { force: true }) : write(UNTOLD, events)),
  };
};
