/**
 * Secrets that are known by what they look like or by a word beside them in any script, whatever their name is.
 *
 * What it is NOT: names of variables and options (`mask.ts`), options of one letter (`password-options.ts`).
 * Every pattern is bounded and repeats no repetition. Text comes as characters or as bytes in latin1, so a word
 * that is not ASCII is looked for in both forms.
 * Sources: the prefixes that issuers document (AWS, GitHub, GitLab, Slack, Stripe, Google, npm, SendGrid, HashiCorp
 * Vault, Docker, Telegram, Tailscale, Grafana, PyPI, age, Alibaba Cloud, Tencent Cloud); RFC 7519; RFC 7235; BIP 32,
 * BIP 39 and Monero's seed of 25 words; netrc(5); redis.conf; chpasswd(8).
 */
const masked = '***';

/** Shapes that are secrets whatever stands around them. */
const tokens: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[0-9A-Za-z]{36,255}/g,
  /\b(?:github_pat_[0-9A-Za-z_]{22,255}|glpat-[0-9A-Za-z_-]{20,64}|dckr_(?:pat|oat)_[0-9A-Za-z_-]{20,64})/g,
  /\b(?:xox[abeprs]|xapp)-[0-9A-Za-z-]{10,250}/g,
  // With a digit: `pk-` and words are the name of a program.
  /\b(?:sk|pk|rk)[-_](?=[A-Za-z_-]{0,250}\d)(?:live|test|proj|ant)?[-_]?[0-9A-Za-z_-]{20,250}/g,
  /\b(?:AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,250})/g,
  /\b(?:npm_[0-9A-Za-z]{36}\b|pypi-[0-9A-Za-z_-]{40,250}|glsa_[0-9A-Za-z_]{32,64})/g,
  /\bSG\.[0-9A-Za-z_-]{16,64}\.[0-9A-Za-z_-]{16,64}/g,
  /\b(?:hv[sbr]\.[0-9A-Za-z_-]{20,250}|tskey-[a-z]{2,10}-[0-9A-Za-z-]{8,100}|AGE-SECRET-KEY-1[0-9A-Z]{58})/g,
  /\b(?:LTAI[0-9A-Za-z]{12,26}|AKID[0-9A-Za-z]{32})\b/g,
  /\b(?:bot)?[0-9]{8,10}:AA[0-9A-Za-z_-]{30,40}/g,
  /\b[tuvwxyz]prv[1-9A-HJ-NP-Za-km-z]{100,112}\b/g,
  // JSON web token: header, claims, signature.
  /\beyJ[0-9A-Za-z_-]{8,2000}\.[0-9A-Za-z_-]{4,4000}\.[0-9A-Za-z_-]{0,1000}/g,
];

/** How each of them begins or is told: one look decides for most texts that there is none. */
export const tokenSign =
  /AKIA|ASIA|AROA|AIDA|gh[oprsu]_|github_pat_|glpat-|dckr_|xox|xapp-|[prs]k[-_]|AIza|ya29|npm_|pypi-|glsa_|SG\.|hv[brs]\.|tskey-|AGE-S|LTAI|AKID|:AA|prv|eyJ/;

/** Twelve words or more in a row, each of three letters or more, as no sentence has them: the seed of a wallet. */
const seedWords = /\b[a-z]{3,12}(?: [a-z]{3,12}){11,24}\b/g;

const utf8AsLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const either = (words: readonly string[]): string =>
  [...words, ...words.filter((word) => utf8AsLatin1(word) !== word).map(utf8AsLatin1)].join('|');

/** Password, secret key, token, private key, seed phrase. */
const words = either([
  ...['密码', '密碼', '口令', '密钥', '密鑰', '令牌', '私钥', '私鑰', '助记词', '助記詞', '凭证', '憑證'],
  ...['パスワード', '秘密鍵', '비밀번호', '암호', 'пароль', 'Пароль', 'contraseña', 'mật khẩu'],
]);
const wideColon = either(['：', '＝']);
/** What stands for itself in a value: no blank, no mark of the text around it. */
const value = '[^ \\t\\r\\n"\',;&}\\])]{1,1000}';
const foreign = new RegExp(
  `((?:${words})["']?\\s{0,4}(?:[:=]|${wideColon})\\s{0,4})(?:"[^"\\r\\n]{0,1000}"|'[^'\\r\\n]{0,1000}'|${value})`,
  'g',
);
const wideSigned = new RegExp(
  `\\b((?:password|passwd|pwd|token|secret|api[_-]?key|access[_-]?key)\\s{0,4}(?:${wideColon})\\s{0,4})${value}`,
  'gi',
);
const notAscii = /[^\x00-\x7f]/;

/** A secret behind a word that names it only in this place; what is kept is the first group, or the two of them. */
const places: readonly (readonly [RegExp, string])[] = [
  // The scheme is kept, so that a report still tells what was there.
  [
    /\b((?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:basic|bearer|digest|negotiate|token|apikey)\s{1,4})?)[^\s"']{4,4096}/gi,
    `$1${masked}`,
  ],
  [/\b((?:requirepass|masterauth|_authToken)["']?[ \t]{1,4}["']?)[^\s"']{1,1000}/g, `$1${masked}`],
  [/(^|[\s"'])(AUTH\s{1,4}(?:\$\d{1,4}\s{1,4})?)(?=[^\s"']{0,64}\d)[^\s"']{4,1000}/g, `$1$2${masked}`],
  [/\b(login[ \t]{1,4}[^\s]{1,200}\s{1,4}password[ \t]{1,4})[^\s]{1,1000}/g, `$1${masked}`],
  [/(hooks\.slack\.com\/(?:services|workflows)\/)[0-9A-Za-z/_-]{8,200}/g, `$1${masked}`],
  [/([?&](?:sig|signature|X-Amz-Signature|X-Amz-Credential)=)[^\s&"'#]{4,1000}/gi, `$1${masked}`],
  [
    /(\b[a-z_][a-z0-9_-]{0,31}:)[^\s:"'|]{1,1000}(["']?\s{0,4}\|\s{0,4}(?:sudo\s{1,4})?chpasswd\b)/g,
    `$1${masked}$2`,
  ],
  [/(\bchpasswd\s{0,4}<<<\s{0,4}["']?[a-z_][a-z0-9_-]{0,31}:)[^\s"']{1,1000}/g, `$1${masked}`],
  [
    /(\becho\s{1,4}(?:-n\s{1,4})?["']?)[^\s|"']{1,1000}(["']?\s{0,4}\|\s{0,4}sudo\s{1,4}-S\b)/g,
    `$1${masked}$2`,
  ],
  [/(\bsqlplus\s{1,4}(?:-\S{1,20}\s{1,4})?[^\s/]{1,100}\/)[^\s@]{1,200}(?=@)/g, `$1${masked}`],
  [/(^|\s)(\/p:)[^\s]{1,1000}/g, `$1$2${masked}`],
];

/** No token is shorter; most arguments of most programs are. */
const longWord = /[0-9A-Za-z_.:-]{16}/;
const leastSeed = 12 * 4 - 1;
/** One word of each place. */
const placeWords = /auth|pass|slack|sig|credential|sqlplus|sudo|\/p:/i;

/** Tokens of issuers alone. */
export function maskTokens(text: string): string {
  if (!longWord.test(text) || !tokenSign.test(text)) return text;
  return tokens.reduce((out, shape) => out.replace(shape, masked), text);
}

export function maskShapes(text: string): string {
  let out = maskTokens(text);
  if (out.length >= leastSeed) out = out.replace(seedWords, masked);
  if (placeWords.test(out)) for (const [pattern, kept] of places) out = out.replace(pattern, kept);
  if (!notAscii.test(out)) return out;
  return out.replace(foreign, `$1${masked}`).replace(wideSigned, `$1${masked}`);
}
