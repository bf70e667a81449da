import { parseDirectory } from '../lib/directory.ts';
import { writerOf } from '../lib/identify.ts';

const role = 'AROAPRDAUTHOREXAMPLE3';
const directory = parseDirectory(
  JSON.stringify({
    people: [
      { actor: 'mia@bank.example', principals: [{ role, session: 'mia' }] },
      { actor: 'flag-pipeline', human: false, principals: [{ role: 'AROAPRDPIPELNEXAMPLE3', session: 'main' }] },
    ],
    submitters: [
      {
        name: 'control-plane',
        principals: [{ role: 'AROAPRDCONTRLEXAMPLE3', session: 'control-plane' }],
        submits: ['updated'],
      },
    ],
  }),
);

describe('who wrote under a key', () => {
  it('is the person whom the directory lists with that role and that session', () => {
    expect(writerOf(`${role}:mia`, directory)).toMatchObject({ by: 'person', person: { actor: 'mia@bank.example' } });
    expect(writerOf('AROAPRDPIPELNEXAMPLE3:main', directory)).toMatchObject({ by: 'person', person: { human: false } });
  });

  it('is a trusted submitter under its own principal only', () => {
    const found = writerOf('AROAPRDCONTRLEXAMPLE3:control-plane', directory);
    expect(found).toMatchObject({ by: 'submitter', submitter: { name: 'control-plane' } });
    expect(writerOf('AROAPRDCONTRLEXAMPLE3:another', directory).by).toBe('unknown');
  });

  it.each([
    ['another case of the session', `${role}:Mia`],
    ['the same session of another role', 'AROAPRDAUTHOREXAMPLE4:mia'],
    ['the name in the directory instead of the session', `${role}:mia@bank.example`],
    ['a longer session', `${role}:mia2`],
    ['a user with keys of their own', 'AIDAPRDAUTHOREXAMPLE3'],
    ['an account’s root', '123456789012'],
    ['a name of every object', '__proto__'],
    ['nothing', ''],
  ])('is unknown with %s', (_what, userId) => {
    expect(writerOf(userId, directory)).toEqual({ by: 'unknown', principal: userId });
  });

  it('is local on a machine without an account, also by the name of somebody listed', () => {
    expect(writerOf('local:mia', directory)).toEqual({ by: 'local', principal: 'local:mia', user: 'mia' });
  });
});
