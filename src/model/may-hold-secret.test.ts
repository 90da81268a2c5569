import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskPrintable, maskSecrets } from './mask.ts';
import { mayHoldSecret } from './may-hold-secret.ts';
import { printableText } from './text.ts';

const secret = 'hunter2Correct';

/** Parts of the words that name secrets. */
const word =
  'pass|pw|psw|secret|token|key|auth|credential|cookie|session|mnemonic|seed|signature|sig|jwt|bearer|psk|basic|digest|negotiate|wachtwoord|motdepasse|senha|contrasena|parola|haslo|login';

/** The same question, one form after the other. */
const forms: readonly RegExp[] = [
  /%(?:0[9A-D]|A0)/i,
  /:\/\/[^ \t\r\n/?#@"'<>:]{0,900}:[^ \t\r\n/?#"'<>]{1,900}@/,
  /-----BEGIN |\/p:|[^\x00-\x7f]|:AA/,
  /(?:^|[\s"'])-h?p/,
  /-(?:[uUO]|-user|-userpass|-proxy-user|-rpc-login)[=\s]{0,4}[^\s:,]{1,300}[:,]/,
  new RegExp(`-[A-Za-z0-9_.-]{0,80}(?:${word})`, 'i'),
  new RegExp(
    `(?:${word})[A-Za-z0-9_.-]{0,80}\\\\?["']?(?:[ \\t]{0,4}[:=]|%(?:25)?3[aAdD]|[ \\t]{1,4}\\\\?["']?(?:[A-Za-z0-9._~+/=-]{8}|\\$\\d))`,
    'i',
  ),
  /\b(?:AKIA|ASIA|AROA|AIDA|gh[pousr]_|github_pat_|glpat-|dckr_|xox[abeprs]-|xapp-|[spr]k[-_]|AIza|ya29\.|npm_|pypi-|glsa_|SG\.|hv[sbr]\.|tskey-|AGE-SECRET|LTAI|AKID|[tuvwxyz]prv|eyJ)/,
  /requirepass|masterauth|chpasswd|sudo\s{1,4}-S|sqlplus|\bAUTH\s|slack\.com/,
  /\blogin[ \t]{1,4}\S{1,200}[ \t]{1,4}password[ \t]/,
  /-cli|ldap|zip|mosquitto|ipmitool|sqlcmd|bcp|openssl|smb|rpcclient|snmp|ss-|sslocal|ssserver/,
];

/** What texts are made of here: signs, what stands around them, and lengths at which a form ends. */
const pieces = [
  ...[
    'pass',
    'word',
    'PW',
    '-',
    '--',
    '=',
    ' ',
    ':',
    '"',
    "'",
    '\\',
    '%3D',
    '%253a',
    '%0A',
    '%1D',
    '@',
    '://',
    '/p:',
  ],
  ...[
    '-p',
    '-hp',
    '-u',
    '-U',
    '-O',
    'user',
    '-proxy-user',
    '-----BEGIN ',
    'key',
    'auth',
    'AUTH',
    'login',
    'session',
  ],
  ...[
    'password',
    'sudo',
    '-S',
    'sqlplus',
    'slack.com',
    'ghp_',
    'eyJ',
    'sk-',
    'SG.',
    'xprv',
    'zip',
    '-cli',
    'ss-',
  ],
  ...[
    'abcdefgh',
    '12345678',
    '$1',
    '.',
    '_',
    'x'.repeat(79),
    'x'.repeat(80),
    'x'.repeat(81),
    'é',
    '\t',
    ':AA',
    ',',
  ],
  ...['tok', 'en', 'seed', 'sig', 'nature', 'A', 'B'],
];

/** The texts of the tests of the mask itself, as they stand there, with the secret put in. */
function maskedTexts(): readonly string[] {
  const source = readFileSync(join(import.meta.dir, 'mask.test.ts'), 'utf8');
  const literals = [...source.matchAll(/`((?:[^`\\]|\\.)*)`|'((?:[^'\\\n]|\\.)*)'/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return literals.map((text) =>
    text
      .replaceAll(/\$\{secret\}/g, secret)
      .replaceAll(/\$\{[^}]*\}/g, 'x1')
      .replaceAll('\\\\', '\\'),
  );
}

describe('the cheap question before the mask', () => {
  test('is never no where the mask finds a secret', () => {
    const texts = maskedTexts();
    const changed = texts.filter((text) => maskSecrets(text) !== text);
    expect(changed.length).toBeGreaterThan(60);
    expect(changed.filter((text) => !mayHoldSecret(text))).toEqual([]);
    // Events carry printable text: what was a tab is an escape there.
    const tabbed = texts.map((text) => printableText(text.replaceAll(' ', '\t')));
    const masked = tabbed.filter((text) => maskPrintable(text) !== text);
    expect(masked.length).toBeGreaterThan(60);
    expect(masked.filter((text) => !mayHoldSecret(text))).toEqual([]);
  });

  test('has the answer of all forms, of texts in which signs stand in any order', () => {
    let state = 0x5eed;
    const below = (count: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % count;
    };
    const answers = { true: 0, false: 0 };
    for (let index = 0; index < 20_000; index += 1) {
      const text = Array.from({ length: 1 + below(6) }, () => pieces[below(pieces.length)]).join('');
      const expected = forms.some((form) => form.test(text));
      answers[`${expected}`] += 1;
      expect([text, mayHoldSecret(text)]).toEqual([text, expected]);
    }
    expect(Math.min(answers.true, answers.false)).toBeGreaterThan(2_000);
  });

  test.each([
    'login bob password x1',
    'foo -pw short1',
    'tool -passphrase abc',
    "mysql '-pabc' shop",
    'curl -s -uadmin:abc http',
    'lftp -u bob,abc host',
    'docker login -u bob -p abc',
    'xmrig -O user:abc',
    'x --user=bob:abc',
    'AUTH 1234a',
    'echo abc | sudo -S id',
  ])('is yes of %p', (text) => {
    expect(mayHoldSecret(text) || maskSecrets(text) === text).toBe(true);
  });

  const seed = 'alpha bravo candy delta eagle fancy giant happy igloo jolly kiosk lemon';
  test.each([
    seed,
    `Xalpha ${seed}`,
    `thisisalongerwordthantwelve ${seed}`,
    `[${seed}]`,
    `${seed.slice(0, -2)}-`,
    'GET / HTTP/1.1" 200 1 "https://bob:abc@192.0.2.1/"',
  ])('is yes of a seed and of a name in an address: %p', (text) => {
    expect(maskSecrets(text)).not.toBe(text);
    expect(mayHoldSecret(text)).toBe(true);
  });

  test('is yes of a password whose bytes are three characters each', () => {
    const text = printableText(`https://user:${'\0'.repeat(200)}@192.0.2.1/`);
    expect(maskPrintable(text)).not.toBe(text);
    expect(mayHoldSecret(text)).toBe(true);
  });

  test.each([
    '192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "GET / HTTP/1.1" 200 1 "https://www.example.com/a:b?c@d" "curl/8.5.0"',
    'Jan  2 03:04:05 web-1 sshd[12]: Failed password for invalid user x from 192.0.2.7 port 1 ssh2',
    'Jan  2 03:04:05 web-1 sshd[1]: pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)',
    'Jan  2 03:04:05 web-1 CRON[1]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)',
    'Jan  2 03:04:05 web-1 systemd[1]: Started Session 12 of user root.',
  ])('is no of what logs are full of: %p', (text) => {
    expect(mayHoldSecret(text)).toBe(false);
    expect(maskSecrets(text)).toBe(text);
  });

  test('ends soon for hostile text', () => {
    for (const piece of ['pass', 'key ', '-u a', 'login a ', 'abc ', '0123456789', 'a:', '--']) {
      expect(typeof mayHoldSecret(piece.repeat(4096 / piece.length))).toBe('boolean');
    }
  });
});
