import type { Envelope } from '../envelope.ts';

/** The topics of all regions. At least once, in no order. */
export interface ChangeTopic {
  /**
   * Publishes an envelope to one region's topic; its body is the message, its flag, kind and audience the attributes.
   *
   * @throws UnavailableError when the region cannot be reached
   */
  publish(region: string, envelope: Envelope): Promise<void>;
}
