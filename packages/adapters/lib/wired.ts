const made = new WeakMap<() => object, object>();

/**
 * What `wire` makes: at the first call it is made, from then on the same is given for the life of the process. What throws
 * is tried again at the next call.
 *
 * `wire` is a constant of its module, since it is known again by itself. Called inside of an entry point, never at the top
 * level of a module: esbuild keeps a call there, and every zip would carry the wiring of all entry points.
 */
export const wired = <T extends object>(wire: () => T): T => {
  const known = made.get(wire);
  // Only `wire` itself is ever the key of what it made.
  if (known !== undefined) return known as T;
  const value = wire();
  made.set(wire, value);
  return value;
};
