/** What an entry of the plan leaves open: it exists in every region, for each cell or service. */
export interface Places {
  readonly region?: string;
  /** The region to which a forward leads. */
  readonly to?: string;
  readonly cell?: string;
  readonly service?: string;
}

const PLACEHOLDER = /^\{([a-z]+)\}$/;

/** The name of the placeholder that a text is; `undefined` for any other text. */
export const placeholderIn = (text: string): string | undefined => PLACEHOLDER.exec(text)?.[1];

const filled = (text: string, places: Readonly<Record<string, string | undefined>>): string => {
  const name = placeholderIn(text);
  if (name === undefined) return text;
  const value = places[name];
  if (value === undefined) throw new TypeError(`wiring.json says {${name}} where there is none`);
  return value;
};

/**
 * Fills the placeholders in the values of a pattern, a filter policy or an input.
 *
 * @throws TypeError for a placeholder that has no value at this place of the plan
 */
export const fillPlaceholders = <T>(value: T, places: Places): T =>
  JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    typeof each === 'string' ? filled(each, { ...places }) : each,
  ) as T;
