import { draws } from '@flaghoist/core/bucketing';
import type { Held } from '@flaghoist/core/compare-and-set';
import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject, memberOf } from '@flaghoist/core/json';
import { formatOrder, sameOrder } from '@flaghoist/core/order';
import { type CarriedEvaluator, type LoadedFlag, loadFlag } from './evaluator.ts';
import { inlined } from './inlined.ts';
import { readEnvelope } from './read-envelope.ts';
import { variantTexts } from './variant-texts.ts';

/** A flag as it is answered: everything that an answer needs is made once. */
export interface AnsweringFlag {
  readonly key: string;
  readonly flag: LoadedFlag;
  /** Each variant's value as JSON. */
  readonly values: ReadonlyMap<string, string>;
  /** Members of the metadata as JSON, without the braces. */
  readonly metadata: string;
  /** `"key":{…}` for a set in flagd's format. */
  readonly definition: string;
}

/** A flag as it is served, made ready when it arrives. */
export interface ServedFlag extends AnsweringFlag {
  readonly held: Held;
  /** The envelope's bytes, as they are kept on disk. */
  readonly body: string;
  readonly draws: boolean;
}

type Scalar = string | number | boolean;
const isScalar = (entry: readonly [string, unknown]): entry is readonly [string, Scalar] =>
  ['string', 'number', 'boolean'].includes(typeof entry[1]);

/** The file's metadata, the flag's own, and which revision was used: OpenTelemetry's hooks report `version`. */
const metadataOf = (source: unknown, document: unknown, of: Readonly<Record<string, Scalar>>) =>
  Object.fromEntries(
    [memberOf(source, 'metadata'), memberOf(document, 'metadata'), of]
      .filter(isObject)
      .flatMap((members) => Object.entries(members).filter(isScalar)),
  );

const membersText = (members: readonly (readonly [string, string])[]): string =>
  members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',');

/**
 * @param held what the cache says it holds
 * @param body bytes that hash to `held.digest`
 * @param evaluator that answers for it
 * @throws InvalidInputError for what a client would choke on
 */
export const servedFlag = (
  key: string,
  { held, body }: Pick<ServedFlag, 'held' | 'body'>,
  evaluator: CarriedEvaluator,
): ServedFlag => {
  const envelope = readEnvelope(body);
  const { document, source, change, epoch, revision, flagKey } = envelope;
  if (flagKey !== key) throw unfit(key, `its bytes are those of ${flagKey}`);
  // Else a wrong word of the cache about its order would keep all that is newer in truth away for good.
  if (!sameOrder(held.order, { epoch, revision }))
    throw unfit(
      key,
      `its bytes are of ${formatOrder({ epoch, revision })}, and the cache names ${formatOrder(held.order)}`,
    );
  try {
    const targeting = inlined(document['targeting'], memberOf(source, '$evaluators'));
    const metadata = metadataOf(source, document, { version: formatOrder({ epoch, revision }), changeId: change.id });
    const definition = { ...document, ...(targeting === undefined ? {} : { targeting }), metadata };
    return { held, body, draws: draws(targeting), ...answeringFlag(key, definition, evaluator) };
  } catch (error) {
    throw unfit(key, error instanceof Error ? error.message : String(error), error);
  }
};

/**
 * A flag as answers are made of it.
 *
 * @param definition in flagd's format, with at least one member of metadata
 * @throws what the evaluator says of a definition that it cannot load
 */
export const answeringFlag = (
  key: string,
  definition: Readonly<Record<string, unknown>> & { readonly metadata: object },
  evaluator: CarriedEvaluator,
): AnsweringFlag => {
  const flag = loadFlag(key, definition, evaluator);
  if (flag.variants.size === 0) throw new TypeError('it has no variants');
  const values = variantTexts(flag.variants);
  const texts = Object.entries(definition).map(
    ([name, value]) => [name, name === 'variants' ? `{${membersText([...values])}}` : JSON.stringify(value)] as const,
  );
  return {
    ...{ key, flag, values },
    metadata: JSON.stringify(definition.metadata).slice(1, -1),
    definition: membersText([[key, `{${membersText(texts)}}`]]),
  };
};

const unfit = (key: string, found: string, cause?: unknown): InvalidInputError =>
  new InvalidInputError(
    `flag ${key}`,
    [found],
    'The agent goes on with the revision that it had. Propose the flag again so that the evaluator can read it.',
    cause,
  );
