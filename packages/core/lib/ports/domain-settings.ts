/** What an OpenSearch domain is set to, by the paths and in the JSON of its HTTP interface. */
export interface DomainSettings {
  /**
   * @returns what stands there; `undefined` where nothing does
   * @throws UnavailableError
   */
  read(path: string): Promise<unknown>;
  /** @throws InvalidInputError for what the domain does not take; UnavailableError */
  write(path: string, value: unknown): Promise<void>;
}
