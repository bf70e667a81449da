import { passesCodiceFiscale, passesIban, passesLuhn } from '../check-digits.ts';
import { type Examples, withDocument } from '../examples/envelope.ts';
import { inTexts } from '../in-texts.ts';
import { type AnyRule, type Subject, standing } from '../rule.ts';
import { type Text, trait } from '../texts.ts';

const after = ['FH-LIMIT-01'];
const hint = 'Keep it in the system that is made for it, and target by an identifier that says nothing by itself.';

/** Digits in groups, but not those of a decimal fraction. */
const digitGroups = /(?<!\d|\d\.)\d(?:[ -]?\d){12,511}(?!\d|\.\d)/g;
/** Visa, Mastercard, American Express, Discover, JCB, Diners Club, and Visa's 13 digits, which no card has any more. */
const firstIssuers =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11})$/;
/** The same without those, and UnionPay and Maestro. */
const issuers =
  /^(?:4(?:\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{12,15})$/;

/** How a number is printed in fours with dots between: no decimal fraction has four of them. */
const dotted = /(?<!\d|\d\.)\d{4}(?:\.\d{4}){3}(?!\d|\.\d)/g;

const isNumber = (digits: string, known: RegExp): boolean => known.test(digits) && passesLuhn(digits);

/** How numbers are printed on cards: in one, in fours, or as American Express and Diners Club do. */
const printed = /^(?:\d{13,19}|\d{4}(?: \d{4}){2,3}(?: \d{1,4})?|\d{4} \d{6} \d{4,5})$/;

/** Whether digits are a card's number, or have one among their groups, as before an expiry date. */
const isCard = (found: string, known: RegExp): boolean => {
  const groups = found.split(/[ -]/);
  if (isNumber(groups.join(''), known)) return true;
  return groups.some((_, start) => {
    for (let end = start + 1; end <= Math.min(groups.length, start + 5); end += 1) {
      const some = groups.slice(start, end);
      if (printed.test(some.join(' ')) && isNumber(some.join(''), known)) return true;
    }
    return false;
  });
};

const findingCards = (subject: Pick<Subject, 'texts' | 'spend'>, hasCard: (piece: string, text: Text) => boolean) =>
  inTexts(
    subject,
    { minDigits: 13, record: true },
    (piece, text) =>
      hasCard(piece, text) ? 'This holds the number of a payment card, check digit included; expected none.' : null,
    hint,
  );

/** Names under which numbers of other things stand, as long as those of cards. */
const otherNumber =
  /(?:merchant|terminal|acquirer|partner|device|batch|order|article|product|store|shop|branch|ean|gtin|sku)_?-?(?:ids?|numbers?|codes?)?$/i;

const holdsCard = (piece: string): boolean =>
  (piece.match(digitGroups)?.some((found) => isCard(found, issuers)) ?? false) ||
  (piece.match(dotted)?.some((found) => isNumber(found.replaceAll('.', ''), issuers)) ?? false);

const card = standing({
  id: 'FH-SAFE-10',
  title: 'No number of a payment card',
  rationale:
    'PCI DSS 3.5 wants card numbers unreadable wherever they are stored; one in a flag puts 156 services and their logs into scope.',
  after,
  changed: {
    version: 2,
    before: (subject) =>
      findingCards(subject, (piece) => piece.match(digitGroups)?.some((found) => isCard(found, firstIssuers)) ?? false),
  },
  check: (subject) => findingCards(subject, (piece, { name }) => !otherNumber.test(name) && holdsCard(piece)),
});
const likeCards = standing({
  id: 'FH-SAFE-24',
  title: 'Ids of merchants and the like do not pass for card numbers',
  rationale:
    'One in ten numbers of sixteen digits passes the check of card numbers. Scanners of card data find them in every cache, and somebody has to say each time that they are none.',
  severity: 'warning',
  since: 2,
  after,
  check: (subject) => findingCards(subject, (piece, { name }) => otherNumber.test(name) && holdsCard(piece)),
});

/** Lengths of the IBAN registry (ISO 13616). */
const lengths =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30';

const lengthOf = (country: string): number => {
  for (let index = 0; index < lengths.length; index += 4) {
    if (lengths.startsWith(country, index)) return Number(lengths.slice(index + 2, index + 4));
  }
  return 0;
};

/** Looks ahead only: an account may begin within what another match would have taken. */
const accountStart = /(?<![A-Z0-9])(?=([A-Z]{2}\d\d[ -]?[A-Z0-9](?:[ -]?[A-Z0-9]){10,36}))/gi;

const isAccount = (found: string): boolean => {
  const compact = found.replace(/[ -]/g, '').toUpperCase();
  const length = lengthOf(compact.slice(0, 2));
  return length > 0 && compact.length >= length && passesIban(compact.slice(0, length));
};

const account = standing({
  id: 'FH-SAFE-11',
  title: 'No number of a bank account',
  rationale:
    'An IBAN names a customer (GDPR, article 4): what stands in a flag cannot be erased from caches, logs and the audit on request.',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { minDigits: 8, minLength: 15, record: true },
      (piece) =>
        [...piece.matchAll(accountStart)].some(([, found = '']) => isAccount(found))
          ? 'This holds an IBAN, check digits included; expected none.'
          : null,
      hint,
    ),
});

/** Not what stands before an address of a machine: `user:password@host`, `git@host:path`. */
const address =
  /(?<![\w.%+:/-])[A-Za-z0-9._%+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24})(?![A-Za-z0-9-]|:[\w/~])/g;
/** Reserved for examples and tests (RFC 2606, RFC 6761): nobody lives there. */
const reserved = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$/;
/** Mailboxes of a task and not of a person (RFC 2142, and what companies print on their letters). */
const role =
  /^(?:abuse|accounts?|admin|alerts?|billing|bonjour|booking|careers?|compliance|contact|customer-?(?:care|service)s?|datenschutz|dpo|feedback|finance|fraud|hallo|hello|help(?:desk)?|hilfe|hostmaster|info|jobs|kontakt|kundenservice|legal|mail|marketing|news(?:letter)?|no-?reply|noc|office|ops|orders?|partners?|postmaster|press|privacy|sales|security|servi(?:ce|cio)s?|soporte|support|team|webmaster)(?:[._+-][\w.+-]{1,32})?@/i;

const email = standing<'policy'>({
  id: 'FH-SAFE-12',
  title: 'No e-mail address of a person',
  rationale:
    'Lists of testers by address are the commonest personal data in flags, and data minimisation (GDPR, article 5) asks for none.',
  needs: ['policy'],
  after,
  changed: { version: 2 },
  check: (subject) => {
    const { emailDomains } = subject.facts.policy;
    return inTexts(
      subject,
      { traits: trait.at },
      (piece) => {
        for (const [found, domain = ''] of piece.matchAll(address)) {
          const name = domain.toLowerCase();
          if (!reserved.test(name) && !emailDomains.includes(name) && !role.test(found)) {
            return 'This holds an e-mail address; expected none of a person outside the domains of the policy.';
          }
        }
        return null;
      },
      'Target by an opaque id, by a group, or by the domain with ends_with.',
    );
  },
});

const phone = standing({
  id: 'FH-SAFE-13',
  title: 'No telephone number',
  rationale:
    'A number in international form (E.164) names a person as an address does. A hotline belongs into the content, not into a flag.',
  severity: 'warning',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { traits: trait.plus, minDigits: 8 },
      (piece) =>
        /(?<![\w+])\+[1-9](?:[ ()./-]{0,2}\d){7,14}(?!\d)/.test(piece)
          ? 'This holds a telephone number in international form; expected none.'
          : null,
      hint,
    ),
});

const socialSecurity = /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])/;
const codiceFiscale = /\b[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]\b/g;

const nationalId = standing({
  id: 'FH-SAFE-14',
  title: 'No national identity number',
  rationale:
    'States may protect them beyond other personal data (GDPR, article 87). Only forms that are hardly met by chance are looked for.',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { minDigits: 7, record: true },
      (piece) => {
        if (socialSecurity.test(piece)) return 'This has the form of a US social security number; expected none.';
        if (piece.match(codiceFiscale)?.some(passesCodiceFiscale)) return 'This holds a codice fiscale; expected none.';
        return null;
      },
      hint,
    ),
});

export const standingRules: readonly AnyRule[] = [card, likeCards, account, email, phone, nationalId];

const value = (on: string) => withDocument({ variants: { on, off: 'none' } });

export const examples = (): Examples => ({
  'FH-SAFE-10': { failing: value('4111 1111 1111 1111'), passing: value('4111 1111 1111 1112') },
  'FH-SAFE-24': {
    failing: withDocument({ variants: { on: { merchantId: '4111111111111111' }, off: { merchantId: '-' } } }),
    passing: withDocument({ variants: { on: { merchantId: '4111111111111112' }, off: { merchantId: '-' } } }),
  },
  'FH-SAFE-11': { failing: value('DE89 3704 0044 0532 0130 00'), passing: value('DE89 3704 0044 0532 0130 01') },
  'FH-SAFE-12': { failing: value('mia@payments-bank.eu'), passing: value('@payments-bank.eu') },
  'FH-SAFE-13': { failing: value('+49 30 1234567'), passing: value('+49 30 123') },
  'FH-SAFE-14': { failing: value('536-22-8726'), passing: value('000-22-8726') },
});
