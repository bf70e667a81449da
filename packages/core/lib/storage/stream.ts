import { InvalidInputError } from '../errors.ts';
import type { FoundItem } from './write.ts';

/** An item in DynamoDB's own JSON, as its stream shows it. */
type StreamImage = Readonly<Record<string, { S?: string | undefined; N?: string | undefined } | undefined>>;

/** What is read of a stream record. */
interface StreamRecord {
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE' | undefined;
  readonly dynamodb?:
    | {
        readonly ApproximateCreationDateTime?: number | undefined;
        readonly Keys?: StreamImage | undefined;
        readonly NewImage?: StreamImage | undefined;
        readonly OldImage?: StreamImage | undefined;
      }
    | undefined;
}

/** Attributes of other types are left out: no item of ours has one. */
export const itemOf = (image: StreamImage): FoundItem => {
  const item: Record<string, string | number> = {};
  for (const name in image) {
    const { S, N } = image[name] ?? {};
    if (S !== undefined) item[name] = S;
    else if (N !== undefined) item[name] = Number(N);
  }
  return item;
};

/**
 * The item as the record left it; `undefined` when it was removed.
 *
 * @throws InvalidInputError when the stream carries no new images: the record will not have one when it comes again
 */
export const newItemOf = ({ eventName, dynamodb }: StreamRecord): FoundItem | undefined => {
  const image = dynamodb?.NewImage;
  if (image !== undefined) return itemOf(image);
  if (eventName === 'REMOVE') return undefined;
  throw new InvalidInputError(
    `stream record of ${dynamodb?.Keys?.['pk']?.S}/${dynamodb?.Keys?.['sk']?.S}`,
    ['/dynamodb/NewImage: is not there'],
    "Set the table's stream view type to NEW_AND_OLD_IMAGES.",
  );
};

/** The item as it was before; `undefined` when it has just appeared. */
export const oldItemOf = ({ dynamodb }: StreamRecord): FoundItem | undefined =>
  dynamodb?.OldImage === undefined ? undefined : itemOf(dynamodb.OldImage);

/**
 * When the stream says that an item was written, to the second in AWS; whatever its writer says. Epoch milliseconds.
 *
 * @throws InvalidInputError for a record without it, which no stream of DynamoDB has
 */
export const writtenAtOf = ({ dynamodb }: StreamRecord): number => {
  const seconds = dynamodb?.ApproximateCreationDateTime;
  if (seconds !== undefined) return Math.round(seconds * 1000);
  throw new InvalidInputError(
    'record of a stream',
    ['/dynamodb/ApproximateCreationDateTime: is not there'],
    'Hand over the records of a DynamoDB stream as they are.',
  );
};
