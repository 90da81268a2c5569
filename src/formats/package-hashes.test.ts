import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { apkSums, dpkgState, dpkgSums, pacmanSums } from './package-hashes.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const md5 = '7a4179e324c784b99e98fedee05260f7';

describe('dpkg', () => {
  test('sums have their path with its first slash, also one with blanks and odd bytes', () => {
    const list = `${md5}  bin/cat\n${md5}  usr/share/a b\xff\n`;
    expect([...dpkgSums(bytes(list))].map(({ path }) => path)).toEqual(['/bin/cat', '/usr/share/a b\xff']);
    expect([...dpkgSums(bytes(list), new Set(['/bin/cat']))]).toEqual([
      { path: '/bin/cat', algorithm: 'md5', digest: md5 },
    ]);
  });

  test('lines that are no sums are passed over', () => {
    const list = `${'z'.repeat(32)}  bin/a\n${md5} \n\n${md5}\nshort\n${md5}  bin/last`;
    expect([...dpkgSums(bytes(list))].map(({ path }) => path)).toEqual(['/bin/last']);
  });

  test('conffiles have their sum, and a package in the middle of an update is told', () => {
    const status = `Package: cron
Status: install ok installed
Conffiles:
 /etc/crontab ${md5.toUpperCase()}
 /etc/old ${md5} obsolete
Description: a thing
 /etc/not-a-conffile ${md5}

Package: procps
Status: install ok half-configured

Package: gone
Status: deinstall ok config-files
Conffiles:
 /etc/new newconffile
`;
    const { conffiles, between } = dpkgState(bytes(status));
    expect([...conffiles]).toEqual([
      ['/etc/crontab', { package: 'cron', digest: md5, obsolete: false }],
      ['/etc/old', { package: 'cron', digest: md5, obsolete: true }],
      ['/etc/new', { package: 'gone', digest: 'newconffile', obsolete: false }],
    ]);
    expect([...between]).toEqual(['procps']);
  });
});

test('apk: a file has the sum that follows it', () => {
  const sum = Buffer.from('da39a3ee5e6b4b0d3255bfef95601890afd80709', 'hex').toString('base64');
  const installed = `C:Q1xxx=\nP:busybox\nV:1\nF:bin\nR:busybox\na:0:0:755\nZ:Q1${sum}\nR:none\nF:\nR:top\nZ:Q1${sum}\nZ:MD5\n`;
  expect(apkSums(bytes(installed))).toEqual([
    {
      path: '/bin/busybox',
      algorithm: 'sha1',
      digest: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      package: 'busybox',
    },
    {
      path: '/top',
      algorithm: 'sha1',
      digest: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      package: 'busybox',
    },
  ]);
});

describe('pacman', () => {
  const digest = 'a'.repeat(64);
  const mtree = `#mtree
/set type=file uid=0 gid=0 mode=644
./.BUILDINFO time=1.0 size=1 sha256digest=${digest}
./usr time=1.0 mode=755 type=dir
./usr/bin/a\\040b time=1.0 mode=755 size=5 md5digest=${md5} sha256digest=${digest}
./usr/bin/sh time=1.0 mode=777 type=link link=bash
`;

  test('a file has its sum, folders and links have none', () => {
    expect(pacmanSums(gzipSync(mtree))).toEqual([{ path: '/usr/bin/a b', algorithm: 'sha256', digest }]);
  });

  test('what does not unpack, or unpacks to more than any package has, gives nothing', () => {
    expect(pacmanSums(bytes('no gzip'))).toEqual([]);
    expect(pacmanSums(gzipSync(Buffer.alloc(40 << 20)))).toEqual([]);
  });
});
