import { describe, expect, test } from 'bun:test';
import { parsePasswdLines } from './passwd-lines.ts';

const parse = (text: string) => parsePasswdLines(Buffer.from(text, 'latin1'));

describe('lines of passwd', () => {
  test('a blank after the shell stays, and so does a carriage return in one line alone', () => {
    const lines = parse('a:x:1:1::/a:/usr/sbin/nologin \nb:x:2:2::/b:/bin/false\r\nc:x:3:3::/c:/bin/false\n');
    expect(lines.map(({ shell }) => String(shell))).toEqual([
      '/usr/sbin/nologin ',
      '/bin/false%0D',
      '/bin/false',
    ]);
  });

  test('a file that Windows wrote has ordinary shells', () => {
    expect(parse('a:x:1:1::/a:/bin/sh\r\nb:x:2:2::/b:/bin/sh\r\n').map(({ shell }) => String(shell))).toEqual(
      ['/bin/sh', '/bin/sh'],
    );
  });

  test('lines of NIS are told as such, others without a uid are none', () => {
    expect(parse('+::0:0:::\n+@ops::::::\nx:x\ny:x:a:1:::\n')).toMatchObject([
      { name: '+', compat: true, uid: 0, password: { state: 'empty' } },
      { name: '+@ops', compat: true, uid: Number.NaN },
    ]);
  });

  test('a hash is not kept', () => {
    const [line] = parse('old:ab01234567890:5:5::/:/bin/sh\n');
    expect(line).toMatchObject({ password: { state: 'set' }, shown: 'old:(hash des):5:5::/:/bin/sh' });
  });

  test('noise and endless lines do no harm', () => {
    expect(parse(`\0\0\n${'a:'.repeat(1 << 20)}\n`)).toEqual([]);
  });
});
