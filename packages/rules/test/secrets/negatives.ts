import { filled, seeded } from './drawn.ts';
import type { Sample } from './positives.ts';

/** What stands in flags and is no secret, as `name: text`; what is between braces is drawn. */
const others = `
label: Forgot your password?
resetPassword: Passwort vergessen?
currentPassword: Your current password
forgotPassword: Forgot your password? Send me a link
passwordPolicy: min 12 characters, 1 digit, 1 capital letter
password: password
password: passkey
secret: The secret ingredient is time
secretQuestion: What was the name of your first pet?
accessToken: jwt
tokenFormat: opaque
tokenType: Bearer
tokenEndpoint: https://login.bank.example/oauth2/v2.0/token
authorization: none
credentials: include
credentials: same-origin
apiKey: arn:aws:secretsmanager:eu-west-1:123456789012:secret:payments/stripe-AbCdEf
apiKey: ssm:/payments/gateway/key-2026
apiKey: vault:secret/data/payments#apiKey1
apiKey: projects/123456/secrets/payments/versions/7
apiKey: \${PAYMENTS_API_KEY}
apiKey: {{payments.api.key1}}
clientSecret: <your secret here>
dbPassword: %DB_PASSWORD1%
connectionString: postgres://app:\${DB_PASSWORD}@db.internal/ledger
connectionString: postgres://app:<password>@db.internal/ledger
connectionString: mysql://user:password@host/db
connectionString: mongodb://db.internal:27017/cards
connectionString: Server=sql.internal;Database=cards;Integrated Security=true
connectionString: Server=sql.internal;Password=*****;Encrypt=true
connectionString: jdbc:postgresql://db.internal/app?user=app&password=\${PASSWORD}
connectionString: redis://cache.internal:6379/0
cloneUrl: git@github.com:open-feature/flagd.git
cloneUrl: ssh://git@github.com/open-feature/flagd.git
cloneUrl: https://github.com/open-feature/flagd.git
url: https://bank.example/reset?password=true
url: https://bank.example/login?token=required
url: https://bank.example/oauth/callback?response_type=token&state=start
url: https://docs.google.com/document/d/{A44}/edit
url: https://www.youtube.com/watch?v={W11}
url: https://cdn.bank.example/assets/index-{A8}.js
url: https://cdn.bank.example/static/js/main.{H20}.chunk.js
url: https://cdn.bank.example/{H40}/logo.png
url: https://{H32}.cloudfront.net/banner.webp
url: https://open.spotify.com/track/{A22}
url: https://www.figma.com/file/{A22}/Payments
url: https://bank.example/p/{uuid}/start
url: https://app.powerbi.com/groups/{uuid}/reports/{uuid}
url: https://example.com/?utm_source=newsletter&utm_campaign=Spring2026&utm_id=A1b2C3
dsn: https://{H32}@o123456.ingest.sentry.io/4505
publishableKey: pk_live_{A24}
publishableKey: pk_test_{A24}
projectKey: phc_{A43}
mapToken: pk.mapboxpublic.{L20}
siteKey: 6L{W6}AAAAA{W27}
measurementId: G-{U10}
trackingId: UA-{D8}-1
containerId: GTM-{U7}
clientId: {D12}-{L32}.apps.googleusercontent.com
clientId: {uuid}
clientId: {A32}
appId: 1:{D12}:web:{H22}
accountSid: AC{H32}
accountId: {D12}
userId: {A28}
userId: {uuid}
orderId: ord_{A24}
priceId: price_1{A23}
productId: prod_{A14}
customerId: cus_{A14}
chargeId: ch_3{A23}
eventId: evt_1{A23}
plan: price_1{A23}
plan: prod_{A14}
tenantId: {H24}
objectId: {H24}
requestId: {uuid}
sessionId: {uuid}
ulid: 01{U24}
ulid: 01J{U23}
ksuidId: 2{A26}
nanoId: {W21}
traceId: {H32}
spanId: {H16}
keyId: {uuid}
kid: {W43}
commit: {H40}
commit: {H7}
gitSha: {H40}
version: {H40}
revision: {H12}
sha256: {H64}
sha512: {H128}
md5: {H32}
checksum: {H64}
checksum: {H8}
digest: sha256:{H64}
image: registry.bank.example/payments/api@sha256:{H64}
imageTag: registry.bank.example/payments/api:2026.11.29-{H7}
contentHash: {B43}=
scriptHash: {W43}
integrity: sha384-{B64}
integrity: sha512-{B86}==
integrity: sha256-{B43}=
csp: script-src 'self' 'sha256-{B43}='
eTag: "{H32}"
value: {H32}
value: {H40}
value: {H64}
value: {uuid}
value: {D16}
fingerprint: SHA256:{B43}
fingerprint: AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01
thumbprint: {H40}
publicKey: MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{B344}IDAQAB
publicKey: MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{B86}==
publicKey: MCowBQYDK2VwAyEA{B43}=
value: MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{B344}IDAQAB
value: MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{B86}==
value: -----BEGIN PUBLIC KEY-----\\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{B60}\\n{B24}==\\n-----END PUBLIC KEY-----
value: -----BEGIN RSA PUBLIC KEY-----\\n{B64}\\n{B64}\\n{B20}\\n-----END RSA PUBLIC KEY-----
value: -----BEGIN CERTIFICATE-----\\n{B64}\\n{B64}\\n{B64}\\n-----END CERTIFICATE-----
value: -----BEGIN CERTIFICATE REQUEST-----\\n{B64}\\n{B64}\\n-----END CERTIFICATE REQUEST-----
value: -----BEGIN PGP PUBLIC KEY BLOCK-----\\n\\n{B64}\\n{B64}\\n-----END PGP PUBLIC KEY BLOCK-----
sshKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{B43} mia
sshKey: ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ{B344} mia
n: {W342}
x: {W43}
y: {W43}
logo: data:image/png;base64,iVBORw0KGgoAAAANSUhEUg{B300}==
logo: data:image/svg+xml;base64,PHN2ZyB4bWxucz0i{B200}=
logo: data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ{B300}
logo: data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP{B60}
logo: data:image/webp;base64,UklGR{B200}
font: data:font/woff2;base64,d09GMgABAAAAA{B300}
value: data:image/png;base64,{B200}
value: iVBORw0KGgoAAAANSUhEUg{B300}
value: /9j/4AAQSkZJRgABAQ{B300}
value: R0lGODlhAQABAIAAAAAAAP{B60}
value: PHN2ZyB4bWxucz0i{B200}
value: JVBERi0xLjcKJ{B200}
value: task-force-eurozone-payments-2026
value: sk-slovakia-instant-payments
value: sk-SK
value: re_order_the_columns_of_the_ledger
value: key-accounts-for-large-customers
value: live_chat_with_an_agent
value: secret-santa-2026
value: ghp-payments-hub
value: glpat is how GitLab begins its tokens
value: AKIA is how AWS begins its keys
value: xoxb-
value: npm_config_registry
value: s.o.s. for lost cards
value: SG.1
value: eyJ
value: The header begins with Bearer, then a space
value: Use Basic authentication in the sandbox
value: access-control-allow-origin
value: hf_model_for_fraud_detection
value: pul-l-request
value: pat. pending
value: 00-{H32}-{H16}-01
value: paymentsGatewayVersion2025Q4PrimaryRegionEuWest1
value: PaymentInitiationServiceProviderV2RolloutWave3
value: com.bank.payments.instant.SepaCreditTransferInboundV2
value: payments/instant/sepa/credit/transfer/inbound/v2/index
value: arn:aws:iam::123456789012:role/payments-gateway-reader
value: arn:aws:kms:eu-west-1:123456789012:key/{uuid}
value: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/{H16}
value: urn:uuid:{uuid}
value: 2026-12-24T06:00:00Z/2026-12-31T23:59:59Z
value: Europe/Berlin,Europe/Paris,America/New_York
value: DE,FR,NL,BE,LU,AT,CH,IT,ES,PT,IE,GB
value: M12 8c-2.2 0-4 1.8-4 4s1.8 4 4 4 4-1.8 4-4-1.8-4-4-4zm0 6c-1.1 0-2-.9-2-2
value: ^(?:GET|POST) /api/v[0-9]+/[A-Za-z0-9_-]{1,64}$
value: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0
value: text/html,application/xhtml+xml,application/xml;q=0.9
value: 4.1.0-rc.1+build.20261129
value: Donaudampfschifffahrtsgesellschaftskapitaen
value: {amount} will be debited on {date}
value: lorem ipsum dolor sit amet, consetetur sadipscing elitr
value: -----BEGIN
value: Press Ctrl+Alt+F12, then type 4711 into the field
value: A12-B34-C56-D78
value: ISO20022-pacs.008.001.08
value: camt.053.001.02
value: {U8}XXX
value: IBAN is checked by modulo 97
value: 0x{H40}
value: bc1q{L38}
value: v1.{D3}.{D2}
value: eu-west-1_{A9}
value: JBSWY3 is base 32 for Hello
value: Q29udGVudA==
value: SGVsbG8gV29ybGQ=
value: TGVkZ2VyIHYy
value: user-{D8}
value: t-{D4},t-{D4},t-{D4},t-{D4}
value: #FF5733,#C70039,#900C3F,#581845
value: rgba(255,87,51,0.8)
value: linear-gradient(90deg, #FF5733 0%, #C70039 100%)
value: AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz
value: 0123456789abcdefghijklmnopqrstuvwxyz
value: onboarding_step_3_of_5_verify_identity
value: Version 4.12 (Build 20261129.3) for iOS 18
`;

/** At least 300: each line, and those that have drawn parts once more with others. */
export const negatives = (): readonly Sample[] => {
  const drawn = seeded(19_700_101);
  return others
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [, name = '', template = ''] = /^([^:]+): (.*)$/.exec(line) ?? [];
      const repeated = /\{[A-Z]\d+\}|\{uuid\}/.test(template) ? 2 : 1;
      return Array.from({ length: repeated }, () => ({
        what: name,
        name,
        text: filled(template, drawn).replaceAll('\\n', '\n'),
      }));
    });
};
