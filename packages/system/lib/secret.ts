import { randomBytes } from 'node:crypto';

/** What nobody can guess: so many bytes, as letters, digits, dashes and underscores. */
export const systemSecret = (bytes: number): string => randomBytes(bytes).toString('base64url');
