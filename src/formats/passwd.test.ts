import { describe, expect, test } from 'bun:test';
import { parsePasswd } from './passwd.ts';

const parse = (text: string): ReturnType<typeof parsePasswd> => parsePasswd(Buffer.from(text, 'latin1'));

describe('passwd', () => {
  test('accounts have name, ids, home, shell and line', () => {
    expect(
      parse('root:x:0:0:root:/root:/bin/bash\n\nredis:x:107:114::/var/lib/redis:/usr/sbin/nologin\n'),
    ).toEqual([
      expect.objectContaining({ uid: 0, gid: 0, line: 1 }),
      expect.objectContaining({ uid: 107, gid: 114, line: 3 }),
    ]);
    expect(String(parse('redis:x:107:114::/var/lib/redis:/bin/sh')[0]?.home)).toBe('/var/lib/redis');
  });

  test('a second name for uid 0 is kept as an account of its own', () => {
    expect(
      parse('root:x:0:0::/root:/bin/sh\nmysqI:x:0:0::/:/bin/sh\n').map((account) => account.uid),
    ).toEqual([0, 0]);
  });

  test('compat lines, comments, odd numbers and odd bytes do no harm', () => {
    const accounts = parse(
      '+::::::\n# x\nx:x:-1:0:::\nx:x:99999999999:0:::\nx:x:abc:0:::\n:x:1:1:::\n\xff\x1b:x:5:5:::\n',
    );
    expect(accounts.map((account) => String(account.name))).toEqual(['%FF%1B']);
  });
});
