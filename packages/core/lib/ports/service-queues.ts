import type { DeadLetter } from './dead-letters.ts';

/** The queues of one region's services. */
export interface ServiceQueues {
  /** Makes a message visible again after so many seconds, instead of after the queue's own timeout. */
  retryAfter(eventSourceArn: string, receiptHandle: string, seconds: number): Promise<void>;
  /** Puts a message that no repetition heals into the dead-letter queue of its service. @throws UnavailableError */
  giveUp(service: string, letter: DeadLetter): Promise<void>;
  /** How many messages lie in the dead-letter queue of a service, about. @throws UnavailableError */
  givenUp(service: string): Promise<number>;
}
