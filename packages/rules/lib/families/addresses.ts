import { type Examples, withDocument } from '../examples/envelope.ts';
import { inTexts } from '../in-texts.ts';
import { type AnyRule, type Subject, standing } from '../rule.ts';
import { trait } from '../texts.ts';

const after = ['FH-LIMIT-01'];

/** A machine behind another scheme or none, as in `redis://10.0.0.5` and `10.0.0.1:8080`; `10.0.0.0/8` is a network. */
const machine =
  /(?:\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^\s/@]{0,128}@)?|(?:^|[\s"'=(,])\/\/)(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])|(?:^|[\s"'=(,])(\d{1,3}(?:\.\d{1,3}){3}):\d/gi;

const webAddress = /\bhttps?:\/\/[^\s"'<>\\^`{|}]{1,512}/gi;

/** The web addresses in a text that can be read as such. */
const addressesIn = (piece: string): URL[] =>
  (piece.match(webAddress) ?? []).map((found) => URL.parse(found)).filter((url) => url !== null);

const privateIpv4 =
  /^(?:10|127|0|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const privateIpv6 = /^\[(?:::1?|::ffff:.{1,40}|f[cd][0-9a-f]{2}:.{0,40}|fe[89ab][0-9a-f]:.{0,40})\]$/;
const metadataNames = /^(?:metadata\.google\.internal|instance-data)\.?$/;
const loopback = /^(?:(?:.{1,200}\.)?localhost\.?|127\..{1,11}|0\.0\.0\.0|\[::1?\])$/;
/** Names that only a company's own network or a cluster resolves: no open network lies between. */
const internalName = /^[^.]+$|\.(?:local|internal|intranet|lan|corp|home\.arpa|svc|cluster)\.?$/;

/** Of URL's host, which has brought `0x7f.1` and the like into one form. */
const isPrivate = (host: string): boolean =>
  (/^\d+\.\d+\.\d+\.\d+$/.test(host) && privateIpv4.test(host)) || privateIpv6.test(host) || metadataNames.test(host);

const encrypted = standing<'policy'>({
  id: 'FH-SAFE-15',
  title: 'Web addresses use https',
  rationale:
    'PCI DSS 4.2 wants card data encrypted on open networks; whoever sits on the way of a plain http call can answer it.',
  needs: ['policy'],
  after,
  changed: { version: 2 },
  check: (subject) => {
    const { plainHttpHosts } = subject.facts.policy;
    return inTexts(
      subject,
      { traits: trait.colon, minLength: 8 },
      (piece) => {
        const plain = addressesIn(piece).find(
          ({ protocol, hostname }) =>
            protocol === 'http:' &&
            !plainHttpHosts.includes(hostname) &&
            !isPrivate(hostname) &&
            !loopback.test(hostname) &&
            !internalName.test(hostname),
        );
        return plain === undefined ? null : `The address of ${plain.hostname} is plain http; expected https.`;
      },
      'Write https. If the host cannot do it, add it to plainHttpHosts in the policy.',
    );
  },
});

/** Hosts of web addresses as URL reads them, and addresses of machines behind any other scheme, or none. */
const hostsIn = (piece: string): string[] => [
  ...addressesIn(piece).map(({ hostname }) => hostname),
  ...[...piece.matchAll(machine)].map(([, behindScheme, alone]) => behindScheme ?? alone ?? ''),
];

const leadingInside = (subject: Pick<Subject, 'texts' | 'spend'>, hosts: (piece: string) => string[]) =>
  inTexts(
    subject,
    { traits: trait.colon | trait.slash, minLength: 8 },
    (piece) => {
      const inside = hosts(piece).find((host) => isPrivate(host) && !loopback.test(host));
      return inside === undefined ? null : `The address leads to ${inside}; expected a name that is resolved.`;
    },
    'Give the service’s name instead of an address in a private network.',
  );

const publicHost = standing({
  id: 'FH-SAFE-16',
  title: 'Addresses do not point into the network',
  rationale:
    'Server-side request forgery (CWE-918): at Capital One in 2019 a call to the metadata address 169.254.169.254 gave away the role’s keys.',
  after,
  changed: {
    version: 2,
    before: (subject) => leadingInside(subject, (piece) => addressesIn(piece).map(({ hostname }) => hostname)),
  },
  check: (subject) => leadingInside(subject, hostsIn),
});

const ownMachine = standing({
  id: 'FH-SAFE-21',
  title: 'Addresses do not point at the machine itself',
  rationale:
    'localhost is another machine for each caller: right on a laptop or for a sidecar, and a service that nobody watches anywhere else.',
  severity: 'warning',
  since: 2,
  after,
  check: (subject) =>
    inTexts(
      subject,
      { traits: trait.colon, minLength: 8 },
      (piece) => {
        const own = addressesIn(piece).find(({ hostname }) => loopback.test(hostname));
        return own === undefined ? null : `The address leads to ${own.hostname}, which is each caller’s own machine.`;
      },
      'Give the service’s name, unless every caller runs the service beside itself.',
    ),
});

export const standingRules: readonly AnyRule[] = [encrypted, publicHost, ownMachine];

const value = (on: string) => withDocument({ variants: { on, off: 'none' } });

export const examples = (): Examples => ({
  'FH-SAFE-15': { failing: value('http://rates.example.com/v1'), passing: value('https://rates.example.com/v1') },
  'FH-SAFE-16': { failing: value('https://10.0.3.7/v1'), passing: value('https://9.0.3.7/v1') },
  'FH-SAFE-21': { failing: value('https://localhost/v1'), passing: value('https://local.host.example/v1') },
});
