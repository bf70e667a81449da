/** What stands where a password would, and is none: a placeholder, or the word itself. */
const placeholder =
  /^(?:[$<{[%*].*|[xX]{3,}|\.{3,}|change[-_]?(?:me|it)|(?:your|my|the)?[-_]?(?:password|passwd|passwort|pass|pwd|secret|token|key)[-_]?(?:here)?|redacted|true|false|null|none|required|optional|enabled|disabled|hidden|undefined|\d{1,3})$/i;

const inAddress = /:\/\/[^\s/@:"'<>]{0,64}:([^\s/@"']{1,128})@[\w.[]/;
const inConnectionString =
  /(^|[\s;,"'{?&_])(?:password|passwd|pwd|bindpw|accountkey|sharedaccesskey|sharedsecret)["']?\s{0,2}([=:])\s{0,2}["']?([^\s;&"',]{4,256})/i;
/** Oracle's short form. */
const inOracle = /jdbc:oracle:\w{1,8}:[\w$#.-]{1,64}\/([^\s@"'/]{1,128})@/i;
/** The seed of one-time passwords, and the private part of a JSON Web Key. */
const seed = /otpauth:\/\/[^\s"']{1,256}[?&]secret=[A-Z2-7]{16}/i;
const inJsonWebKey = /"kty"\s{0,2}:/;
const privatePart = /"(?:d|k)"\s{0,2}:\s{0,2}"[\w-]{22}/;

const inSettings =
  /(?:^|[\s;,"'{?&_])(?:client_?secret|secret_?access_?key|access_?token|auth_?token|api_?key|_authtoken)["']?\s{0,2}[=:]\s{0,2}["']?([^\s;&"',]{8,256})/i;
const inHeader = /\b(?:authorization["']?\s{0,2}[:=]\s{0,2}["']?)?(Basic|Bearer)\s{1,2}([A-Za-z0-9+/=._~-]{16,512})/i;
const signed = /[?&;](?:sig|x-amz-signature|signature|x-goog-signature)=[A-Za-z0-9%+/=_-]{32}/i;
const onCommandLine = /(?:^|\s)(?:-u|--user)[\s=]['"]?[\w.-]{1,64}:([^\s'"]{4,128})/;

/** What version 1 of the rules knew; it took placeholders for passwords. */
const firstAddress = /:\/\/[^\s/@:]{1,64}:[^\s/@]{1,64}@/;
const firstConnectionString = /\b(?:password|passwd|pwd|accountkey|sharedaccesskey)\s{0,2}=\s{0,2}[^\s;&]{4}/i;

const isReal = (value: string | undefined): boolean => value !== undefined && !placeholder.test(value);

/** Whether base64 decodes to a name and a password, as the header `Authorization: Basic` has them. */
const isCredential = (encoded: string): boolean =>
  /^[\x20-\x7e]{1,128}:[\x20-\x7e]{1,128}$/.test(atobOrNothing(encoded));

const atobOrNothing = (encoded: string): string => {
  try {
    return atob(encoded.replace(/=+$/, ''));
  } catch {
    return '';
  }
};

/** A value that nobody would write as a word: it has digits beside letters. */
const isDrawn = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value);

/** Which password a text gives to something: in an address, a connection string, a header, a signed link. */
export const assignedIn = (piece: string): string | null => {
  if (isReal(inAddress.exec(piece)?.[1])) return 'a password in an address';
  const [, before, sign, value = ''] = inConnectionString.exec(piece) ?? [];
  if (sign !== undefined && isReal(value) && ((sign === '=' && before !== '_') || isDrawn(value)))
    return 'a password in a connection string';
  if (isReal(inOracle.exec(piece)?.[1])) return 'a password in a connection string';
  if (seed.test(piece)) return 'the seed of one-time passwords';
  if (inJsonWebKey.test(piece) && privatePart.test(piece)) return 'a private JSON Web Key';
  const setting = inSettings.exec(piece)?.[1] ?? '';
  if (isReal(setting) && isDrawn(setting)) return 'a key in a line of settings';
  const [, scheme = '', token = ''] = inHeader.exec(piece) ?? [];
  if (scheme.toLowerCase() === 'basic' && isCredential(token)) return 'a password in a header';
  if (scheme.toLowerCase() === 'bearer' && isDrawn(token) && token.length >= 20) return 'a token in a header';
  if (signed.test(piece)) return 'the signature of a link, which lets anybody in';
  return isReal(onCommandLine.exec(piece)?.[1]) ? 'a password on a command line' : null;
};

export const firstAssignedIn = (piece: string): string | null => {
  if (firstAddress.test(piece)) return 'a password in an address';
  return firstConnectionString.test(piece) ? 'a password in a connection string' : null;
};
