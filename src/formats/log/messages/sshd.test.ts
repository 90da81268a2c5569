import { describe, expect, test } from 'bun:test';
import type { EventDetail } from '../../../model/facts/event.ts';
import { sshd } from './sshd.ts';

const read = (text: string): EventDetail | undefined => sshd({ program: 'sshd', pid: 7, text });
const loginOf = (text: string) => {
  const event = read(text);
  if (event?.what !== 'login') throw new Error(`no login in ${text}`);
  const { outcome, account, known, from, port, method, key } = event;
  return { outcome, account: String(account), known, from: String(from), port, method: String(method), key };
};
const print = 'SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde';

describe('what sshd says of logins', () => {
  test('accepted, by password and by key', () => {
    expect(loginOf('Accepted password for root from 192.0.2.7 port 4711 ssh2')).toEqual({
      outcome: 'accepted',
      account: 'root',
      known: true,
      from: '192.0.2.7',
      port: 4711,
      method: 'password',
      key: undefined,
    });
    expect(loginOf(`Accepted publickey for ada from 2001:db8::7 port 4711 ssh2: RSA ${print}`)).toMatchObject(
      {
        from: '2001:db8::7',
        key: print,
      },
    );
    expect(
      loginOf(
        `Accepted publickey for ada from 192.0.2.7 port 1 ssh2: ED25519-CERT ID ada@corp (serial 3) CA ED25519 ${print}`,
      ),
    ).toMatchObject({ key: print });
    expect(loginOf('Accepted keyboard-interactive/pam for ada from fe80::1%eth0 port 1 ssh2')).toMatchObject({
      method: 'keyboard-interactive/pam',
      from: 'fe80::1%25eth0',
    });
  });

  test('failed, for accounts that are there and for those that are not', () => {
    expect(loginOf('Failed password for root from 192.0.2.7 port 4711 ssh2')).toMatchObject({
      outcome: 'failed',
      known: true,
    });
    expect(loginOf('Failed password for invalid user oracle from 192.0.2.7 port 4711 ssh2')).toMatchObject({
      outcome: 'failed',
      account: 'oracle',
      known: false,
    });
    expect(loginOf('Invalid user webmaster from 192.0.2.7')).toMatchObject({
      known: false,
      account: 'webmaster',
    });
    expect(loginOf('Invalid user  from 192.0.2.7 port 5')).toMatchObject({ known: false, account: '' });
    expect(
      loginOf(
        'error: maximum authentication attempts exceeded for root from 192.0.2.7 port 4711 ssh2 [preauth]',
      ),
    ).toMatchObject({ outcome: 'failed', account: 'root', known: true, method: 'too-many' });
    expect(
      loginOf('Connection closed by authenticating user root 192.0.2.7 port 4711 [preauth]'),
    ).toMatchObject({
      account: 'root',
      known: true,
      method: 'not-finished',
    });
    expect(loginOf('Disconnected from invalid user x 192.0.2.7 port 4711 [preauth]')).toMatchObject({
      known: false,
    });
  });

  test('what decides nothing is no login', () => {
    expect(read('Failed none for root from 192.0.2.7 port 4711 ssh2')).toBeUndefined();
    expect(read('Postponed keyboard-interactive for root from 192.0.2.7 port 4711 ssh2')).toBeUndefined();
    expect(read('Server listening on 0.0.0.0 port 22.')).toBeUndefined();
    expect(read('Connection closed by 192.0.2.7 port 4711 [preauth]')).toBeUndefined();
    expect(read('')).toBeUndefined();
  });

  test('a certificate that is named like an address moves none', () => {
    const id = 'ID x from 198.51.100.9 port 1 ssh2: y (serial 0) CA RSA SHA256:BBBBBBBBBBBBBBBBBBBB';
    const tail = `RSA-CERT ${print} ${id}`;
    expect(loginOf(`Failed publickey for root from 192.0.2.1 port 50000 ssh2: ${tail}`)).toMatchObject({
      account: 'root',
      from: '192.0.2.1',
      port: 50_000,
    });
  });

  test('an account that is a line of a log stays an account', () => {
    const forged = 'Accepted password for root from 203.0.113.9 port 22 ssh2';
    expect(loginOf(`Failed password for invalid user ${forged} from 192.0.2.7 port 4711 ssh2`)).toMatchObject(
      {
        outcome: 'failed',
        known: false,
        account: forged,
        from: '192.0.2.7',
      },
    );
    expect(loginOf(`Invalid user ${forged} from 192.0.2.7 port 4711`)).toMatchObject({
      outcome: 'failed',
      from: '192.0.2.7',
      account: forged,
    });
    expect(loginOf('Failed password for from from 192.0.2.7 port 1 ssh2')).toMatchObject({ account: 'from' });
  });
});
