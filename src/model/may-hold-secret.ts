/**
 * Whether a line could hold a secret at all: the cheap question before `maskSecrets`, which is asked of millions of
 * lines of logs.
 *
 * It may say yes to a line without one, and must never say no to a line that `maskSecrets` would change: each part is
 * the wider form of one kind of secret in `mask.ts`, `secret-shapes.ts` or `password-options.ts`.
 * Cost: one pass for the signs of all parts. A part is asked once at most for its sign, and none repeats a repetition;
 * what stands around a word is looked at for each, within 81 characters before and 100 behind it.
 */
import { tool } from './password-options.ts';
import { Signs } from './signs.ts';

/** Parts of the words that `mask.ts` and `secret-shapes.ts` take for names of secrets. */
const words = [
  ...['pass', 'pw', 'psw', 'secret', 'token', 'key', 'auth', 'credential', 'cookie', 'session', 'mnemonic'],
  ...['seed', 'signature', 'sig', 'jwt', 'bearer', 'psk', 'basic', 'digest', 'negotiate', 'wachtwoord'],
  ...['motdepasse', 'senha', 'contrasena', 'parola', 'haslo', 'login'],
];

interface Part {
  /** In small letters; one of them stands wherever the form does. */
  readonly signs: readonly string[];
  readonly form: RegExp;
}

const parts: readonly Part[] = [
  // A blank in printable form, which the mask sees as what it is.
  { signs: ['%0', '%a'], form: /%(?:0[9A-D]|A0)/i },
  // Three characters of printable form stand for one byte.
  { signs: ['@'], form: /:\/\/[^ \t\r\n/?#@"'<>:]{0,900}:[^ \t\r\n/?#"'<>]{1,900}@/ },
  { signs: ['-----begin '], form: /-----BEGIN / },
  { signs: ['/p:'], form: /\/p:/ },
  // Options: `-p`, `-hp`, `-u name:secret`; `--token` is a word's.
  { signs: ['-p', '-hp'], form: /(?:^|[\s"'])-h?p/ },
  {
    signs: ['-u', '-o', '-proxy-user', '-rpc-login'],
    form: /-(?:[uUO]|-user|-userpass|-proxy-user|-rpc-login)[=\s]{0,4}[^\s:,]{1,300}[:,]/,
  },
  // Tokens that are known by their form.
  {
    signs: [
      ...['akia', 'asia', 'aroa', 'aida', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-'],
      ...[
        'dckr_',
        'xox',
        'xapp-',
        'sk-',
        'sk_',
        'pk-',
        'pk_',
        'rk-',
        'rk_',
        'aiza',
        'ya29.',
        'npm_',
        'pypi-',
      ],
      ...['glsa_', 'sg.', 'hvs.', 'hvb.', 'hvr.', 'tskey-', 'age-secret', 'ltai', 'akid', 'prv', 'eyj'],
    ],
    form: /\b(?:AKIA|ASIA|AROA|AIDA|gh[pousr]_|github_pat_|glpat-|dckr_|xox[abeprs]-|xapp-|[spr]k[-_]|AIza|ya29\.|npm_|pypi-|glsa_|SG\.|hv[sbr]\.|tskey-|AGE-SECRET|LTAI|AKID|[tuvwxyz]prv|eyJ)/,
  },
  { signs: [':aa'], form: /:AA/ },
  {
    signs: ['requirepass', 'masterauth', 'chpasswd', 'sqlplus', 'slack.com'],
    form: /requirepass|masterauth|chpasswd|sqlplus|slack\.com/,
  },
  { signs: ['sudo'], form: /sudo\s{1,4}-S/ },
  { signs: ['auth'], form: /\bAUTH\s/ },
  { signs: ['login'], form: /\blogin[ \t]{1,4}\S{1,200}[ \t]{1,4}password[ \t]/ },
  { signs: tool.source.split('|'), form: tool },
];

const signed = parts.flatMap(({ signs: of }, part) => of.map((sign) => ({ sign, part })));
/** Words first; behind them the signs of parts. */
const signs = new Signs([...words, ...signed.map(({ sign }) => sign)]);

/** Behind a word of a name: a sign and its value, or blanks where it is long enough for one. */
const valued =
  /[A-Za-z0-9_.-]{0,80}\\?["']?(?:[ \t]{0,4}[:=]|%(?:25)?3[aAdD]|[ \t]{1,4}\\?["']?(?:[A-Za-z0-9._~+/=-]{8}|\$\d))/y;
const longestName = 80;
const dash = 0x2d;

const isOfName = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x5f ||
  code === 0x2e;

/** Whether a word that stands there is in the name of an option, or has a value behind it. */
function isNamed(text: string, start: number, end: number): boolean {
  const first = Math.max(0, start - longestName - 1);
  for (let at = start - 1; at >= first; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === dash) return true;
    if (!isOfName(code)) break;
  }
  valued.lastIndex = end;
  return valued.test(text);
}

const yes = -1;

/** Looks at what ends there. @param asked the parts that were asked, a bit each @returns those that are now, or `yes` */
function asking(text: string, end: number, row: number, asked: number): number {
  let now = asked;
  for (const number of signs.endsOf(row)) {
    const word = words[number];
    if (word !== undefined) {
      if (isNamed(text, end - word.length, end)) return yes;
      continue;
    }
    const part = signed[number - words.length]?.part ?? 0;
    if ((now & (1 << part)) !== 0) continue;
    now |= 1 << part;
    if (parts[part]?.form.test(text) === true) return yes;
  }
  return now;
}

export function mayHoldSecret(text: string): boolean {
  const { symbols, next } = signs;
  let row = 0;
  let asked = 0;
  // Twelve words of three small letters and more, one behind the other, are a seed; the first may begin within a longer one.
  let seedWords = 0;
  let small = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return true;
    if (code >= 0x61 && code <= 0x7a) {
      small += 1;
      if (small >= 3 && seedWords >= 11) return true;
    } else {
      seedWords = code === 0x20 && small >= 3 && (small <= 12 || seedWords === 0) ? seedWords + 1 : 0;
      small = 0;
    }
    row = next[row + (symbols[code] ?? 0)] ?? 0;
    if (row >= 0) continue;
    row = ~row;
    asked = asking(text, at + 1, row, asked);
    if (asked === yes) return true;
  }
  return false;
}
