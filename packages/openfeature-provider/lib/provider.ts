import type { Agent } from '@flaghoist/agent/agent';
import { evaluateFlag } from '@flaghoist/agent/evaluate-flag';
import { PROBE_FLAG } from '@flaghoist/agent/probe';
import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderNotReadyError,
  type ResolutionDetails,
} from '@openfeature/server-sdk';

type Followed = Pick<Agent, 'service' | 'flags' | 'freshness' | 'start' | 'stop' | 'onLook'>;

/** Whether a value is of the type that the caller's default has; objects and lists are of one type, as in OpenFeature. */
const isLike = <T extends JsonValue>(value: unknown, wanted: T): value is T => typeof value === typeof wanted;

/**
 * Answers from the flags of a service's cache, without a hop: what the agent would answer, by the same evaluator. The methods of
 * OpenFeature's interface resolve at once; `evaluate` is the same without a promise.
 */
export class FlaghoistProvider implements Provider {
  readonly metadata = { name: 'flaghoist' };
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly #followed: Followed;
  #told: ProviderEvents.Ready | ProviderEvents.Stale | null = null;
  /** OpenFeature says by itself how this ended. */
  #isStarting = false;
  /** Ends when what was asked last, to start or to close, is done: OpenFeature does not wait for the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(followed: Followed) {
    this.#followed = followed;
    followed.flags.listen((flagsChanged) => {
      if (followed.freshness.loaded)
        this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...flagsChanged] });
    });
    followed.onLook(() => this.#tell());
  }

  /** @throws ProviderNotReadyError when nothing could be read yet; it goes on trying, and says when it is ready */
  initialize(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** It may be initialised again afterwards. */
  onClose(): Promise<void> {
    return this.#inTurn(() => this.#followed.stop());
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #start(): Promise<void> {
    const { service, freshness } = this.#followed;
    this.#isStarting = true;
    await this.#followed.start();
    this.#isStarting = false;
    if (!freshness.loaded) throw new ProviderNotReadyError(`the flags of ${service} were not read yet`);
    this.#told = ProviderEvents.Ready;
  }

  /** What a caller gets, at once; `defaultValue` where there is nothing else, with an error code that says why. Never throws. */
  evaluate<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext = {},
  ): ResolutionDetails<T> {
    const { service, flags, freshness } = this.#followed;
    const failed = (errorCode: ErrorCode, errorMessage: string): ResolutionDetails<T> => ({
      ...{ value: defaultValue, reason: 'ERROR', errorCode, errorMessage },
    });
    if (!freshness.loaded) return failed(ErrorCode.PROVIDER_NOT_READY, `the flags of ${service} were not read yet`);
    const served = flagKey === PROBE_FLAG ? flags.probe : flags.served(flagKey);
    if (served === undefined) return failed(ErrorCode.FLAG_NOT_FOUND, `${service} has no flag ${flagKey}`);
    const found = evaluateFlag(served, context);
    if ('errorCode' in found) return failed(ErrorCode[found.errorCode], found.errorMessage);
    const { variant, reason } = found;
    const value: unknown = served.flag.variants.get(variant);
    if (!isLike(value, defaultValue)) {
      return failed(
        ErrorCode.TYPE_MISMATCH,
        `flag ${flagKey} is a ${typeof value}; asked for a ${typeof defaultValue}`,
      );
    }
    return { value, variant, reason, flagMetadata: { ...served.flag.metadata, ...this.#age() } };
  }

  async resolveBooleanEvaluation(flagKey: string, defaultValue: boolean, context: EvaluationContext) {
    return this.evaluate(flagKey, defaultValue, context);
  }

  async resolveStringEvaluation(flagKey: string, defaultValue: string, context: EvaluationContext) {
    return this.evaluate(flagKey, defaultValue, context);
  }

  async resolveNumberEvaluation(flagKey: string, defaultValue: number, context: EvaluationContext) {
    return this.evaluate(flagKey, defaultValue, context);
  }

  async resolveObjectEvaluation<T extends JsonValue>(flagKey: string, defaultValue: T, context: EvaluationContext) {
    return this.evaluate(flagKey, defaultValue, context);
  }

  #age(): { stale?: true; ageMs?: number; killMayBeUnseen?: true } {
    const { stale, ageMs, killMayBeUnseen } = this.#followed.freshness;
    if (!stale) return {};
    return { stale, ageMs: Math.round(ageMs), ...(killMayBeUnseen ? { killMayBeUnseen } : {}) };
  }

  /** Once when it becomes stale, and once when it is ready again or for the first time. */
  #tell(): void {
    const { loaded, stale } = this.#followed.freshness;
    const now = loaded ? (stale ? ProviderEvents.Stale : ProviderEvents.Ready) : null;
    if (this.#isStarting || now === null || now === this.#told) return;
    this.#told = now;
    this.events.emit(now);
  }
}
