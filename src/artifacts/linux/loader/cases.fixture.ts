/** Cases of the loader; libraries are inert headers, and nothing is ever loaded. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const libraries = '/usr/lib/x86_64-linux-gnu';
const unit = (line: string): string => `[Service]\nEnvironment="${line}"\nExecStart=/usr/sbin/cron -f\n`;

export const loaderCases: readonly MechanismCase[] = [
  {
    mechanism: 'ld-preload',
    dress: 'fetch-and-run',
    what: 'a library of a known kind (nothing can be fetched here)',
    planted: {
      '/etc/ld.so.preload': '/usr/local/lib/libprocesshider.so\n',
      '/usr/local/lib/libprocesshider.so': inertProgram(),
    },
  },
  {
    mechanism: 'ld-preload',
    dress: 'unowned-binary',
    what: 'a foreign library with an innocent name among those of the system',
    planted: {
      '/etc/ld.so.preload': `${libraries}/libgcrypt-compat.so.20\n`,
      [`${libraries}/libgcrypt-compat.so.20`]: inertProgram(),
    },
  },
  {
    mechanism: 'ld-preload',
    dress: 'owned-edit',
    what: 'a library of a package that was replaced',
    packaged: { '/usr/lib/libsnoopy.so': inertProgram(3000) },
    planted: { '/etc/ld.so.preload': '/usr/lib/libsnoopy.so\n', '/usr/lib/libsnoopy.so': inertProgram(3001) },
  },
  {
    mechanism: 'ld-preload',
    dress: 'honest',
    what: 'a library of a package: a recorder of commands',
    packaged: { '/usr/lib/libsnoopy.so': inertProgram(3000) },
    planted: { '/etc/ld.so.preload': '/usr/lib/libsnoopy.so\n' },
  },
  {
    mechanism: 'ld-conf',
    dress: 'fetch-and-run',
    what: 'a temporary folder in the search path (nothing can be fetched here)',
    planted: { '/etc/ld.so.conf.d/00-sys.conf': '/var/tmp/lib\n', '/var/tmp/lib/libc.so.6': inertProgram() },
  },
  {
    mechanism: 'ld-conf',
    dress: 'unowned-binary',
    what: 'a hidden folder in the search path',
    planted: {
      '/etc/ld.so.conf.d/00-sys.conf': '/usr/lib/.x86_64\n',
      '/usr/lib/.x86_64/libz.so.1': inertProgram(),
    },
  },
  {
    mechanism: 'ld-conf',
    dress: 'owned-edit',
    what: 'a device folder, in the file of a package',
    packaged: { '/etc/ld.so.conf.d/libc.conf': '/usr/local/lib\n' },
    conffiles: ['/etc/ld.so.conf.d/libc.conf'],
    planted: {
      '/etc/ld.so.conf.d/libc.conf': '/dev/shm/lib\n/usr/local/lib\n',
      '/dev/shm/lib/libm.so.6': inertProgram(),
    },
  },
  {
    mechanism: 'ld-conf',
    dress: 'honest',
    what: 'folders of the system, of a database and of CUDA',
    packaged: {
      '/etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n',
      '/etc/ld.so.conf.d/libc.conf': '/usr/local/lib\n',
    },
    conffiles: ['/etc/ld.so.conf', '/etc/ld.so.conf.d/libc.conf'],
    planted: {
      '/etc/ld.so.conf.d/cuda.conf': '/usr/local/cuda/targets/x86_64-linux/lib\n',
      '/etc/ld.so.conf.d/oracle.conf': '/opt/oracle/instantclient_21_9\n',
      '/usr/local/cuda/targets/x86_64-linux/lib/libcudart.so.12': inertProgram(),
    },
  },
  {
    mechanism: 'loader-environment',
    dress: 'fetch-and-run',
    what: 'a unit that loads a library of a temporary folder (nothing can be fetched here)',
    planted: {
      '/etc/systemd/system/a.service': unit('LD_PRELOAD=/var/tmp/.c.so'),
      '/var/tmp/.c.so': inertProgram(),
    },
  },
  {
    mechanism: 'loader-environment',
    dress: 'unowned-binary',
    what: 'a unit that loads a foreign library of the system',
    planted: {
      '/etc/systemd/system/a.service': unit(`LD_PRELOAD=${libraries}/libmcount.so.1`),
      [`${libraries}/libmcount.so.1`]: inertProgram(),
    },
  },
  {
    mechanism: 'loader-environment',
    dress: 'owned-edit',
    what: 'the unit of a package loads a library that was replaced',
    packaged: {
      '/usr/lib/systemd/system/db.service': unit(`LD_PRELOAD=${libraries}/libjemalloc.so.2`),
      [`${libraries}/libjemalloc.so.2`]: inertProgram(4000),
    },
    planted: { [`${libraries}/libjemalloc.so.2`]: inertProgram(4001) },
  },
  {
    mechanism: 'loader-environment',
    dress: 'honest',
    what: 'an allocator of a package for a database, and one of the owner',
    packaged: { [`${libraries}/libjemalloc.so.2`]: inertProgram(4000) },
    planted: {
      '/etc/systemd/system/mariadb.service.d/jemalloc.conf': `[Service]\nEnvironment="LD_PRELOAD=${libraries}/libjemalloc.so.2"\n`,
      '/etc/systemd/system/app.service': unit('LD_PRELOAD=/usr/local/lib/libtcmalloc.so.4'),
      '/usr/local/lib/libtcmalloc.so.4': inertProgram(5000),
    },
  },
  {
    mechanism: 'nss-module',
    dress: 'fetch-and-run',
    what: 'a service whose library lies in no package (nothing can be fetched here)',
    planted: {
      '/etc/nsswitch.conf': 'passwd: files cache2\n',
      [`${libraries}/libnss_cache2.so.2`]: inertProgram(),
    },
  },
  {
    mechanism: 'nss-module',
    dress: 'unowned-binary',
    what: 'a service with an innocent name',
    planted: {
      '/etc/nsswitch.conf': 'hosts: files dns resolved\n',
      '/usr/lib/libnss_resolved.so.2': inertProgram(),
    },
  },
  {
    mechanism: 'nss-module',
    dress: 'owned-edit',
    what: 'the library of a package was replaced',
    packaged: { [`${libraries}/libnss_systemd.so.2`]: inertProgram(6000) },
    planted: {
      '/etc/nsswitch.conf': 'passwd: files systemd\n',
      [`${libraries}/libnss_systemd.so.2`]: inertProgram(6001),
    },
  },
  {
    mechanism: 'nss-module',
    dress: 'honest',
    what: 'services of packages, and one that is not installed',
    packaged: {
      [`${libraries}/libnss_systemd.so.2`]: inertProgram(6000),
      [`${libraries}/libnss_myhostname.so.2`]: inertProgram(6100),
    },
    planted: {
      '/etc/nsswitch.conf':
        'passwd: files systemd sss\nhosts: files mdns4_minimal [NOTFOUND=return] dns myhostname\n',
    },
  },
];
