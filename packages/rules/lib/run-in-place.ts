import { saidText } from './metadata.ts';
import type { Subject } from './rule.ts';

/**
 * Where `metadata.format` says that the texts of a flag are used. `text` is shown as it is, `html` becomes part of a page,
 * `template` goes through a template engine, `regex` is matched with, `url` is followed.
 */
export const textFormats = ['text', 'html', 'template', 'regex', 'url'] as const;

/** The format that a flag states; `undefined` when nobody has said where its texts are used. */
export const formatOf = ({ metadata }: Pick<Subject, 'metadata'>): string | undefined => saidText(metadata, 'format');

/** A scheme that runs what follows it. Browsers skip blanks, tabs and line ends within its name. */
const activeScheme =
  /(?:^|[\s"'(=,>])[\s]{0,4}(?:j\s{0,2}a\s{0,2}v\s{0,2}a\s{0,2}s\s{0,2}c\s{0,2}r\s{0,2}i\s{0,2}p\s{0,2}t|vbscript|livescript)\s{0,2}:(?!\s[A-Za-z])|(?:^|[\s"'(=,>])(?:file:\/\/|data:(?:text\/html|application\/(?:xhtml\+xml|javascript)|image\/svg\+xml[^,]{0,64},[^"'\s]{0,512}(?:script|on[a-z]{3,24}=)))/i;

const handler = /<[a-z][^<>]{0,256}[\s"'/]on[a-z]{3,24}[ ]{0,4}=/i;
const activeMarkup =
  /<[ ]?\/?(?:script|iframe|embed|applet|style)\b|<(?:object|base|meta|link|form|frame|svg|math|video|audio|source|input|template)\b[^<>]{0,256}=|\bon(?:error|load|click|focus|blur|toggle|mouse[a-z]{2,5}|key[a-z]{2,5}|animation[a-z]{3,9}|pointer[a-z]{2,5})[ ]{0,4}=/i;

const expression = /[$#*@]\{|\{\{|\{%|<%[=\s_a-z-]/i;
/** What a logging library or a template engine does more with than to fill in a name. */
const runningExpression =
  /[$#*@%]\{[^}]{0,256}(?:jndi|\$\{|script:|(?:env|sys|java|lower|upper|ctx|main|bundle|docker|k8s|base64Decoder|dns|url):|T\(|getClass|forName|Runtime|ProcessBuilder|new\s)|(?:\{\{|\{%|<%)[^}>]{0,256}(?:constructor|__proto__|prototype|__\w{2,16}__|getClass|forName|Runtime|system\s?\(|popen|exec\s?\(|eval\s?\(|require\s?\(|import\s|process\.|child_process|freemarker\.template|cycler|lipsum)/;

const call =
  /\b(?:setTimeout|setInterval|require|execSync|spawnSync|__import__|fromCharCode)\(|\beval\((?!uat)|\b(?:import|exec|Function)\(\s?["'`]|=>[ ]?\{|\bfunction\b[ \w]{0,40}\([^()]{0,128}\)[ ]?\{/;
const statement =
  /;[ ]{0,3}(?:(?:drop|alter|truncate)[ ]{1,3}(?:table|database|schema|user|view|index)|delete[ ]{1,3}from[ ]{1,3}\w{1,64}[ ]{0,3}(?:;|--|where\b|$)|insert[ ]{1,3}into[ ]{1,3}\w{1,64}[ ]{0,3}(?:\(|values\b)|update[ ]{1,3}\w{1,64}[ ]{1,3}set[ ]{1,3}\w{1,64}[ ]{0,3}=)|\bunion[ ]{1,3}(?:all[ ]{1,3})?select\b|'[ ]{0,3}or[ ]{1,3}'?\d'?[ ]{0,3}=/i;
const shell =
  /\$\([a-z./]|\|[ ]{0,3}(?:\/bin\/)?(?:ba|da|k|z)?sh(?![\w-])|;[ ]{0,3}(?:rm[ ]{1,3}-|chmod[ ]{1,3}[-+0-7]|(?:curl|wget)[ ]{1,3}(?:-|https?:)|(?:ba|z)?sh[ ]{1,3}-c)|`(?:id|whoami|uname|hostname|env|(?:cat|ls|curl|wget|rm|nc|ping|bash|sh|python3?|perl|nslookup)[ ][^`]{1,256})`/;
/** A line end, and the header that it would begin where the text becomes part of a message. */
const header =
  /(?:\r\n|%0d%0a)[ ]{0,3}(?:Set-Cookie|Location|Content-[A-Z][a-z]{1,20}|Host|Refresh|X-[\w-]{1,32}|HTTP\/\d)/i;

export const runsAsScheme = (piece: string): boolean => activeScheme.test(piece);
export const runsAsMarkup = (piece: string): boolean => activeMarkup.test(piece) || handler.test(piece);
export const isExpression = (piece: string): boolean => expression.test(piece);
export const runsAsExpression = (piece: string): boolean => runningExpression.test(piece);
export const runsAsCode = (piece: string): boolean =>
  call.test(piece) || statement.test(piece) || shell.test(piece) || header.test(piece);
