import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { identify } from '../lib/identity/identify.ts';
import { Tokens } from '../lib/identity/tokens.ts';

/*
 * Who asks from another machine. Tests open sockets on this machine alone, so the socket of such a request is made up here.
 */

let made = 0;
const secret = (bytes: number): string => {
  made += 1;
  return String(made).padStart(Math.ceil((bytes * 4) / 3), '0');
};
const tokens = new Tokens({ secret, now: () => 1_000 });
const { token } = tokens.issue({ actor: 'ada', scopes: ['read'], keyPrefix: '', madeBy: 'test', expiresAt: 2_000 });
const who = { tokens, submitter: 'AROACONTROLPLANE00001:x', directory: EMPTY_DIRECTORY, now: () => 1_000 };

interface Asked {
  readonly localAddress?: string;
  readonly encrypted?: boolean;
  readonly headers?: Record<string, string>;
}
const asked = ({ localAddress = '10.0.3.7', encrypted, headers = {} }: Asked) =>
  ({
    headers: { host: 'flags.bank.example', ...headers },
    socket: { localAddress, ...(encrypted === undefined ? {} : { encrypted }) },
  }) as unknown as Parameters<typeof identify>[0];
const authorization = `Bearer ${token}`;

it.each([
  ['IPv4', '10.0.3.7'],
  ['IPv6', '2001:db8::7'],
  ['IPv4 in IPv6', '::ffff:10.0.3.7'],
])('is refused without TLS, also with a token (%s)', async (_what, localAddress) => {
  await expect(identify(asked({ localAddress, headers: { authorization } }), who)).rejects.toMatchObject({
    code: 'FH_TLS_NEEDED',
  });
});

it('is refused with TLS and without a token, whoever they say they are', async () => {
  const request = asked({ encrypted: true, headers: { 'x-hoist-user': 'ada' } });
  await expect(identify(request, who)).rejects.toMatchObject({ code: 'FH_TOKEN_NEEDED' });
});

it('is answered with TLS and a token, under the name by which it is reached', async () => {
  await expect(identify(asked({ encrypted: true, headers: { authorization } }), who)).resolves.toMatchObject({
    by: 'token',
    actor: 'ada',
  });
});

it('is answered with a token behind a load balancer that ends TLS, and not without', async () => {
  const behind = { ...who, behindTls: true };
  await expect(identify(asked({ headers: { authorization } }), behind)).resolves.toMatchObject({ actor: 'ada' });
  await expect(identify(asked({}), behind)).rejects.toMatchObject({ code: 'FH_TOKEN_NEEDED' });
});

it('is not taken for somebody on this machine by what a header says', async () => {
  const headers = { host: '127.0.0.1:3524', 'x-forwarded-for': '127.0.0.1', 'x-hoist-user': 'ada' };
  await expect(identify(asked({ encrypted: true, headers }), who)).rejects.toMatchObject({ code: 'FH_TOKEN_NEEDED' });
});
