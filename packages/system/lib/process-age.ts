/** Milliseconds since this process began, with fractions. Never runs backwards. */
export const processAge = (): number => performance.now();
