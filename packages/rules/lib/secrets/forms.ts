/** How the tokens of one issuer begin and go on, as sources of regular expressions. Every repetition is bounded. */
type Form = readonly [what: string, beginning: string, rest: string];

/** The forms that version 1 of the rules knew: envelopes that were accepted under it are judged by these alone. */
const first: readonly Form[] = [
  ['an access key of AWS', '(?:AKIA|ASIA)', '[A-Z2-7]{16}'],
  ['a token of GitHub', 'gh[pousr]_', '[A-Za-z0-9]{36}'],
  ['a token of GitHub', 'github_pat_', '[A-Za-z0-9_]{22}'],
  ['a token of GitLab', 'glpat-', '[\\w-]{20}'],
  ['a token of Slack', 'xox[abeoprs]-', '[A-Za-z0-9-]{10}'],
  ['a secret key of Stripe', '[rs]k_(?:live|test)_', '[A-Za-z0-9]{16}'],
  ['an API key of Google', 'AIza', '[\\w-]{35}'],
  ['a token of npm', 'npm_', '[A-Za-z0-9]{36}'],
  ['a key of SendGrid', 'SG\\.', '[\\w-]{22}\\.[\\w-]{43}'],
  ['a JSON Web Token', 'eyJ', '[\\w-]{10,400}\\.eyJ[\\w-]{10}'],
];

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const later: readonly Form[] = [
  ['an access key of AWS', '(?:ABIA|ACCA|A3T[A-Z0-9])', '[A-Z2-7]{16}(?![A-Za-z0-9])'],
  ['a session token of AWS', '(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)', '[A-Za-z0-9+/]{40}'],
  ['an API key of Amazon Bedrock', 'ABSK', '[A-Za-z0-9+/]{100}'],
  ['a token of GitLab', 'gl(?:dt|ft|soat|rt|cbt|ptt|agent|oas|imt)-', '[\\w-]{20}'],
  ['a token of Slack', 'xapp-', '\\d-[A-Z0-9]{8,16}-\\d{8,16}-[a-z0-9]{32}'],
  ['a webhook of Slack', 'hooks\\.slack\\.com/', '(?:services|workflows|triggers)/[A-Z0-9]{8,14}/[\\w/]{16}'],
  ['a webhook of Discord', 'discord(?:app)?\\.com/api/webhooks/', '\\d{17,20}/[\\w-]{60}'],
  ['a webhook of Microsoft Teams', '[\\w-]{1,64}\\.webhook\\.office\\.com/webhookb2/', '[0-9a-f-]{36}'],
  ['a signing secret of Stripe', 'whsec_', '[A-Za-z0-9+/]{32}'],
  ['a client secret of Google', 'GOCSPX-', '[\\w-]{28}'],
  ['an access token of Google', 'ya29\\.', '[\\w-]{30}'],
  ['a refresh token of Google', '1//0', '[\\w-]{40}'],
  ['a token of PyPI', 'pypi-AgE', '[\\w-]{40}'],
  ['a key of RubyGems', 'rubygems_', '[0-9a-f]{48}'],
  ['a token of Docker Hub', 'dckr_(?:pat|oat)_', '[\\w-]{27}'],
  ['a key of Mailgun', '(?:key|pubkey)-', '[0-9a-f]{32}(?![\\w-])'],
  ['a key of Mailchimp', '[0-9a-f]{32}-us', '\\d{1,2}(?!\\w)'],
  ['an API key of Twilio', 'SK', '[0-9a-f]{32}(?!\\w)'],
  ['a key of Brevo', 'x(?:key|smtp)sib-', '[0-9a-f]{64}-[A-Za-z0-9]{16}'],
  ['a private key of age', 'AGE-SECRET-KEY-1', '[A-Z0-9]{58}'],
  ['a private key', 'MII', '[A-Za-z0-9+/]{2,3}IB(?:AAKC|ADANBgkqhki)[A-Za-z0-9+/]{8}'],
  ['a private key', '(?:MHcCAQEE|MIGkAgEB|MIHcAgEB|MIG[HT]AgEAM|MIG2AgEAM|MC4CAQAwBQYDK2V)', '[A-Za-z0-9+/]{16}'],
  // PEM in base64, as Kubernetes has it: any private key, but no certificate and no public key.
  ['a private key', 'LS0tLS1CRUdJTi', '[A-Za-z0-9+/]{0,24}(?:UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)'],
  ['an extended private key', '[xyzt]prv', '[1-9A-HJ-NP-Za-km-z]{100}'],
  ['a token of Vault', 'hv[sbr]\\.', '[\\w-]{20}'],
  ['a token of Vault', 's\\.', '[A-Za-z0-9]{24}(?![\\w.])'],
  ['a token of Terraform Cloud', '[A-Za-z0-9]{14}\\.atlasv1\\.', '[\\w-]{60}'],
  ['an API key of OpenAI', 'sk-(?:proj|svcacct|admin|None)-', '[\\w-]{40}'],
  ['an API key of OpenAI', 'sk-[A-Za-z0-9]{20}T3BlbkFJ', '[A-Za-z0-9]{20}'],
  ['an API key of Anthropic', 'sk-ant-', '[a-z]{2,8}\\d\\d-[\\w-]{40}'],
  ['an API key that begins with sk-', 'sk-(?:or-v1-|lf-)?', '(?=[a-z-]{0,31}\\d)[0-9a-f-]{32,64}(?!\\w)'],
  ['a token of Hugging Face', '(?:hf|api_org)_', '[A-Za-z]{34}(?!\\w)'],
  ['a token of Replicate', 'r8_', '[A-Za-z0-9]{37}'],
  ['a key of Groq', 'gsk_', '[A-Za-z0-9]{48}'],
  ['a key of Perplexity', 'pplx-', '[A-Za-z0-9]{48}'],
  ['a key of xAI', 'xai-', '[A-Za-z0-9]{70}'],
  ['a client secret of Azure', '[A-Za-z0-9_~.]{3}\\dQ~', '[A-Za-z0-9_~.-]{31,34}'],
  ['a token of Azure DevOps', '[A-Za-z0-9]{76}AZDO', '[A-Za-z0-9]{4}'],
  ['a key of Azure', '[A-Za-z0-9+/]{76}\\+ASt', '[A-Za-z0-9+/]{6}=='],
  ['a key of Azure', '[A-Za-z0-9+/]{33}(?:AIoT|\\+A[CER][a-zA-Z]|AzSe)', '[A-Za-z0-9+/]{4,5}='],
  ['a token of DigitalOcean', 'do[opr]_v1_', '[0-9a-f]{64}'],
  ['a token of Heroku', 'HRKU-', `(?:AA[\\w-]{58}|${uuid})`],
  ['a key of Linear', 'lin_(?:api|oauth)_', '[A-Za-z0-9]{40}'],
  ['a token of Notion', 'secret_', '[A-Za-z0-9]{43}'],
  ['a token of Notion', 'ntn_', '[A-Za-z0-9]{46}'],
  ['a token of Shopify', 'shp(?:at|ca|pa|ss|tka)_', '[A-Fa-f0-9]{32}'],
  ['a token of Square', 'sq0(?:atp|csp)-', '[\\w-]{22}'],
  ['a token of Square', 'EAAA', '[\\w-]{60}'],
  ['a token of PayPal', 'access_token\\$(?:production|sandbox)\\$', '[a-z0-9]{16}\\$[0-9a-f]{32}'],
  ['a token of Databricks', 'dapi', '[0-9a-f]{32}'],
  ['a key of New Relic', 'NR(?:AK|II|IQ|RA|JS)-', '[A-Za-z0-9_-]{19,32}'],
  ['a token of Grafana', 'glc_', '[A-Za-z0-9+/]{32}'],
  ['a token of Grafana', 'glsa_', '[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}'],
  ['a key of Grafana', 'eyJrIjoi', '[A-Za-z0-9+/]{40}'],
  ['a token of Sentry', 'sntrys_', 'eyJ[A-Za-z0-9+/=_]{40}'],
  ['a token of Sentry', 'sntryu_', '[0-9a-f]{64}'],
  ['a token of Dynatrace', 'dt0[a-z]\\d\\d\\.', '[A-Z0-9]{24}\\.[A-Z0-9]{64}'],
  ['a token of Doppler', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.', '[\\w.-]{40}'],
  ['a token of PlanetScale', 'pscale_(?:tkn|pw|oauth)_', '[\\w.=-]{32}'],
  ['a token of Pulumi', 'pul-', '[0-9a-f]{40}'],
  ['a key of Postman', 'PMAK-', '[0-9a-f]{24}-[0-9a-f]{34}'],
  ['a token of Airtable', 'pat[A-Za-z0-9]{14}\\.', '[0-9a-f]{64}'],
  ['a token of Figma', 'fig[dor]_', '[\\w-]{40}'],
  ['a token of Atlassian', 'AT[AC]TT3', '[\\w=-]{60}'],
  ['a password of Bitbucket', 'ATBB', '[A-Za-z0-9]{32}'],
  ['a token of CircleCI', 'CCI(?:PAT|PRJ)_', '[A-Za-z0-9]{20,24}_[0-9a-f]{40}'],
  ['a token of Contentful', 'CFPAT-', '[\\w-]{43}'],
  ['a key of Cloudflare', 'v1\\.0-', '[0-9a-f]{24}-[0-9a-f]{146}'],
  ['a token of Cloudflare', 'cf(?:ut|at|k)_', '[A-Za-z0-9]{40}'],
  ['a token of Discord', '[MNO][A-Za-z0-9_-]{23,25}\\.[\\w-]{6}\\.', '[\\w-]{27,38}'],
  ['a token of Telegram', '\\d{8,10}:AA', '[\\w-]{33}'],
  ['a key of Flutterwave', 'FLWSECK', '(?:_TEST)?-[0-9a-z]{12,48}'],
  ['a token of JFrog', 'AKCp', '[A-Za-z0-9]{69}'],
  ['a token of JFrog', 'cmVmdGtu', '[A-Za-z0-9]{56}'],
  ['a key of Lob', '(?:live|test)_', '[0-9a-f]{35}(?!\\w)'],
  ['a key of LaunchDarkly', '(?:api|sdk|rel)-', `${uuid}`],
  ['a secret token of Mapbox', 'sk\\.eyJ', '[\\w-]{60,120}\\.[\\w-]{22}'],
  ['a token of Netlify', 'nf[cop]_', '[A-Za-z0-9]{36}'],
  [
    'a token of Okta',
    '00',
    '(?=[\\w-]{0,39}[A-Z])(?=[\\w-]{0,39}[a-z])(?=[\\w-]{0,39}_|[\\w-]{0,39}-)[\\w-]{40}(?![\\w-])',
  ],
  ['a token of Plaid', 'access-(?:sandbox|development|production)-', uuid],
  ['a key of Prefect', 'pn[bu]_', '[a-zA-Z0-9]{36}'],
  ['a token of ReadMe', 'rdme_', '[a-z0-9]{70}'],
  ['a token of Sourcegraph', '(?:sgp|slk)_', '(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}'],
  ['a token of Shippo', 'shippo_(?:live|test)_', '[0-9a-fA-F]{40}'],
  ['a key of Supabase', '(?:sbp|sb_secret)_', '[\\w-]{31,40}'],
  ['a key of Tailscale', 'tskey-', '[a-z]{2,8}-[A-Za-z0-9]{10,24}-[A-Za-z0-9]{20}'],
  ['a token of Typeform', 'tfp_', '[\\w.=-]{40}'],
  ['a key of Yandex Cloud', 'AQVN', '[\\w-]{35}'],
  ['a key of EasyPost', 'EZ[AT]K', '[A-Za-z0-9]{54}'],
  ['a token of Duffel', 'duffel_(?:live|test)_', '[\\w=-]{43}'],
  ['a token of Clojars', 'CLOJARS_', '[0-9a-z]{60}'],
  ['a key of Adafruit', 'aio_', '[A-Za-z0-9]{28}'],
  ['an access key of Alibaba Cloud', 'LTAI', '(?=[A-Za-z]{0,19}\\d)[A-Za-z0-9]{12,20}(?!\\w)'],
  ['a secret id of Tencent Cloud', 'AKID', '(?=[A-Za-z]{0,31}\\d)[A-Za-z0-9]{32}'],
  ['a token of Buildkite', 'bk(?:ua|at)_', '[0-9a-f]{40}'],
  ['a token of Fly.io', 'fm[12][ar]?_', '[A-Za-z0-9+/=]{40}'],
  ['a token of Harness', '[ps]at\\.[\\w-]{22}\\.', '[0-9a-f]{24}\\.[A-Za-z0-9]{20}'],
  ['a key of Infracost', 'ico-', '[A-Za-z0-9]{32}'],
  ['a licence key of MaxMind', '[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_', 'mmk'],
  ['a token of OpenShift', 'sha256~', '[\\w-]{43}'],
  ['a token of 1Password', 'ops_', 'eyJ[A-Za-z0-9+/=_-]{60}'],
  [
    'a secret key of 1Password',
    'A3-',
    '[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}',
  ],
  ['a token of SonarQube', 'sq[apu]_', '[0-9a-f]{40}'],
  ['a key of Resend', 're_', '[A-Za-z0-9]{8}_[A-Za-z0-9]{24}'],
  ['a key of PostHog', 'ph[xs]_', '[A-Za-z0-9]{40}'],
  ['a secret of Statsig', 'secret-', '[A-Za-z0-9]{40}'],
  ['a service token of HashiCorp Boundary', 'at_', '[A-Za-z0-9]{10}_[A-Za-z0-9]{60}'],
  ['a token of Rubrik or Snyk', 'snyk_(?:uat|sat)\\.', '[A-Za-z0-9]{8}\\.[\\w.-]{40}'],
  ['an API key of Facebook', 'EAA[MC]', '[A-Za-z0-9]{80}'],
  ['a token of Asana', '\\d/\\d{15,17}', '(?:/\\d{15,17})?:[0-9a-f]{32}'],
  ['a token of Dropbox', 'sl\\.', '(?:u\\.)?[\\w-]{120}'],
  ['a key of Frame.io', 'fio-u-', '[\\w=-]{64}'],
  ['a token of Scalingo', 'tk-us-', '[\\w-]{48}'],
  ['a key of ElevenLabs', 'sk_', '[0-9a-f]{48}(?!\\w)'],
  ['a key of NuGet', 'oy2', '[a-z0-9]{43}(?!\\w)'],
  ['a token of crates.io', 'cio', '(?=[A-Za-z]{0,31}\\d)[A-Za-z0-9]{32}(?!\\w)'],
  ['a password of Aiven', 'AVNS_', '[\\w-]{16}'],
  ['a key of Clerk or Paystack', 'sk_(?:live|test)_', '[A-Za-z0-9]{16}'],
  ['a key of Ionic, Vercel or Render', '(?:ion|vc[apkis]|rnd)_', '[A-Za-z0-9]{24,42}(?!\\w)'],
  ['a token of Coinbase or Plaid', 'organizations/[0-9a-f-]{36}/apiKeys/', '[0-9a-f-]{36}'],
];

interface Known {
  readonly what: string;
  readonly form: RegExp;
}

/** One search for how any of them begins, and the forms, made when a text first has such a beginning. */
class Forms {
  readonly #forms: readonly Form[];
  #beginning: RegExp | undefined;
  #known: readonly Known[] | undefined;

  constructor(forms: readonly Form[]) {
    this.#forms = forms;
  }

  /** Which secret a text holds; `null` when it has the form of none. */
  find(piece: string): string | null {
    this.#beginning ??= startingWord(this.#forms.map(([, beginning]) => beginning).join('|'));
    if (!this.#beginning.test(piece)) return null;
    this.#known ??= this.#forms.map(([what, beginning, rest]) => ({ what, form: startingWord(`${beginning}${rest}`) }));
    return this.#known.find(({ form }) => form.test(piece))?.what ?? null;
  }
}

/** A token begins a word. Asked first: within words, which is nearly everywhere, nothing else has to be. */
const startingWord = (source: string): RegExp => new RegExp(`(?<!\\w)(?:${source})`);

/** A private key as PEM has it, or PuTTY. It may follow anything, such as a line end that is written as \\n. */
const keyFile = /-----BEGIN [A-Z ]{0,24}PRIVATE KEY|PuTTY-User-Key-File-\d/;
const holdsKeyFile = (piece: string): boolean =>
  (piece.includes('-----BEGIN') || piece.includes('PuTTY-User')) && keyFile.test(piece);

/** No token is shorter: characters of a token in a row. */
const MIN_RUN = 13;

const finding =
  (forms: Forms) =>
  (piece: string, run: number): string | null => {
    if (holdsKeyFile(piece)) return 'a private key';
    return run < MIN_RUN ? null : forms.find(piece);
  };

/** All forms. `run`: how many characters of a token the text has in a row. */
export const knownForm = /* @__PURE__ */ finding(new Forms([...first, ...later]));
export const firstForm = /* @__PURE__ */ finding(new Forms(first));
