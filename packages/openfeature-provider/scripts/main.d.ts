/** What the package shows of itself. A test holds it to `lib`, whose own types name members that do not ship. */
import type {
  EvaluationContext,
  JsonValue,
  OpenFeatureEventEmitter,
  Provider,
  ResolutionDetails,
} from '@openfeature/server-sdk';

export interface ProviderOptions {
  readonly region: string;
  readonly service: string;
  readonly cell: string;
  /** Names this process among those of the service: the task's id. */
  readonly instance: string;
  readonly cache: {
    readonly host: string;
    readonly port: number;
    /** The replication group, for the token that IAM lets in with. */
    readonly name: string;
    /** Left out on this machine alone. */
    readonly user?: string;
  };
  /** The file of the last known good flags; without it, a start waits for the cache. */
  readonly path?: string;
}

export interface FlaghoistProvider extends Provider {
  readonly events: OpenFeatureEventEmitter;
  initialize(): Promise<void>;
  onClose(): Promise<void>;
  /** What a caller gets, at once; `defaultValue` where there is nothing else, with an error code that says why. Never throws. */
  evaluate<T extends JsonValue>(flagKey: string, defaultValue: T, context?: EvaluationContext): ResolutionDetails<T>;
}

/** A provider over the cache of a service. Give it to `OpenFeature.setProviderAndWait`, and keep it for `evaluate`. */
export declare const createProvider: (options: ProviderOptions) => FlaghoistProvider;
