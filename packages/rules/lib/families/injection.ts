import { type Examples, withDocument } from '../examples/envelope.ts';
import { inTexts } from '../in-texts.ts';
import { type AnyRule, standing } from '../rule.ts';
import { trait } from '../texts.ts';

const after = ['FH-LIMIT-01'];

const webAddress = /\bhttps?:\/\/[^\s"'<>\\^`{|}]{1,512}/gi;

/** The web addresses in a text that can be read as such. */
const addressesIn = (piece: string): URL[] =>
  (piece.match(webAddress) ?? []).map((found) => URL.parse(found)).filter((url) => url !== null);

const privateIpv4 =
  /^(?:10|127|0|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const privateIpv6 = /^\[(?:::1?|::ffff:.{1,40}|f[cd][0-9a-f]{2}:.{0,40}|fe[89ab][0-9a-f]:.{0,40})\]$/;
const ownNames = /^(?:(?:.{1,200}\.)?localhost|metadata\.google\.internal|instance-data)\.?$/;

/** Of URL's host, which has brought `0x7f.1` and the like into one form. */
const isPrivate = (host: string): boolean =>
  (/^\d+\.\d+\.\d+\.\d+$/.test(host) && privateIpv4.test(host)) || privateIpv6.test(host) || ownNames.test(host);

const encrypted = standing<'policy'>({
  id: 'FH-SAFE-15',
  title: 'Web addresses use https',
  rationale:
    'PCI DSS 4.2 wants card data encrypted on open networks; whoever sits on the way of a plain http call can answer it.',
  needs: ['policy'],
  after,
  check: (subject) => {
    const { plainHttpHosts } = subject.facts.policy;
    return inTexts(
      subject,
      { traits: trait.colon, minLength: 8 },
      (piece) => {
        const plain = addressesIn(piece).find(
          ({ protocol, hostname }) =>
            protocol === 'http:' && !plainHttpHosts.includes(hostname) && !isPrivate(hostname),
        );
        return plain === undefined ? null : `The address of ${plain.hostname} is plain http; expected https.`;
      },
      'Write https. If the host cannot do it, add it to plainHttpHosts in the policy.',
    );
  },
});

const publicHost = standing({
  id: 'FH-SAFE-16',
  title: 'Web addresses do not point into the machine or its network',
  rationale:
    'Server-side request forgery (CWE-918): at Capital One in 2019 a call to the metadata address 169.254.169.254 gave away the role’s keys.',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { traits: trait.colon, minLength: 8 },
      (piece) => {
        const inside = addressesIn(piece).find(({ hostname }) => isPrivate(hostname));
        return inside === undefined
          ? null
          : `The address leads to ${inside.hostname}; expected a name that is resolved.`;
      },
      'Give the service’s name instead of an address in a private network.',
    ),
});

const activeScheme =
  /(?:^|[\s"'(=,>])(?:(?:javascript|vbscript|livescript):|file:\/\/|data:(?:text\/html|image\/svg\+xml|application\/(?:xhtml\+xml|javascript)))/i;

const scheme = standing({
  id: 'FH-SAFE-17',
  title: 'No address that runs instead of being fetched',
  rationale:
    'A link of the form javascript: or data:text/html runs in the customer’s session (CWE-79), file: reads the server’s disk.',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { traits: trait.colon },
      (piece) =>
        activeScheme.test(piece)
          ? 'This holds an address of a kind that is run or read locally; expected https.'
          : null,
      'Link to a page with https.',
    ),
});

const handler = /<[a-z][^<>]{0,256}[\s"'/]on[a-z]{3,24}[ ]{0,4}=/i;
const activeMarkup =
  /<[ ]?\/?(?:script|iframe|object|embed|applet|svg|base|meta|link|form|frame)\b|\bon(?:error|load|click|focus|blur|toggle|mouse[a-z]{2,5}|key[a-z]{2,5}|animation[a-z]{3,9}|pointer[a-z]{2,5})[ ]{0,4}=/i;

const markup = standing({
  id: 'FH-SAFE-18',
  title: 'No markup that runs',
  rationale:
    'A banner’s text is put into a page. With a script in it, whoever may change a flag may act as any customer (CWE-79).',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { traits: trait.less | trait.equals },
      (piece) =>
        activeMarkup.test(piece) || handler.test(piece)
          ? 'This holds markup that runs or loads something; expected text.'
          : null,
      'Keep to text, and let the page add the markup.',
    ),
});

const template = standing({
  id: 'FH-SAFE-19',
  title: 'No expression that a template engine evaluates',
  rationale:
    'Log4Shell (CVE-2021-44228): a jndi expression that was only to be logged ran code. {{…}}, #{…} and <%…%> do the same elsewhere (CWE-1336).',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { traits: trait.brace },
      (piece) =>
        /[$#%*@]\{|\{\{|\{%|<%/.test(piece)
          ? 'This holds the beginning of an expression, such as {{; expected text.'
          : null,
      'Write placeholders as {name}, and let the service fill in what it knows.',
    ),
});

const call =
  /\b(?:eval|Function|setTimeout|setInterval|require|import|execSync|spawnSync|__import__|exec|fromCharCode)\(|=>[ ]?[{(]|\bfunction\b[ \w]{0,40}\(/;
const statement =
  /;[ ]{0,3}(?:(?:drop|alter|truncate)[ ]{1,3}(?:table|database|schema|user|view|index)|delete[ ]{1,3}from|insert[ ]{1,3}into|update[ ]{1,3}\w{1,64}[ ]{1,3}set)\b|\bunion[ ]{1,3}(?:all[ ]{1,3})?select\b|'[ ]{0,3}or[ ]{1,3}'?\d'?[ ]{0,3}=/i;

const shell =
  /\$\([a-z./]|\|[ ]{0,3}(?:\/bin\/)?(?:ba|da|k|z)?sh\b|;[ ]{0,3}(?:rm[ ]{1,3}-|chmod[ ]{1,3}[-+0-7]|(?:curl|wget)[ ]{1,3}(?:-|https?:)|(?:ba|z)?sh[ ]{1,3}-c)/;

const code = standing({
  id: 'FH-SAFE-20',
  title: 'No code',
  rationale:
    'A value that some service evaluates, in a shell, in SQL or in JavaScript, makes a flag a way to deploy without review (CWE-94, CWE-89).',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { traits: trait.parenthesis | trait.semicolon | trait.equals | trait.colon },
      (piece) =>
        call.test(piece) || statement.test(piece) || shell.test(piece)
          ? 'This holds something that reads as code; expected a value.'
          : null,
      'Put the code into the service, and let the flag choose between its variants.',
    ),
});

export const standingRules: readonly AnyRule[] = [encrypted, publicHost, scheme, markup, template, code];

const value = (on: string) => withDocument({ variants: { on, off: 'none' } });

export const examples = (): Examples => ({
  'FH-SAFE-15': { failing: value('http://rates.example.com/v1'), passing: value('https://rates.example.com/v1') },
  'FH-SAFE-16': { failing: value('https://10.0.3.7/v1'), passing: value('https://9.0.3.7/v1') },
  'FH-SAFE-17': { failing: value('javascript:history.back()'), passing: value('java:history.back()') },
  'FH-SAFE-18': { failing: value('Hello <script src=x>'), passing: value('Hello <b>you</b>') },
  'FH-SAFE-19': { failing: value('Hello {{ name }}'), passing: value('Hello {name}') },
  'FH-SAFE-20': { failing: value('eval(input)'), passing: value('evaluate (input)') },
});
