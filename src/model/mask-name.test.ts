import { describe, expect, test } from 'bun:test';
import { maskName } from './mask-name.ts';
import { printableText } from './text.ts';

const token = `ghp_${'a1B2'.repeat(9)}`;

describe('names with a secret keep all but the secret', () => {
  test.each([
    [`/home/u/token=${token}/x`, '/home/u/token=***/x'],
    [`/home/u/${token}/x`, '/home/u/***/x'],
    ['/a/password=hunter2/b/kworkerds', '/a/password=***/b/kworkerds'],
    ['/srv/api?token=abc12345&user=me', '/srv/api?token=***&user=me'],
    ['/a?next=/b/c&token=abcd/efg', '/a?next=/b/c&token=***'],
    ['/x/DB_PASSWORD="two words"', '/x/DB_PASSWORD=***'],
    ['/x/run%20token%253Dhunter2', '/x/run%20token%253D***'],
    [`backup@${token}.service`, 'backup@***.service'],
    ['run-token\\x3dhunter2.timer', 'run-token\\x3d***.timer'],
    ['@app/session_token=hunter2', '@app/session_token=***'],
    ['pw=hunter2', 'pw=***'],
    ['stratum+tcp://worker:hunter2@pool.example:3333', 'stratum+tcp://worker:***@pool.example:3333'],
  ])('%s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
    expect(maskName(masked)).toBe(masked);
  });
});

test.each([
  '/usr/bin/ssh-keygen',
  '/etc/pam.d/password-auth',
  '/run/user/1000/keyring/control',
  '/home/u/.password-store/mail.gpg',
  '/var/lib/private/secrets/token',
  '/data/year=2024/key=5/session=on/part-0.parquet',
  '/sys/fs/cgroup/system.slice/pk-offline-update-of-the-host.service',
  'registry.example/team/token:latest',
  'auth.pool.example:3333',
  '48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD',
  'sshd: me@pts/0',
  'user@1000.service',
  'mnt:[4026531841]',
  'key=***',
  '/tmp/this file has a name of many words and none of them hides a wallet',
  '/proc/1/net/tcp',
])('%s stays as it is', (name) => {
  expect(maskName(name)).toBe(name);
});

test('what is printable stays printable, escape for escape', () => {
  const name = printableText('/srv/\u202epassword=hunter2/\u001b[2J%');
  expect(String(maskName(name))).toBe('/srv/%E2%80%AEpassword=***/%1B[2J%25');
});

test('hostile names of 200,000 characters end', () => {
  for (const piece of ['a=', 'token=', '/', '://a:', 'ghp_', '%253D', '\\x3d', '?token=', 'token="', 'eyJ']) {
    expect(maskName(piece.repeat(200_000 / piece.length)).length).toBeGreaterThan(0);
  }
});
