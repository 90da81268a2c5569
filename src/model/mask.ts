/**
 * Masks secrets in text of a target: passwords, tokens, keys, cookies, credentials in URLs.
 *
 * Why: command lines, environments and memory of an infected host hold its owner's secrets, and a report travels
 * further than the host. Every output that shows such text goes through here.
 * What is kept: wallet addresses, pool names, user names, the pool password `x`, which are evidence.
 * What it is NOT: a proof that nothing secret is left; a secret without a name or shape cannot be known as one.
 * Cost: each pass looks at each character a bounded number of times; no pattern repeats a repetition.
 */
import { isGluedPassword } from './glued-password.ts';
import { maskToolOptions, tool } from './password-options.ts';
import { maskShapes } from './secret-shapes.ts';
import { bytesOf, type Printable, printableBytes } from './text.ts';

export const masked = '***';

/** Words that make a name a secret's name, as parts of the name: `db_password`, `apiKey`, `X-Auth-Token`. */
const secretWords: ReadonlySet<string> = new Set([
  ...[
    'password',
    'passwd',
    'passwort',
    'passphrase',
    'pass',
    'pwd',
    'pw',
    'secret',
    'secrets',
    'token',
    'tokens',
  ],
  ...['apikey', 'accesskey', 'secretkey', 'privatekey', 'key', 'auth', 'authorization', 'credential'],
  ...['credentials', 'cookie', 'session', 'sessionid', 'mnemonic', 'seedphrase', 'signature', 'userpass'],
  ...['mysqlpwd', 'pgpassword', 'sshpass', 'authtoken', 'accesstoken', 'bearer', 'jwt', 'psk', 'epsw'],
  ...['authkey', 'rpcpassword', 'requirepass', 'masterauth', 'storepass', 'keypass', 'seed', 'spendkey'],
  ...['viewkey', 'wachtwoord', 'motdepasse', 'senha', 'contrasena', 'parola', 'haslo'],
]);
/** The words that hold none of the others: a name without any of these is none of a secret, and most are not. */
const secretPart = new RegExp(
  [...secretWords]
    .filter((word) => ![...secretWords].some((other) => other !== word && word.includes(other)))
    .join('|'),
  'i',
);
const nextSecretPart = new RegExp(secretPart.source, 'gi');
/** Names that hold such a word and no secret. */
const openNames: ReadonlySet<string> = new Set([
  'key_id',
  'session_id_length',
  'job_key',
  'public_key',
  'pubkey',
]);

/** Values that hide nothing: a pool's empty password, booleans, nothing. */
const openValues: ReadonlySet<string> = new Set([
  ...['x', 'X', 'true', 'false', 'null', 'none', 'yes', 'no', 'on', 'off', '0', '1', masked],
]);

export const opensValue = (value: string): boolean => openValues.has(value);

/** Words of a name: at punctuation and at a capital after a small letter. */
function wordsOf(name: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let small = false;
  for (const character of name) {
    const upper = character >= 'A' && character <= 'Z';
    const lower = character >= 'a' && character <= 'z';
    const digit = character >= '0' && character <= '9';
    if (!upper && !lower && !digit) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (upper && small) {
        words.push(word);
        word = '';
      }
      word += character.toLowerCase();
    }
    small = lower;
  }
  if (word !== '') words.push(word);
  return words;
}

/** True when a variable, option or JSON key of this name holds a secret. */
export function namesSecret(name: string): boolean {
  if (!secretPart.test(name) || openNames.has(name.toLowerCase())) return false;
  const words = wordsOf(name);
  // `seed_hash`, `key_size`, `token_count` describe; the secret is what the last words name.
  const last = words.at(-1) ?? '';
  if (
    [
      'hash',
      'size',
      'count',
      'length',
      'len',
      'type',
      'file',
      'path',
      'dir',
      'url',
      'max',
      'id',
      'name',
    ].includes(last)
  ) {
    return words.some((word) => word === 'cookie' || word === 'session') && last === 'id';
  }
  return words.some((word) => secretWords.has(word) || secretWords.has(word.replace(/\d{1,4}$/, '')));
}

/** From `-----BEGIN … PRIVATE KEY` to its end line, or to the end of the text. */
function maskPrivateKeys(text: string): string {
  const out: string[] = [];
  for (let at = 0; ; ) {
    const begin = text.indexOf('-----BEGIN ', at);
    if (begin < 0) return out.join('') + text.slice(at);
    const title = text.slice(begin, begin + 80);
    if (!title.includes('PRIVATE KEY')) {
      out.push(text.slice(at, begin + 11));
      at = begin + 11;
      continue;
    }
    const end = text.indexOf('-----END ', begin);
    out.push(text.slice(at, begin), '-----BEGIN PRIVATE KEY----- ', masked);
    if (end < 0) return out.join('');
    const close = text.indexOf('-----', end + 9);
    at = close < 0 ? text.length : close + 5;
  }
}

/** A value in which a wallet stands keeps what names the wallet: `COIN:address`, `address.worker`. */
function looksLikeWallet(value: string): boolean {
  return /(?:^|:)(?:0x[0-9a-fA-F]{40}|[1-9A-HJ-NP-Za-km-z]{26,110}|[a-z]{1,5}1[02-9ac-hj-np-z]{38,400})/.test(
    value,
  );
}

/** `://user:secret@`. */
export function maskUrls(text: string): string {
  return text.replace(
    /:\/\/([^ \t\r\n/?#@"'<>:]{0,300}):([^ \t\r\n/?#"'<>]{1,300})@/g,
    (all, user: string, secret: string) => (openValues.has(secret) ? all : `://${user}:${masked}@`),
  );
}

/** `Authorization: Basic …`, `Bearer …`, `Cookie: …` up to the end of the line or quote. */
function maskHeaders(text: string): string {
  return text
    .replace(
      /\b(Bearer|Basic|Digest|Negotiate|token)\s{1,4}([A-Za-z0-9._~+/=-]{8,4096})/g,
      (all, scheme: string, value: string) => (/[0-9A-Z=._~+/-]/.test(value) ? `${scheme} ${masked}` : all),
    )
    .replace(/\b(cookie|set-cookie)(\s{0,4}:\s{0,4})([^\r\n"']{1,4096})/gi, `$1$2${masked}`);
}

/** `--name`; and `-name` of tools that have no short options, where a key or a cookie is mostly a file. */
const longOption = /--[A-Za-z][A-Za-z0-9_.-]*$|^(?:.?[\s"'])?-(?!key|cookie|auth)[A-Za-z][A-Za-z0-9_.-]+$/;

/** The shell's working folder, which sudo writes into its log: where somebody stood is evidence. */
const isFolder = (name: string, value: string): boolean =>
  /^(?:OLD)?PWD$/.test(name) && value.startsWith('/');

/** `auth.pool.example:3333`: the port of a host is no value. */
const isPortOf = (name: string, between: string, value: string): boolean =>
  between === ':' && name.includes('.') && /^\d{1,5}(?:$|[/?#)])/.test(value);

const isOfName = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x2d && code <= 0x2e) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x5f;

/** Where the next name that may be one of a secret begins, from `from` on; -1 where there is none. */
function nextName(text: string, from: number): number {
  nextSecretPart.lastIndex = from;
  const found = nextSecretPart.exec(text);
  if (found === null) return -1;
  let at = found.index;
  while (at > from && isOfName(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** `name=value`, `"name": "value"`, `--name value`, `name value` for names of secrets. */
function maskNamed(text: string): string {
  // No name begins within an escape: `%0Apassword`.
  const pattern =
    /(?!(?<=%)[0-9A-F]{2})(?!(?<=%[0-9A-F])[0-9A-F])([A-Za-z][A-Za-z0-9_.-]{0,80})((?:\\?["'])?(?:\s{0,4}[:=]\s{0,4}|\\x3d|%3[Dd]|\s{1,4}))(?:\\["']([^"'\r\n]{0,4096})|"((?:[^"\\\r\n]|\\.){0,4096})|'([^'\r\n]{0,4096})|([^ \t\r\n"',;&}\])]{1,4096}))/g;
  let out = '';
  let done = 0;
  for (;;) {
    // Nearly all names are passed over: what stands between two that may be a secret's is none.
    const next = nextName(text, pattern.lastIndex);
    if (next < 0) break;
    pattern.lastIndex = next;
    const match = pattern.exec(text);
    if (match === null) break;
    const [, name = '', between = '', escaped, double, single, bare] = match;
    // The value may itself begin a pair: `sh -c password=…`, `env TOKEN=…`.
    pattern.lastIndex = match.index + name.length + (between.length > 0 ? 1 : 0);
    if (!namesSecret(name)) continue;
    // In a path the value ends where the name of the folder does: what lies below it is evidence.
    const inPath = bare !== undefined && text[match.index - 1] === '/' ? bare.split('/', 1)[0] : bare;
    const value = escaped ?? double ?? single ?? inPath ?? '';
    const opening = escaped !== undefined ? 2 : bare === undefined ? 1 : 0;
    const valueAt = match.index + name.length + between.length + opening;
    const assigned = /[:=]|\\x3d|%3d/i.test(between);
    const option = longOption.test(text.slice(Math.max(0, match.index - 2), match.index + name.length));
    // `aws_secret_access_key VALUE`, `add-authtoken VALUE`: a compound name is no word of a sentence.
    const least = /[_-]/.test(name) ? 8 : 16;
    const long = value.length >= least && /^[A-Za-z0-9+/_=.-]+$/.test(value) && /\d/.test(value);
    if (
      !openValues.has(value) &&
      value !== '' &&
      !isPortOf(name, between, value) &&
      !isFolder(name, value) &&
      (assigned || (option && !value.startsWith('-')) || long) &&
      !value.startsWith('//')
    ) {
      const kept = value.endsWith('\\') ? value.slice(0, -1) : value;
      out += text.slice(done, valueAt) + masked;
      done = valueAt + kept.length;
      pattern.lastIndex = done;
    }
  }
  return out + text.slice(done);
}

/** Tools that take a password right behind `-p`; archivers too. */
const joinedPassword =
  /mysql|mariadb|sshpass|mariabackup|xtrabackup|\b(?:mongo(?:sh|dump|restore|export|import|stat|top|files)?|mycli|mytop|innotop|mydumper|myloader|7z[ar]?|(?:un)?rar)\b/;
/** `8080:80`, which no client takes there: a mapping of ports, of a program that starts one. */
const portMapping = /^(?:[\d.]{7,15}:)?\d{1,5}:\d{1,5}(?:\/(?:tcp|udp|sctp))?$/;
const joinedUser = /^-u[^\s:/]{1,300}:(?!\/\/)/;

/** What stands in a text that has one of these options at all. */
const passwordOption = /-h?p/;
const userOption = /-(?:[uUO]|-rpc-login)/;

/** `-p secret`, `-psecret` of tools that take a password so, and `-u name:secret`. */
function maskShortOptions(text: string): string {
  const out = maskPasswordOptions(text);
  if (!userOption.test(out)) return out;
  return out
    .replace(
      /(\b(?:curl|lftp)\s(?:[^|;\r\n]{0,1000}\s)?-u ?[^\s:,"']{1,300}[:,])[^\s"']{1,300}/g,
      `$1${masked}`,
    )
    .replace(
      /(^|\s)(-u|--user|-O|--userpass|--proxy-user|--rpc-login|-U)(=|\s{1,4})([^ \t\r\n:"']{1,300}):([^ \t\r\n"']{1,300})/g,
      (all, before: string, option: string, between: string, user: string, secret: string) =>
        openValues.has(secret) || looksLikeWallet(`:${secret}`) || secret.startsWith('//')
          ? all
          : `${before}${option}${between}${user}:${masked}`,
    );
}

function maskPasswordOptions(text: string): string {
  if (!passwordOption.test(text)) return text;
  const client = joinedPassword.exec(text)?.index ?? -1;
  return text
    .replace(
      /(^|\s)-p(=|\s{1,4})(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^ \t\r\n"']{1,1000}))/g,
      (all, before: string, between: string, a?: string, b?: string, c?: string) => {
        const value = a ?? b ?? c ?? '';
        return openValues.has(value) || harmlessOperand(value, client >= 0)
          ? all
          : `${before}-p${between}${masked}`;
      },
    )
    .replace(
      /(^|\s)(-h?p)([^ \t\r\n=-][^ \t\r\n]{0,1000})/g,
      (all, before: string, option: string, value: string, at: number) =>
        isJoined(option, value, client >= 0 && at >= client) ? `${before}${option}${masked}` : all,
    );
}

/** Whether the rest of a word that begins with `-p` is a password. @param client a client that takes one stands before */
const isJoined = (option: string, value: string, client: boolean): boolean =>
  !openValues.has(value) &&
  !value.startsWith(masked) &&
  (client ? !portMapping.test(value) : option === '-p' && isGluedPassword(value));

/** What `-p` takes where it is no password: a path, a port or a port mapping, a pool's `c=XMR,d=…` settings. */
function harmlessOperand(value: string, client: boolean): boolean {
  if (client) return false;
  return (
    /^[./~]/.test(value) ||
    /^\d{1,5}(?::\d{1,5}){0,2}$/.test(value) ||
    /^[cdm]=[A-Za-z0-9_,=.-]{1,40}$/.test(value) ||
    value.startsWith('-')
  );
}

/** Options of one letter beside the name of their tool, in a line of commands. */
function maskTools(text: string): string {
  if (!tool.test(text)) return text;
  // The blanks stay what they are.
  const parts = text.split(/([ \t\r\n]+)/);
  const words = maskToolOptions(parts.filter((_, index) => index % 2 === 0));
  return parts.map((part, index) => (index % 2 === 0 ? words[index / 2] : part)).join('');
}

/** The text without its secrets. */
export function maskSecrets(text: string): string {
  let out = maskShapes(maskPrivateKeys(text));
  out = maskUrls(out);
  out = maskHeaders(out);
  out = maskNamed(out);
  return maskTools(maskShortOptions(out));
}

/** Printable text of bytes, without their secrets. */
export function maskedBytes(bytes: Uint8Array): Printable {
  // Latin-1 keeps every byte through the masking, so what is not ASCII comes out as it went in.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return printableBytes(Buffer.from(maskSecrets(text), 'latin1'));
}

const latin1 = (text: Printable): string => Buffer.from(bytesOf(text)).toString('latin1');
const notAscii = /[^\x00-\x7f]/;
const digit = (code: number): number =>
  code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x41 && code <= 0x46 ? code - 0x37 : Number.NaN;

/** The bytes that a printable form stands for, one character each; of ASCII without a way over bytes. */
function plainOf(text: Printable): string {
  let at = text.indexOf('%');
  if (notAscii.test(text)) return latin1(text);
  if (at < 0) return text;
  let out = '';
  let from = 0;
  for (; at >= 0; at = text.indexOf('%', from)) {
    const code = digit(text.charCodeAt(at + 1)) * 16 + digit(text.charCodeAt(at + 2));
    if (Number.isNaN(code)) return latin1(text);
    out += text.slice(from, at) + String.fromCharCode(code);
    from = at + 3;
  }
  return out + text.slice(from);
}

/** The same text where it holds no secret. */
export function maskPrintable(text: Printable): Printable {
  const plain = plainOf(text);
  const safe = maskSecrets(plain);
  return safe === plain ? text : printableBytes(Buffer.from(safe, 'latin1'));
}

/** Options whose next argument is a secret whatever it holds. */
const passwordOptions: ReadonlySet<string> = new Set(['-p', '-epsw', '--epsw']);

/** The name of a secret that an argument sets: `--password=…`, `DB_PASSWORD=…`, `X-Api-Key: …`. */
function assignedName(argument: string, before: string | undefined): string | undefined {
  // After -c stand the commands of a shell, which do more than to set a variable.
  if (before === '-c') return undefined;
  const [, dashes = '', name = '', sign = '', value = ''] =
    /^(-{0,2})([A-Za-z][A-Za-z0-9_.-]{0,80})(=|: ?)(.*)$/s.exec(argument) ?? [];
  if (name === '' || !namesSecret(name) || openValues.has(value)) return undefined;
  if (isPortOf(name, sign, value)) return undefined;
  return `${dashes}${name}${sign}`;
}

/** Whether an option says that the next argument is a secret. */
function asksForSecret(option: string, argument: string, client: boolean): boolean {
  if (!option.startsWith('-') || option.includes('=') || argument.startsWith('-')) return false;
  if (passwordOptions.has(option)) return !harmlessOperand(argument, client);
  return (
    longOption.test(option) && namesSecret(option) && (option.startsWith('--') || !argument.startsWith('/'))
  );
}

/** `X-Api-Key: VALUE` and `add-authtoken VALUE` in two arguments; passwd(1) takes the name of a user. */
const tellsSecret = (before: string, argument: string): boolean =>
  !before.startsWith('-') &&
  before !== 'passwd' &&
  namesSecret(before) &&
  (before.endsWith(':')
    ? !openValues.has(argument)
    : /^[A-Za-z0-9+/_=.-]{8,}$/.test(argument) && /\d/.test(argument));

function maskArgument(argument: string, before: string | undefined, client: boolean): string {
  if (before !== undefined && asksForSecret(before, argument, client) && !openValues.has(argument))
    return masked;
  const name = assignedName(argument, before);
  if (name !== undefined) return `${name}${masked}`;
  const [, option = '', value = ''] = /^(-h?p)([^\s=-].*)$/s.exec(argument) ?? [];
  const glued = option !== '' && isJoined(option, value, client) ? option : undefined;
  const joined = glued ?? joinedUser.exec(argument)?.[0];
  // `-uXMR:wallet` of a miner is evidence.
  if (joined !== undefined && !looksLikeWallet(argument)) return `${joined}${masked}`;
  if (before !== undefined && tellsSecret(before, argument)) return masked;
  if (before?.startsWith('-') && !before.includes('=') && !argument.startsWith('-')) {
    const both = maskSecrets(`${before} ${argument}`);
    // Where the option itself was masked it says nothing of what follows.
    return both.startsWith(`${before} `) ? both.slice(before.length + 1) : maskSecrets(argument);
  }
  return maskSecrets(argument);
}

/** Arguments without their secrets; an argument with blanks in it stays one argument. */
export function maskArguments(argv: readonly Printable[]): readonly Printable[] {
  const words = maskToolOptions(argv.map(latin1));
  const client = words.findIndex((word) => joinedPassword.test(word));
  return words.map((word, index) => {
    const isClients = client >= 0 && index > client;
    return printableBytes(Buffer.from(maskArgument(word, words[index - 1], isClients), 'latin1'));
  });
}
