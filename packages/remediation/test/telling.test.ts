import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import { folderMemory } from '../lib/folder-memory.ts';
import { putDown, tellUntold } from '../lib/telling.ts';
import { Memory } from './support/world.ts';

const refused = (at: number): FlaghoistEvent =>
  eventOf({
    type: 'RemediationRefused',
    identity: ['blue', 'application', String(at)],
    region: 'eu-west-1',
    at,
    detail: {
      environment: 'blue',
      stack: 'application',
      actor: 'AROAEXAMPLEEXAMPLE0:ada',
      resources: [{ address: 'aws_x.this', reasons: ['engine'] }],
    },
  });
const [first, second] = [refused(1), refused(2)];

/** A trail that may be away, and keeps what it hears. */
class Trail {
  away = false;
  readonly heard: FlaghoistEvent[] = [];
  publish = async (event: FlaghoistEvent): Promise<void> => {
    if (this.away) throw new Error('no connection');
    this.heard.push(event);
  };
}

const folder = mkdtempSync(join(tmpdir(), 'flaghoist-untold-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['in memory', () => new Memory()],
  ['in a folder', () => folderMemory(mkdtempSync(join(folder, 'plans-')))],
])('what the trail is to hear, %s', (_where, memoryOf) => {
  it('is told once', async () => {
    const [memory, trail] = [memoryOf(), new Trail()];
    putDown(memory, [first]);
    await tellUntold(memory, trail.publish);
    await tellUntold(memory, trail.publish);
    expect(trail.heard).toEqual([first]);
  });

  it('is kept where the trail is away, and told by the next run, the oldest first', async () => {
    const [memory, trail] = [memoryOf(), new Trail()];
    trail.away = true;
    putDown(memory, [first]);
    await expect(tellUntold(memory, trail.publish)).rejects.toThrow('no connection');
    trail.away = false;
    putDown(memory, [second]);
    await tellUntold(memory, trail.publish);
    expect([trail.heard, memory.untold()]).toEqual([[first, second], []]);
  });

  it('is crossed out one by one: what was heard before the trail went away is not told again', async () => {
    const [memory, trail] = [memoryOf(), new Trail()];
    putDown(memory, [first, second]);
    const once = async (event: FlaghoistEvent): Promise<void> => {
      await trail.publish(event);
      trail.away = true;
    };
    await expect(tellUntold(memory, once)).rejects.toThrow('no connection');
    expect([trail.heard, memory.untold()]).toEqual([[first], [second]]);
  });

  it('is told though the trail never takes one of it, which stays', async () => {
    const [memory, trail] = [memoryOf(), new Trail()];
    putDown(memory, [first, second]);
    const without = async (event: FlaghoistEvent): Promise<void> => {
      if (event.id === first.id) throw new Error('too large');
      await trail.publish(event);
    };
    await expect(tellUntold(memory, without)).rejects.toThrow('too large');
    expect([trail.heard, memory.untold()]).toEqual([[second], [first]]);
  });

  it('is told by a later run though the trail takes none of what was first, however much that is', async () => {
    const [memory, trail] = [memoryOf(), new Trail()];
    const tooLarge = [1, 2, 3, 4, 5].map(refused);
    putDown(memory, [...tooLarge, refused(6)]);
    const without = async (event: FlaghoistEvent): Promise<void> => {
      if (tooLarge.some(({ id }) => id === event.id)) throw new Error('too large');
      await trail.publish(event);
    };
    for (const _run of tooLarge) await expect(tellUntold(memory, without)).rejects.toThrow('too large');
    expect(trail.heard).toEqual([refused(6)]);
    expect(
      memory
        .untold()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(tooLarge.map(({ id }) => id).sort());
  });

  it('is not tried one after another where the trail is away', async () => {
    const memory = memoryOf();
    putDown(memory, [first, second, refused(3)]);
    const tried: string[] = [];
    const away = async ({ id }: FlaghoistEvent): Promise<void> => {
      tried.push(id);
      throw new Error('no connection');
    };
    await expect(tellUntold(memory, away)).rejects.toThrow('no connection');
    expect([tried, memory.untold().length]).toEqual([[first.id, second.id], 3]);
  });

  it('outlives the plan that it is about', async () => {
    const memory = memoryOf();
    putDown(memory, [first]);
    memory.forget();
    expect(memory.untold()).toEqual([first]);
  });
});

it('is refused where it cannot be read, with the name of its file', () => {
  const plans = mkdtempSync(join(folder, 'torn-'));
  writeFileSync(join(plans, 'untold.json'), '[');
  expect(() => folderMemory(plans).untold()).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('Take untold.json, which lies beside the plan') }),
  );
});
