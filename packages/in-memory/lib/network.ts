/** Which regions are cut off from all others. Inside a cut-off region everything goes on. */
export class Network {
  readonly #cut = new Set<string>();
  #waiting: (() => void)[] = [];

  cut(region: string): void {
    this.#cut.add(region);
  }

  restore(region: string): void {
    this.#cut.delete(region);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const retry of waiting) retry();
  }

  connects(from: string, to: string): boolean {
    return from === to || !(this.#cut.has(from) || this.#cut.has(to));
  }

  /** Runs `action` as soon as the two regions are connected: now, or after a `restore`. */
  whenConnected(from: string, to: string, action: () => void): void {
    if (this.connects(from, to)) action();
    else this.#waiting.push(() => this.whenConnected(from, to, action));
  }
}
