import { matchTemplate } from '@flaghoist/adapters/template';
import { InvalidInputError } from '@flaghoist/core/errors';

/** Reads the service out of its queue's ARN. Remembers: a warm function meets the same few queues again and again. */
export const createServiceOf = (queueArnTemplate: string): ((eventSourceArn: string) => string) => {
  const known = new Map<string, string>();
  return (arn) => {
    const service = known.get(arn) ?? matchTemplate(queueArnTemplate, arn)?.['service'];
    if (service === undefined) {
      throw new InvalidInputError(
        'event source ARN',
        [`${arn} does not fit ${queueArnTemplate}`],
        'QUEUE_ARN_TEMPLATE must be the ARN of the queues that feed this function, with {service} in its place.',
      );
    }
    known.set(arn, service);
    return service;
  };
};
