import { UnavailableError } from '@flaghoist/core/errors';
import type { DeadLetter, DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { MessageSink } from './topic.ts';

/** Keeps what was given up, for who looks at it. */
export class InMemoryDeadLetters implements DeadLetters {
  readonly given: DeadLetter[] = [];
  #down = false;

  async give(letter: DeadLetter): Promise<void> {
    if (this.#down) throw new UnavailableError('the queue of dead letters', 'It is tried again.');
    this.given.push(letter);
  }

  takeDown(): void {
    this.#down = true;
  }

  bringUp(): void {
    this.#down = false;
  }
}

/** Gives up into a queue. The reason is an attribute there, and attributes are not modelled: it stands in the log. */
export const deadLettersThrough = (queue: MessageSink): DeadLetters => ({
  async give({ body }) {
    queue.send(body);
  },
});
