import { describe, expect, test } from 'bun:test';
import { readLog } from '../read-log.fixture.ts';
import { syslog } from '../syslog.ts';

const told = (message: string) =>
  readLog(syslog, `2024-01-02T03:04:05Z router dropbear[7]: ${message}\n`).events[0];
const from = { service: 'sshd', from: '192.0.2.7', port: 51_000, pid: 7 };

describe('dropbear', () => {
  test('who was let in, by a password and by a key', () => {
    const root = { what: 'login', outcome: 'accepted', account: 'root', ...from };
    expect(told("Password auth succeeded for 'root' from 192.0.2.7:51000")).toMatchObject({
      ...root,
      method: 'password',
    });
    const key = 'SHA256:abcdefghijklmnopqrstuvwxyz0123456789abcdefg';
    expect(
      told(`Pubkey auth succeeded for 'root' with ssh-ed25519 key ${key} from 192.0.2.7:51000`),
    ).toMatchObject({
      ...root,
      method: 'publickey',
      key,
    });
    expect(told("Password auth succeeded for 'root' from 2001:db8::7:51000")).toMatchObject({
      from: '2001:db8::7',
    });
  });

  test('who was not', () => {
    expect(told("Bad password attempt for 'root' from 192.0.2.7:51000")).toMatchObject({
      outcome: 'failed',
      known: true,
      account: 'root',
      ...from,
    });
    expect(told('Login attempt for nonexistent user from 192.0.2.7:51000')).toMatchObject({
      outcome: 'failed',
      known: false,
      ...from,
    });
  });

  test("a name that is a client's says nothing of its own", () => {
    const name = "x' from 198.51.100.9:1 Password auth succeeded for 'root";
    expect(told(`Bad password attempt for '${name}' from 192.0.2.7:51000`)).toMatchObject({
      outcome: 'failed',
      account: name,
      ...from,
    });
    for (const text of [
      "Password auth succeeded for 'root' from 192.0.2.7",
      'Child connection from 192.0.2.7:51000',
      `Bad password attempt for '${"' from ".repeat(20_000)}`,
    ])
      expect(told(text)?.what).toBe('message');
  });
});
