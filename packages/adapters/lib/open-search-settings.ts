import { InvalidInputError, UnavailableError } from '@flaghoist/core/errors';
import type { DomainSettings } from '@flaghoist/core/ports/domain-settings';
import { type Client, errors } from '@opensearch-project/opensearch';

/** The settings of a domain. What it refuses as wrong is no outage; a role without the right to set it is one, for it may be on its way. */
export class OpenSearchSettings implements DomainSettings {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async read(path: string): Promise<unknown> {
    try {
      return (await this.#client.transport.request({ method: 'GET', path })).body;
    } catch (error) {
      if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
      throw unavailable(path, error);
    }
  }

  async write(path: string, value: unknown): Promise<void> {
    try {
      await this.#client.transport.request({ method: 'PUT', path, body: value as Record<string, unknown> });
    } catch (error) {
      if (error instanceof errors.ResponseError && error.statusCode === 400) {
        const places = [`${path}: ${error.message}`];
        throw new InvalidInputError(
          'setting of the audit domain',
          places,
          'See what stands there: it does not fit.',
          error,
        );
      }
      throw unavailable(path, error);
    }
  }
}

const unavailable = (path: string, error: unknown): UnavailableError =>
  new UnavailableError(`${path} of the audit domain`, 'The cause says more; ask again when it is mended.', error);
