import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Witness } from './witness.ts';

const flags = ['--no-warnings', '--max-semi-space-size=4'];

type Line =
  | { readonly said: 'started' }
  | { readonly said: 'proposed'; readonly id: string; readonly flagKey: string }
  | { readonly said: 'refused'; readonly code: string; readonly message: string; readonly served: boolean }
  | { readonly said: 'event'; readonly event: FlaghoistEvent }
  | { readonly said: 'checked'; readonly broken: readonly string[] };

interface Life {
  /** `living.ts`. */
  readonly program: string;
  readonly folder: string;
  /** The largest file that it may write, in blocks of 512 bytes. */
  readonly fileBlocks?: number;
  readonly witness: Witness;
  /** What the process is told once it has started. */
  readonly orders: readonly string[];
  /** Killed at once when this line is heard. */
  readonly endsAt: (line: Line, heard: number) => boolean;
}

/**
 * One process, from its start to its kill. What it said before that counts, heard or not.
 *
 * @returns the line at which it was killed, which need not be the last one it said; nothing when it ended by itself
 */
const live = async ({ program, folder, fileBlocks, witness, orders, endsAt }: Life): Promise<Line | undefined> => {
  const words = [process.execPath, ...flags, program, folder];
  // Without a handler the signal would end it; a full disk sends none.
  const limited = ['sh', '-c', `trap '' XFSZ; ulimit -f ${fileBlocks}; exec "$@"`, 'sh', ...words];
  const [command = '', ...args] = fileBlocks === undefined ? words : limited;
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let end: Line | undefined;
  let heard = 0;
  for await (const text of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const line = lineIn(text);
    if (line === undefined) continue;
    if (line.said === 'event') witness.hear(line.event);
    if (line.said === 'proposed') witness.proposed.set(line.id, line.flagKey);
    if (line.said === 'started') for (const order of orders) child.stdin?.write(`${order}\n`);
    heard += 1;
    if (end !== undefined || !endsAt(line, heard)) continue;
    end = line;
    child.kill('SIGKILL');
  }
  await ended;
  return end;
};

/** The last line of a killed process may end anywhere. */
const lineIn = (text: string): Line | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const FLAGS = 6;
/** Of the lines that so many changes write in two regions, the first ones. */
const LINES = 36;
/** What is said last of a change. */
const ENDS: ReadonlySet<string> = new Set([
  'ChangeRejected',
  'ChangeConflicted',
  'ChangeVerified',
  'ChangeRolledBack',
  'ChangeHeld',
  'ChangeSuperseded',
  'ChangeUnverified',
  'ProposalExpired',
]);

/**
 * Kills a world again and again at random points, and starts it once more in the same folder.
 *
 * @returns what was lost, doubled or left unfinished at the end, in words
 */
export const killAgainAndAgain = async (
  program: string,
  { seed, kills }: { readonly seed: number; readonly kills: number },
): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-kills-'));
  const random = new SeededRandom(seed);
  const witness = new Witness();
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const orders = Array.from({ length: FLAGS }, (_, n) => `propose flag-${n} change-${seed}-${kill}-${n}`);
      const lines = 1 + Math.floor(random.next() * LINES);
      // Changes that conflict with those of an earlier life say less: at the latest it ends with the last of its own.
      const open = new Set(orders.map((order) => order.split(' ').at(-1)));
      const endsAt = (line: Line, heard: number): boolean => {
        if (line.said === 'event' && ENDS.has(line.event.type))
          open.delete((line.event.detail as { changeId?: string }).changeId);
        return heard >= lines || open.size === 0;
      };
      await live({ program, folder, witness, orders, endsAt });
    }
    const orders = [`check ${witness}`];
    const last = await live({ program, folder, witness, orders, endsAt: ({ said }) => said === 'checked' });
    if (last?.said !== 'checked') return ['the last life ended before it was checked'];
    return witness.accepted.size > 0 ? last.broken : ['nothing was accepted in any life'];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Lets a world fill a disk of two megabytes, kills it, and starts it once more where there is room.
 *
 * @returns how it refused what did not fit any more, and what was lost
 */
export const fillTheDisk = async (
  program: string,
): Promise<{ readonly refused: Line | undefined; readonly broken: readonly string[] }> => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-full-'));
  const witness = new Witness();
  try {
    const full = { program, folder, witness, fileBlocks: 4_096, orders: ['fill'] };
    const refused = await live({ ...full, endsAt: ({ said }) => said === 'refused' });
    const orders = [`check ${witness}`];
    const last = await live({ program, folder, witness, orders, endsAt: ({ said }) => said === 'checked' });
    return { refused, broken: last?.said === 'checked' ? last.broken : ['it was not checked'] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
