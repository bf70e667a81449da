/** What no repetition heals, kept whole: for somebody to look at, and to send again once its cause is mended. */
export interface DeadLetter {
  /** The message as it came; of a stream record, its JSON. */
  readonly body: string;
  /** In a sentence, for whoever finds it. */
  readonly reason: string;
}

/** Where a function puts what it gives up, so that the rest goes on. */
export interface DeadLetters {
  /** @throws UnavailableError when it was not taken: whoever gives it up must keep it then */
  give(letter: DeadLetter): Promise<void>;
}
