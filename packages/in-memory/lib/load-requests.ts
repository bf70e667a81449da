import type { LoadRequests } from '@flaghoist/core/ports/load-requests';

/** Keeps the names of the services for which a load was asked. */
export class InMemoryLoadRequests implements LoadRequests {
  readonly requested: string[] = [];

  async request(service: string): Promise<void> {
    this.requested.push(service);
  }
}

interface MessageSink {
  send(body: string): void;
}

/** Asks through a queue, in the form that the loader reads. */
export const loadRequestsThrough = (queue: MessageSink): LoadRequests => ({
  async request(service) {
    queue.send(JSON.stringify({ service }));
  },
});
