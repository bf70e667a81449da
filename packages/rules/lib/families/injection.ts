import { own } from '@flaghoist/core/json';
import { type Examples, withDocument } from '../examples/envelope.ts';
import { inTexts } from '../in-texts.ts';
import { said } from '../metadata.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject, standing } from '../rule.ts';
import {
  formatOf,
  isExpression,
  runsAsCode,
  runsAsExpression,
  runsAsMarkup,
  runsAsScheme,
  textFormats,
} from '../run-in-place.ts';
import { trait } from '../texts.ts';

const after = ['FH-LIMIT-01'];

interface Suspicion {
  readonly traits: number;
  readonly looks: (piece: string) => boolean;
  readonly message: string;
  readonly hint: string;
  /** Formats of which nobody need be warned: what is looked for does not run there, or FH-SAFE-22 judges it. */
  readonly exempt: readonly string[];
}

/** Warns of what would run in some places, as long as nobody has said in which place the texts are used. */
const suspecting =
  ({ traits, looks, message, hint, exempt }: Suspicion) =>
  (subject: Subject): readonly Finding[] => {
    const format = formatOf(subject);
    if (format !== undefined && exempt.includes(format)) return fine;
    return inTexts(subject, { traits }, (piece) => (looks(piece) ? message : null), hint);
  };

const sayWhere = 'If it is meant, say where the texts are used: metadata.format is text, html, template, regex or url.';
const warned = { severity: 'warning', after, changed: { version: 2 } } as const;

const scheme = standing({
  ...warned,
  id: 'FH-SAFE-17',
  title: 'No address that runs instead of being fetched',
  rationale:
    'A link of the form javascript: or data:text/html runs in the customer’s session (CWE-79), file: reads the server’s disk.',
  check: suspecting({
    traits: trait.colon,
    looks: runsAsScheme,
    message: 'This holds an address of a kind that is run or read locally; expected https.',
    hint: `Link to a page with https. ${sayWhere}`,
    exempt: ['text', 'regex', 'html', 'url'],
  }),
});

const markup = standing({
  ...warned,
  id: 'FH-SAFE-18',
  title: 'No markup that runs',
  rationale:
    'A banner’s text is put into a page. With a script in it, whoever may change a flag may act as any customer (CWE-79).',
  check: suspecting({
    traits: trait.less | trait.equals,
    looks: runsAsMarkup,
    message: 'This holds markup that runs or loads something; expected text.',
    hint: `Keep to text, and let the page add the markup. ${sayWhere}`,
    exempt: ['text', 'regex', 'html'],
  }),
});

const template = standing({
  ...warned,
  id: 'FH-SAFE-19',
  title: 'No expression that a template engine evaluates',
  rationale:
    '{{…}}, #{…} and <%…%> are filled in by whichever engine meets them first, and some run what they hold (CWE-1336).',
  check: suspecting({
    traits: trait.brace | trait.less,
    looks: isExpression,
    message: 'This holds the beginning of an expression, such as {{; expected text.',
    hint: `Write placeholders as {name}, and let the service fill in what it knows. ${sayWhere}`,
    exempt: ['text', 'regex', 'template'],
  }),
});

const code = standing({
  ...warned,
  id: 'FH-SAFE-20',
  title: 'No code',
  rationale:
    'A value that some service evaluates, in a shell, in SQL or in JavaScript, makes a flag a way to deploy without review (CWE-94, CWE-89).',
  check: suspecting({
    traits: trait.parenthesis | trait.semicolon | trait.equals | trait.colon | trait.backtick | trait.brace,
    looks: runsAsCode,
    message: 'This holds something that reads as code; expected a value.',
    hint: `Put the code into the service, and let the flag choose between its variants. ${sayWhere}`,
    exempt: ['text', 'regex'],
  }),
});

/** What runs in the place that the metadata names; what a logging library would run is run everywhere. */
const runsInPlace = (piece: string, format: string | undefined): boolean => {
  if (runsAsExpression(piece) && (format === 'template' || /[$]\{/.test(piece))) return true;
  if (format === 'html') return runsAsMarkup(piece) || runsAsScheme(piece);
  return format === 'url' && (runsAsScheme(piece) || runsAsCode(piece));
};

const inPlace = standing({
  id: 'FH-SAFE-22',
  title: 'No text runs in the place where it is used',
  rationale:
    'Log4Shell (CVE-2021-44228): a jndi expression that was only to be logged ran code. A page runs scripts, a link javascript:, a template engine what stands between its marks.',
  since: 2,
  after,
  check: (subject) => {
    const format = formatOf(subject);
    return inTexts(
      subject,
      { traits: trait.brace | trait.less | trait.colon | trait.equals | trait.parenthesis, record: true },
      (piece, { origin }) =>
        runsInPlace(piece, origin === 'record' ? undefined : format)
          ? `This would run where the text is used${format === undefined ? '' : ` (metadata.format is ${format})`}; expected what is only shown or followed.`
          : null,
      'Take out what runs. Placeholders are filled in by name, pages are linked to with https.',
    );
  },
});

const formatKnown = onChange({
  id: 'FH-SAFE-23',
  title: 'The format of the texts is one that is known',
  rationale:
    'Whether a text runs is judged by where metadata.format says it is used; a misspelt format is judged as none.',
  since: 2,
  about: 'metadata',
  check: ({ metadata }) => {
    const format = said(metadata, 'format');
    if (format === undefined || textFormats.some((known) => known === format)) return fine;
    return broken(
      pointerTo('document', 'metadata', 'format'),
      `The format is ${show(format)}; expected one of ${textFormats.join(', ')}.`,
      'Correct it, or leave it out when the values are no texts.',
    );
  },
});

const patternReadable = onChange({
  id: 'FH-SAFE-25',
  title: 'A text that is matched with can be read as a regular expression',
  rationale:
    'A pattern that cannot be compiled throws in each service at its first use, hours after the change was accepted.',
  since: 2,
  after,
  about: 'metadata',
  check: (subject) =>
    formatOf(subject) !== 'regex'
      ? fine
      : variantTexts(
          subject,
          (text) => {
            try {
              return new RegExp(text) && null;
            } catch {
              return 'This cannot be read as a regular expression, and metadata.format says that it is one.';
            }
          },
          'Correct the pattern: brackets are closed, and what is repeated stands before its sign.',
        ),
});

const addressReadable = onChange({
  id: 'FH-SAFE-26',
  title: 'A text that is followed is an address',
  rationale: 'A link without its scheme is read as a path of the page that it stands on, and leads nowhere.',
  since: 2,
  after,
  about: 'metadata',
  check: (subject) =>
    formatOf(subject) !== 'url'
      ? fine
      : variantTexts(
          subject,
          (text) =>
            /^\/(?!\/)/.test(text) || URL.canParse(text)
              ? null
              : 'This is no address, and metadata.format says that it is one.',
          'Write the whole address with its scheme, or a path that begins with a slash.',
        ),
});

/** A finding for each variant that is a text of which `judge` has something to say. */
const variantTexts = (
  { variants }: Pick<Subject, 'variants'>,
  judge: (text: string) => string | null,
  hint: string,
): readonly Finding[] =>
  variants.names.flatMap((name) => {
    const value = own(variants.object, name);
    const message = typeof value === 'string' ? judge(value) : null;
    return message === null ? [] : broken(pointerTo('document', 'variants', name), message, hint);
  });

export const standingRules: readonly AnyRule[] = [scheme, markup, template, code, inPlace];
export const changeRules: readonly AnyRule[] = [formatKnown, patternReadable, addressReadable];

const value = (on: string) => withDocument({ variants: { on, off: 'none' } });
const used = (format: string, on: string) => withDocument({ variants: { on, off: '/none' }, metadata: { format } });

export const examples = (): Examples => ({
  'FH-SAFE-17': { failing: value('javascript:history.back()'), passing: value('java:history.back()') },
  'FH-SAFE-18': { failing: value('Hello <script src=x>'), passing: value('Hello <b>you</b>') },
  'FH-SAFE-19': { failing: value('Hello {{ name }}'), passing: value('Hello {name}') },
  'FH-SAFE-20': { failing: value('eval(input)'), passing: value('evaluate (input)') },
  'FH-SAFE-22': { failing: used('html', 'Hello <script src=x>'), passing: used('text', 'Hello <script src=x>') },
  'FH-SAFE-25': { failing: used('regex', '^(DE|FR$'), passing: used('regex', '^(DE|FR)$') },
  'FH-SAFE-26': { failing: used('url', 'bank.example/a page'), passing: used('url', 'https://bank.example/') },
  'FH-SAFE-23': { failing: used('markdown', 'Hello'), passing: used('text', 'Hello') },
});
