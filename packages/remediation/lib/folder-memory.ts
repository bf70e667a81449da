import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAttempts } from './attempts.ts';
import type { RemediationMemory } from './ports.ts';
import { parseRecord } from './record.ts';

const RECORD = 'remediation.json';
const ATTEMPTS = 'attempts.json';
const PLAN = 'remediation.tfplan';
/** `remediate.sh` puts one of this name into the bucket before an apply. */
const APPLYING = 'applying';

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
      for (const name of [RECORD, PLAN]) rmSync(at(name), { force: true });
    },
    attempts: () => read(ATTEMPTS, parseAttempts) ?? {},
    count: (attempts) => write(ATTEMPTS, attempts),
    begin: () => writeFileSync(at(APPLYING), '', { mode: 0o600 }),
    begun: () => existsSync(at(APPLYING)),
    end: () => rmSync(at(APPLYING), { force: true }),
  };
};
