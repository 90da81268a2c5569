/**
 * Whether a line could hold a secret at all: the cheap question before `maskSecrets`, which is asked of millions of
 * lines of logs.
 *
 * It may say yes to a line without one, and must never say no to a line that `maskSecrets` would change: each part is
 * the wider form of one kind of secret in `mask.ts`, `secret-shapes.ts` or `password-options.ts`.
 * Cost: one pass for each pattern, none of which repeats a repetition. Those that begin with one character are passes at
 * the speed of memory, so what could be one pattern of several beginnings is several.
 */
import { tool } from './password-options.ts';

/** Parts of the words that `mask.ts` and `secret-shapes.ts` take for names of secrets. */
const word =
  'pass|pw|psw|secret|token|key|auth|credential|cookie|session|mnemonic|seed|signature|sig|jwt|bearer|psk|basic|digest|negotiate|wachtwoord|motdepasse|senha|contrasena|parola|haslo|login';

const patterns: readonly RegExp[] = [
  // A blank in printable form, which the mask sees as what it is.
  /%(?:0[9A-D]|A0)/i,
  // Three characters of printable form stand for one byte.
  /:\/\/[^ \t\r\n/?#@"'<>:]{0,900}:[^ \t\r\n/?#"'<>]{1,900}@/,
  /-----BEGIN /,
  /\/p:/,
  /[^\x00-\x7f]/,
  // Options: `-p`, `-hp`, `-u name:secret`, `--token`.
  /(?:^|[\s"'])-h?p/,
  /-(?:[uUO]|-user|-userpass|-proxy-user|-rpc-login)[=\s]{0,4}[^\s:,]{1,300}[:,]/,
  new RegExp(`-[A-Za-z0-9_.-]{0,80}(?:${word})`, 'i'),
  // A name with its value behind a sign, or behind blanks where it is long enough for one.
  new RegExp(
    `(?:${word})[A-Za-z0-9_.-]{0,80}\\\\?["']?(?:[ \\t]{0,4}[:=]|%(?:25)?3[aAdD]|[ \\t]{1,4}\\\\?["']?(?:[A-Za-z0-9._~+/=-]{8}|\\$\\d))`,
    'i',
  ),
  // Tokens that are known by their form.
  /\b(?:AKIA|ASIA|AROA|AIDA|gh[pousr]_|github_pat_|glpat-|dckr_|xox[abeprs]-|xapp-|[spr]k[-_]|AIza|ya29\.|npm_|pypi-|glsa_|SG\.|hv[sbr]\.|tskey-|AGE-SECRET|LTAI|AKID|[tuvwxyz]prv|eyJ)/,
  /:AA/,
  /requirepass|masterauth|chpasswd|sudo\s{1,4}-S|sqlplus|\bAUTH\s|slack\.com/,
  /\blogin[ \t]{1,4}\S{1,200}[ \t]{1,4}password[ \t]/,
];

/** Whether twelve words of three small letters and more follow each other; the first may begin within a longer one. */
function hasSeed(text: string): boolean {
  let words = 0;
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) {
      letters += 1;
      if (letters >= 3 && words >= 11) return true;
    } else {
      words = code === 0x20 && letters >= 3 && (letters <= 12 || words === 0) ? words + 1 : 0;
      letters = 0;
    }
  }
  return false;
}

export function mayHoldSecret(text: string): boolean {
  for (const pattern of patterns) if (pattern.test(text)) return true;
  return tool.test(text) || hasSeed(text);
}
