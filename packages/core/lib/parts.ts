/** The parts of a run, each of which does what it can when another one cannot. */
export class Parts {
  readonly #failures: unknown[] = [];

  /** @returns what the part does, or `otherwise` where it has failed */
  async attempt<T>(part: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await part();
    } catch (error) {
      this.#failures.push(error);
      return otherwise;
    }
  }

  /** @throws what the first of them failed with */
  end(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
