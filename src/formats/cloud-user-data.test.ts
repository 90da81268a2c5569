import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { type CloudPart, parseCloudUserData } from './cloud-user-data.ts';

const parse = (text: string): readonly CloudPart[] => parseCloudUserData(Buffer.from(text, 'utf8'));
const config = `#cloud-config
users:
  - name: ada
    hashed_passwd: secret
runcmd:
  - echo "a b" > /x
  # between
  - [sh, -c, "curl http://192.0.2.1/x | sh"]
  - - ufw
    - allow
  - |
    one
    two
bootcmd: [ /usr/sbin/y ]
write_files:
- encoding: b64
  content: IyEvYmluL3NoCg==
  path: /usr/local/bin/z
  permissions: '0755'
`;

describe('user data', () => {
  test('of YAML tells commands and files with their lines, and no passwords', () => {
    const found = parse(config);
    expect(found.map((part) => [part.line, part.kind, part.kind === 'command' ? part.command : ''])).toEqual([
      [6, 'command', 'echo "a b" > /x'],
      [8, 'command', "sh -c 'curl http://192.0.2.1/x | sh'"],
      [9, 'command', 'ufw allow'],
      [11, 'command', 'one\ntwo\n'],
      [14, 'command', '/usr/sbin/y'],
      [16, 'file', ''],
    ]);
    expect(found.at(-1)).toMatchObject({
      path: '/usr/local/bin/z',
      content: '#!/bin/sh\n',
      permissions: '0755',
    });
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  test('without lists that run something tells nothing', () => {
    expect(parse('#cloud-config\npackages: [nginx]\ntimezone: UTC\nfinal_message: "runcmd: x"\n')).toEqual(
      [],
    );
  });

  test('is a script, a boothook, or addresses', () => {
    expect(parse('#!/bin/sh\nx\n')).toEqual([
      { kind: 'script', boothook: false, line: 1, text: '#!/bin/sh\nx\n' },
    ]);
    expect(parse('#cloud-boothook\nx\n')).toMatchObject([{ kind: 'script', boothook: true }]);
    expect(parse('#include\nhttp://192.0.2.1/a\n')).toEqual([
      { kind: 'include', line: 2, url: 'http://192.0.2.1/a' },
    ]);
  });

  test('of MIME has its parts, encoded or packed', () => {
    const packed = gzipSync('#cloud-config\nruncmd:\n- x\n').toString('base64');
    const found = parse(
      `Content-Type: multipart/mixed; boundary="B"\nMIME-Version: 1.0\n\n--B\nContent-Type: text/x-shellscript\n\n#!/bin/sh\ny\n--B\nContent-Type: text/cloud-config\nContent-Transfer-Encoding: base64\n\n${packed}\n--B--\n`,
    );
    expect(found.map(({ kind, line }) => [kind, line])).toEqual([
      ['script', 7],
      ['command', 13],
    ]);
  });

  test('that is packed, or JSON, is read all the same', () => {
    expect(parseCloudUserData(gzipSync('#!/bin/sh\n'))).toMatchObject([{ kind: 'script' }]);
    expect(parse('#cloud-config\n{"runcmd": ["x", ["y", "z"]]}\n').map((part) => part.kind)).toEqual([
      'command',
      'command',
    ]);
  });

  test('that does not parse is told as it stands', () => {
    expect(parse('#cloud-config\nruncmd:\n  - echo: "x\n  - *nobody\n')).toMatchObject([
      { command: 'echo: "x' },
      { command: '*nobody' },
    ]);
  });

  test('that is hostile costs little', () => {
    expect(parseCloudUserData(Uint8Array.from([0x1f, 0x8b, 1, 2, 3]))).toEqual([]);
    expect(parseCloudUserData(gzipSync(Buffer.alloc(8 << 20)))).toEqual([]);
    expect(parse(`#cloud-config\nruncmd: ${'['.repeat(100_000)}`)).toHaveLength(1);
    expect(parse(`#cloud-config\nruncmd:\n${'- x\n'.repeat(5_000)}`)).toHaveLength(1_000);
    expect(
      parse(
        `Content-Type: multipart/mixed; boundary=B\n\n${'--B\nContent-Type: multipart/mixed; boundary=B\n\n'.repeat(500)}`,
      ),
    ).toEqual([]);
    expect(parse('#cloud-config\nwrite_files:\n- path: [x]\n- {}\n- \0\xff\n')).toEqual([]);
  });
});
