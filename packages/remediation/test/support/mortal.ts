import type { FlaghoistEvent } from '@flaghoist/core/events';
import { memoryOf } from '../../lib/folder-memory.ts';
import type { RemediationMemory } from '../../lib/ports.ts';
import type { World } from './world.ts';

class KilledError extends Error {}

/** Where plans are kept from one run to the next. */
export type Place = 'the folder of one machine' | 'a bucket, and a machine for each run';

/** A trail that keeps what it hears, whoever tells it. */
export class Trail {
  readonly heard: FlaghoistEvent[] = [];
}

interface Around {
  readonly world: World;
  readonly trail: Trail;
  /** By name, what outlives a run. */
  readonly kept: Map<string, string>;
  /** Before which step it is killed, from 1; later than the last one, it lives. */
  readonly dies: number;
}

/**
 * One run of `hoist`, which may be killed before any of its steps that others see: each file, each thing an apply does, each event. From
 * then on none of them happens, whatever its code still tries.
 */
export class Mortal {
  #steps = 0;
  readonly #dies: number;
  readonly memory: RemediationMemory;
  readonly publish: (event: FlaghoistEvent) => Promise<void>;
  /** As remediate.sh does it: what is to be told first, and what is new before what is gone. */
  readonly store: () => void;

  constructor(place: Place, { world, trail, kept, dies }: Around) {
    this.#dies = dies;
    const files = place === 'the folder of one machine' ? kept : new Map(kept);
    this.store = () => {
      if (files === kept) return;
      const names = [...files.keys()].toSorted((a, b) => Number(b === 'untold.json') - Number(a === 'untold.json'));
      for (const name of names) this.#step(() => kept.set(name, files.get(name) ?? ''));
      for (const name of [...kept.keys()].filter((each) => !files.has(each))) this.#step(() => kept.delete(name));
    };
    this.memory = memoryOf(
      {
        read: (name) => files.get(name),
        write: (name, text) => this.#step(() => files.set(name, text)),
        remove: (name) => this.#step(() => files.delete(name)),
      },
      async () => this.store(),
    );
    world.between = () => this.#step(() => {});
    this.publish = async (event) => {
      this.#step(() => trail.heard.push(event));
      this.#step(() => {});
    };
  }

  get isDead(): boolean {
    return this.#steps >= this.#dies;
  }

  get steps(): number {
    return this.#steps;
  }

  #step(does: () => unknown): void {
    this.#steps += 1;
    if (this.isDead) throw new KilledError('killed');
    does();
  }
}
