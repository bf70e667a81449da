/** Where most of what is called so is public, or drawn by lot without being secret. */
const publicName =
  /(?:^|[a-z\d_.-])ids?$|^(?:id|key|kid|n|x|y|x5[ctu])$|sha\d*|hash|digest|commit|checksum|version|revision|fingerprint|thumbprint|integrity|e-?tag|public|publishable|site-?key|cursor|nonce|image|icon|logo|picture|avatar|font|certificate|\bcert|jwks?|dsn/i;

/** Identifiers say what they are in front: price_…, cus_…. */
const identifier =
  /^(?:acct|app|card|ch|cus|doc|env|evt|exp|file|flag|img|in|item|job|msg|order|org|pi|plan|pm|po|price|prod|proj|re|req|run|seg|seti|sub|team|tenant|txn|usr|user|ver|pk_live|pk_test|phc|pk|pub)[_-]/;
/** The beginnings of what is made to be given away: public keys, certificates, pictures, documents, fonts. */
const publicBytes =
  /^(?:AAAA[BCE]3N|AAAAE2V|MIIB[A-Z]jAN|MIIC[A-Z]jAN|MIG(?:f|e)MA0|MFkwEwYH|MFYwEAYH|MHYwEAYH|MCowBQYDK2|MII[A-Z][A-Za-z0-9+/]{2}(?:CC|DD|BB|CA)|LS0tLS1CRUdJTiBD|LS0tLS1CRUdJTiBQVUJ|iVBOR|\/?9j\/|R0lGOD|UklGR|PHN2Zy|PD94bWw|JVBERi|AAABAA|d09G|T1RUTw|AAEAAAA|Qk[0-9A-Z]|UEsDB|eyJ[A-Za-z0-9+/]{1,8}|6L[\w-]{6}AAAAA)/;
const hexadecimal = /^(?:[0-9a-f]+|[0-9A-F]+)$/;

const classOf = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return 0;
  if (code >= 0x41 && code <= 0x5a) return 1;
  return code >= 0x61 && code <= 0x7a ? 2 : 3;
};

/** The share of neighbours of two kinds (digit, capital, small letter). Drawn by lot it is about 0.6, in words about 0.2. */
const mixtureOf = (token: string): number => {
  let changes = 0;
  let pairs = 0;
  let last = 3;
  for (let index = 0; index < token.length; index += 1) {
    const kind = classOf(token.charCodeAt(index));
    if (kind !== 3 && last !== 3) {
      pairs += 1;
      if (kind !== last) changes += 1;
    }
    last = kind;
  }
  return pairs === 0 ? 0 : changes / pairs;
};

/** Shannon entropy of the characters, in bits each. */
const entropyOf = (token: string): number => {
  const counts = new Map<string, number>();
  for (const character of token) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / token.length) * Math.log2(count / token.length);
  return bits;
};

const MIN_MIXTURE = 0.38;

/** Letters of both cases and digits, mixed as no word is. */
const isDrawnByLot = (token: string, minMixture = MIN_MIXTURE): boolean =>
  /\d/.test(token) &&
  /[a-z]/.test(token) &&
  /[A-Z]/.test(token) &&
  !hexadecimal.test(token) &&
  mixtureOf(token) >= minMixture &&
  entropyOf(token) > 3.8;

/** What has its own form, and is no secret: addresses, embedded files, public PEM blocks, digests that name their algorithm. */
const apart =
  /data:[\w/+.-]{1,64}(?:;[\w=-]{1,32}){0,3},[A-Za-z0-9+/=%_-]*|https?:\/\/[^\s"'<>]{1,2048}|-----BEGIN (?:[A-Z0-9]{1,8} ){0,3}(?:CERTIFICATE|PUBLIC KEY|PUBLIC KEY BLOCK)(?: REQUEST)?-----[\s\S]*?(?:-----END|$)|\b(?:sha(?:1|224|256|384|512)|md5)[-:=][A-Za-z0-9+/=_-]{20,128}|\bssh-[a-z0-9-]{2,20} [A-Za-z0-9+/=]+|\b(?:arn|urn):[\w:/.-]{1,512}/g;
const publicPem = /-----BEGIN (?:[A-Z0-9]{1,8} ){0,3}(?:CERTIFICATE|PUBLIC KEY)/;
/** A line of a PEM block. */
const PEM_LINE = 60;

const isPublic = (token: string): boolean => identifier.test(token) || publicBytes.test(token);

/** What in a text looks drawn by lot; `null` when nothing does, or what does is public. */
export const drawnIn = (piece: string, whole: string, name: string): string | null => {
  if (publicName.test(name)) return null;
  const inPem = publicPem.test(whole);
  const tokens = piece.replace(apart, ' ').match(/[A-Za-z0-9+/_=-]{20,512}/g) ?? [];
  return tokens.find((token) => !(inPem && token.length >= PEM_LINE) && !isPublic(token) && holdsLot(token)) ?? null;
};

const MIN_LENGTH = 22;

/** A path is read part by part: each of its names may be a word. */
const holdsLot = (token: string): boolean => {
  const parts = token.includes('/') && mixtureOf(token) < MIN_MIXTURE ? token.split('/') : [token];
  return parts.some((part) => part.replace(/=+$/, '').length >= MIN_LENGTH && isDrawnByLot(part));
};

/** 40 characters of base64 between others: as a secret access key of AWS is. No digest in use has 30 bytes. */
const awsSecret = /(?<![A-Za-z0-9+/=_.~-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_.~-])/g;

/** Its length says so much that chance need say less: in AWS's own example the last word is EXAMPLEKEY. */
const MIN_AWS_MIXTURE = 0.28;

export const holdsAwsSecret = (piece: string, name: string): boolean => {
  if (publicName.test(name)) return false;
  const tokens = piece.replace(apart, ' ').match(awsSecret) ?? [];
  return tokens.some((token) => !isPublic(token) && isDrawnByLot(token, MIN_AWS_MIXTURE));
};
