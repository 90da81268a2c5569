import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskPrintable, maskSecrets } from './mask.ts';
import { mayHoldSecret } from './may-hold-secret.ts';
import { printableText } from './text.ts';

const secret = 'hunter2Correct';

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
