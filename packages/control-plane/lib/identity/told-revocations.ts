import { eventOf } from '@flaghoist/core/events';
import type { ControlPlanePorts } from '../ports.ts';
import type { Tokens } from './tokens.ts';

const AGAIN_MS = 60_000;

/** Tells the audit trail which tokens were revoked: what the bus does not take is told again every minute, and after a restart. */
export class ToldRevocations {
  readonly #tokens: Tokens;
  readonly #ports: Pick<ControlPlanePorts, 'home' | 'clock' | 'log'>;
  #isWaiting = false;
  #isStopped = false;

  constructor(tokens: Tokens, ports: Pick<ControlPlanePorts, 'home' | 'clock' | 'log'>) {
    this.#tokens = tokens;
    this.#ports = ports;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Tells all that is not told yet. It does not fail: what cannot be told now is told later. */
  async tell(): Promise<void> {
    const { home, log } = this.#ports;
    for (const { id, holder, by, at } of this.#tokens.untold()) {
      try {
        const { bus, region } = home();
        const detail = { tokenId: id, actor: by, holder };
        await bus?.publish([eventOf({ type: 'TokenRevoked', identity: [id], region, at, detail })]);
        this.#tokens.told(id);
      } catch (error) {
        log.warn('revocation of a token not told, it is told again', { id, error });
        void this.#tellLater();
        return;
      }
    }
  }

  async #tellLater(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    await this.#ports.clock.sleep(AGAIN_MS);
    this.#isWaiting = false;
    if (!this.#isStopped) await this.tell();
  }
}
