/** A JSON Pointer (RFC 6901) from its parts. */
export const pointerTo = (...parts: readonly (string | number)[]): string => {
  let pointer = '';
  for (const part of parts) pointer += typeof part === 'number' ? `/${part}` : `/${escaped(part)}`;
  return pointer;
};

const escaped = (part: string): string =>
  part.includes('~') || part.includes('/') ? part.replaceAll('~', '~0').replaceAll('/', '~1') : part;

const SHOWN = 60;

/** A value as it stands in a message: short, on one line, harmless whatever it is. */
export const show = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
};
