import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { concerned } from '@flaghoist/core/audience';
import { type Envelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import type { Clock } from '@flaghoist/core/ports/clock';
import { callAws } from './aws-call.ts';

type Client = Pick<SNSClient, 'send'>;

interface Options {
  /** Asked once per region, at the first message to it. */
  readonly clientFor: (region: string) => Client;
  readonly topicArnOf: (region: string) => string;
  readonly clock: Pick<Clock, 'now'>;
}

/** The topics of all regions, each behind a client of its own that is made when it is first needed. */
export class SnsChangeTopic implements ChangeTopic {
  readonly #options: Options;
  readonly #clients = new Map<string, Client>();

  constructor(options: Options) {
    this.#options = options;
  }

  async publish(region: string, envelope: Envelope): Promise<void> {
    const command = new PublishCommand({
      TopicArn: this.#options.topicArnOf(region),
      Message: serialiseEnvelope(envelope),
      MessageAttributes: {
        flagKey: { DataType: 'String', StringValue: envelope.flagKey },
        kind: { DataType: 'String', StringValue: envelope.kind },
        // For the updater: what the way from here into the queue took. Text, because a number is at most 10^9 there
        // (docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html), and milliseconds are more.
        publishedAt: { DataType: 'String', StringValue: String(this.#options.clock.now()) },
        audience: { DataType: 'String.Array', StringValue: JSON.stringify(concerned(envelope)) },
      },
    });
    await callAws(`change topic in ${region}`, this.#clientOf(region).send(command));
  }

  #clientOf(region: string): Client {
    const known = this.#clients.get(region);
    if (known !== undefined) return known;
    const client = this.#options.clientFor(region);
    this.#clients.set(region, client);
    return client;
  }
}
