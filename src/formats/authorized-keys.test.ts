import { describe, expect, test } from 'bun:test';
import { publicKey } from './authorized-keys.fixture.ts';
import { optionOf, parseAuthorizedKeys } from './authorized-keys.ts';
import { parsePublicKey } from './ssh-public-key.ts';

const parse = (text: string) => parseAuthorizedKeys(Buffer.from(text, 'latin1'));

describe('authorized_keys', () => {
  test('a key is named as ssh-keygen names it', () => {
    // `ssh-keygen -lf` of this line, by OpenSSH 9.2.
    const line =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB ada@example';
    expect(parsePublicKey(line)).toEqual({
      type: 'ssh-ed25519',
      fingerprint: 'SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA',
      comment: 'ada@example',
    });
    expect(publicKey(1, 'ada@example')).toBe(line);
  });

  test('comments and empty lines are none; options have values with quotes in them', () => {
    const { keys, noise } = parse(
      `# c\n\n${publicKey(1, 'a b')}\nno-pty,command="echo \\"hi, you\\";exit 1",from="192.0.2.0/24" ${publicKey(2)}\r\n`,
    );
    expect(noise).toBe(false);
    expect(keys.map(({ line, key, refused }) => [line, key.comment, refused])).toEqual([
      [3, 'a b', false],
      [4, '', false],
    ]);
    const [, second] = keys;
    expect(second === undefined ? '' : optionOf(second, 'command')).toBe('echo "hi, you";exit 1');
    expect(second?.options.map(({ name }) => name)).toEqual(['no-pty', 'command', 'from']);
  });

  test('a key within the bytes of a database is found, and the bytes are told', () => {
    const { keys, noise } = parse(
      `REDIS0009\xfa\tredis-ver\x055.0.7\n\n\n${publicKey(3, 'root@u')}\n\n\n\xff\0\x12`,
    );
    expect(noise).toBe(true);
    expect(keys).toMatchObject([{ line: 4, refused: false, key: { comment: 'root@u' } }]);
  });

  test('a key behind noise in its line is refused by sshd, and told', () => {
    expect(parse(`\x01crackit\xc3\x41${publicKey(4)}\n`).keys).toMatchObject([{ refused: true }]);
    expect(parse(`unknown-option ${publicKey(4)}\n`).keys).toMatchObject([{ refused: true }]);
  });

  test('a key far below or far to the right is concealed', () => {
    const far = `${publicKey(1)}${'\n'.repeat(60)}${publicKey(2)}\n${' '.repeat(300)}${publicKey(3)}\n`;
    expect(parse(far).keys.map(({ concealed }) => concealed)).toEqual([false, true, true]);
  });

  test('a comment in Chinese is no noise', () => {
    const bytes = Buffer.from(`${publicKey(1, '运维@堡垒机')}\n`, 'utf8');
    expect(parseAuthorizedKeys(bytes)).toMatchObject({ noise: false, keys: [{ refused: false }] });
  });

  test('what is no key is none: a private key, a wrong type, endless quotes', () => {
    expect(
      parse(
        `-----BEGIN OPENSSH PRIVATE KEY-----\nssh-rsa ${publicKey(1).split(' ')[1]}\ncommand="${'x'.repeat(1 << 20)}\nssh-ed25519 !!\n`,
      ).keys,
    ).toEqual([]);
  });
});
