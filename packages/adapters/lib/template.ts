const PLACEHOLDER = /\{([a-z]+)\}/;

/**
 * Fills the placeholders of a name or an ARN: `…:prod-{service}-queue-x1` with `{ service: 'checkout' }`.
 *
 * @throws TypeError for a placeholder without a value: the template and the code disagree
 */
export const fillTemplate = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(new RegExp(PLACEHOLDER, 'g'), (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`no value for {${name}} in ${template}`);
    return value;
  });

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Reads the values back out of a filled template; `undefined` when the text was not made from it.
 * A value may hold anything but `:` and `/`, which part an ARN.
 */
export const matchTemplate = (template: string, text: string): Readonly<Record<string, string>> | undefined => {
  // `split` with a group: literals at even places, names at odd ones.
  const parts = template.split(PLACEHOLDER);
  const pattern = parts.map((part, place) => (place % 2 === 0 ? literally(part) : `(?<${part}>[^:/]+)`)).join('');
  const groups = new RegExp(`^${pattern}$`).exec(text)?.groups;
  return parts.length > 1 && groups !== undefined ? { ...groups } : undefined;
};
