import { isLocal, localPrincipal, principalOf, principalText, samePrincipal } from '../lib/principal.ts';

const ROLE = 'AROAPRDAUTHOREXAMPLE3';

it('is read from the key that AWS makes of a session, and written as it was', () => {
  const text = `${ROLE}:ada.abel@bank.example`;
  const principal = principalOf(text);
  expect(principal).toEqual({ role: ROLE, session: 'ada.abel@bank.example' });
  expect(principal && principalText(principal)).toBe(text);
});

it.each([
  ['a user with keys of their own', 'AIDAPRDAUTHOREXAMPLE3'],
  ['an account’s root', '123456789012'],
  ['a federated user', '123456789012:ada'],
  ['an instance profile’s role', 'AIPAPRDAUTHOREXAMPLE3:ada'],
  ['a role in lower case', `${ROLE.toLowerCase()}:ada`],
  ['no session', `${ROLE}:`],
  ['no role', ':ada'],
  ['a second colon', `${ROLE}:ada:ben`],
  ['a wildcard', `${ROLE}:*`],
  ['a letter that only looks like one', `${ROLE}:\u0430da`],
  ['a line break at its end', `${ROLE}:ada\n`],
  ['nothing', ''],
])('is nobody where the key is that of %s', (_what, text) => {
  expect(principalOf(text)).toBeUndefined();
});

it('is compared byte by byte', () => {
  const ada = { role: ROLE, session: 'ada' };
  expect(samePrincipal(ada, { role: ROLE, session: 'ada' })).toBe(true);
  expect(samePrincipal(ada, { role: ROLE, session: 'Ada' })).toBe(false);
  expect(samePrincipal(ada, { role: 'AROAPRDAUTHOREXAMPLE4', session: 'ada' })).toBe(false);
});

it('of a machine without an account is local, and no role of AWS is', () => {
  expect(principalText(localPrincipal('ada'))).toBe('local:ada');
  expect(principalOf('local:ada')).toEqual(localPrincipal('ada'));
  expect(isLocal(localPrincipal('ada'))).toBe(true);
  expect(isLocal({ role: ROLE, session: 'local' })).toBe(false);
});
