/** The Luhn check of payment card numbers (ISO/IEC 7812-1, annex B). Digits only. */
export const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index -= 1, double = !double) {
    const digit = digits.charCodeAt(index) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
};

/** Modulo 97 over letters and digits (ISO 7064), with the first four characters moved to the end: 1 for an IBAN. */
export const passesIban = (account: string): boolean => {
  let remainder = 0;
  const turned = account.slice(4) + account.slice(0, 4);
  for (let index = 0; index < turned.length; index += 1) {
    const code = turned.charCodeAt(index);
    const value = code < 58 ? code - 48 : code - 55;
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder === 1;
};

const ODD = '1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23'.split(' ').map(Number);

/** The last letter of an Italian codice fiscale (D.M. 23 December 1976), from the fifteen characters before it. */
export const passesCodiceFiscale = (code: string): boolean => {
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const character = code.charCodeAt(index);
    const value = character < 58 ? character - 48 : character - 65;
    sum += index % 2 === 0 ? (ODD[value] ?? 0) : value;
  }
  return sum % 26 === code.charCodeAt(15) - 65;
};
