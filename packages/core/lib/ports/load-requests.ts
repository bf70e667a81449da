/** Asks for a full load of a service's cache in this region. At least once; loads are harmless to repeat. */
export interface LoadRequests {
  request(service: string): Promise<void>;
}
