/**
 * Debian 11, 12 and 13 as their packages make them: minimal, with web, database, container and server software, with
 * what administrators do by dpkg's own means, and with the software running. All of it is clean, and a program that
 * is changed among it is told.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScanResult } from '../../src/model/result.ts';
import { alarms, type LabHost, openLabHost, scan } from '../lab/harness.ts';
import { repository } from '../lab/host.ts';
import { type MadeRelease, releases } from '../lab/releases.ts';
import { lookAt, raised } from '../persistence/recall.ts';

/** What the software of the stacks is known by when it is installed and when it runs. */
const packages = ['nginx', 'apache2', 'mariadb-server', 'redis-server', 'docker.io', 'openssh-server'];

const passes = [undefined, 'full'] as const;

for (const release of releases()) {
  if ('gone' in release) {
    test(`Debian ${release.debian} is on no mirror any more: ${release.gone.join(', ')}`, () => {
      const [mirror, archive, ...others] = release.gone;
      expect(release.debian).toBe(11);
      expect(mirror).toMatch(/\/dists\/bullseye\/Release: (404|410)$/);
      expect(archive).toMatch(/^http:\/\/archive\.debian\.org\/.*: (\d+|no answer)$/);
      expect(others).toEqual([]);
    });
    continue;
  }
  describe(`Debian ${release.debian}`, () => {
    onDisk(release);
    running(release);
  });
}

function onDisk({ debian, minimal, stacks }: MadeRelease): void {
  test('is that release, and 11 alone has a /bin of its own', () => {
    for (const root of [minimal, stacks]) {
      expect(readFileSync(join(root, 'etc/debian_version'), 'utf8')).toStartWith(`${debian}.`);
      expect(lstatSync(join(root, 'bin')).isSymbolicLink()).toBe(debian > 11);
    }
    const status = readFileSync(join(stacks, 'var/lib/dpkg/status'), 'utf8');
    for (const name of packages)
      expect(status).toContain(`\nPackage: ${name}\nStatus: install ok installed\n`);
  });

  for (const [what, root, least] of [
    ['minimal', minimal, 100],
    ['with web, database, container and server software', stacks, 500],
  ] as const) {
    for (const pass of passes) {
      test(`${what}, raises nothing and has nothing unusual: ${pass ?? 'usual'} pass of integrity`, async () => {
        const seen = await lookAt(root, pass);
        expect(raised(seen)).toEqual([]);
        expect(seen.rows.filter(({ judgement }) => judgement !== 'benign')).toEqual([]);
        expect(seen.rows.length).toBeGreaterThan(least);
      });
    }
  }
}

/**
 * dpkg's own means: files left out, a diversion of a package and one of the administrator, an override of a mode, an
 * alternative, an edited and a removed setting. Programs are copies of honest ones.
 */
const byDpkg = `
mkdir -p /srv/one/DEBIAN /srv/one/usr/bin /srv/one/usr/lib/lab /srv/one/usr/share/lab /srv/one/etc
cp /usr/bin/env /srv/one/usr/bin/lab-kept
cp /usr/bin/env /srv/one/usr/bin/lab-left-out
cp /usr/bin/env /srv/one/usr/bin/lab-diverted
cp /usr/bin/env /srv/one/usr/lib/lab/liblab-left-out.so.1
echo text > /srv/one/usr/share/lab/left-out
echo set > /srv/one/etc/lab-edited.conf
echo set > /srv/one/etc/lab-removed.conf
printf '/etc/lab-edited.conf\n/etc/lab-removed.conf\n' > /srv/one/DEBIAN/conffiles
mkdir -p /srv/two/DEBIAN /srv/two/usr/bin
cp /usr/bin/id /srv/two/usr/bin/lab-diverted
printf '#!/bin/sh\ndpkg-divert --package two --rename --divert /usr/bin/lab-diverted.one --add /usr/bin/lab-diverted\n' > /srv/two/DEBIAN/preinst
chmod 755 /srv/two/DEBIAN/preinst
printf 'path-exclude=/usr/*/lab*\npath-exclude /usr/share/lab/*\npath-include=/usr/bin/lab-[kd]*\npath-exclude=/usr/lib/lab/*\n' > /etc/dpkg/dpkg.cfg.d/slim
for package in one two; do
  printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: Lab <lab@example.com>\nDescription: of the tests\n' $package > /srv/$package/DEBIAN/control
  (cd /srv/$package && find usr -type f -exec md5sum {} + > DEBIAN/md5sums)
  dpkg-deb --build /srv/$package /srv/$package.deb
  dpkg --install /srv/$package.deb
done
test ! -e /usr/bin/lab-left-out
test ! -e /usr/lib/lab/liblab-left-out.so.1
test -e /usr/bin/lab-kept
cmp /usr/bin/lab-diverted /usr/bin/id
cmp /usr/bin/lab-diverted.one /usr/bin/env
echo edited > /etc/lab-edited.conf
rm /etc/lab-removed.conf
dpkg-divert --local --rename --divert /usr/bin/wget.distrib --add /usr/bin/wget
printf '#!/bin/sh\nexec ionice -c3 /usr/bin/wget.distrib "$@"\n' > /usr/bin/wget
chmod 755 /usr/bin/wget
dpkg-statoverride --update --add root adm 4750 "$(dpkg-query --search '*bin/mount' | sed 's/.*: //')"
mkdir -p /opt/lab && cp /usr/bin/env /opt/lab/tool
update-alternatives --install /usr/bin/lab-tool lab-tool /opt/lab/tool 10
rm -r /srv/one /srv/two /srv/one.deb /srv/two.deb
`;

/** Commands by the name under which they run. */
function servers(host: LabHost): Readonly<Record<string, string>> {
  const as = (user: string): string => `setpriv --reuid=${user} --regid=${user} --init-groups`;
  const [postgres = ''] = readdirSync(join(host.root, 'usr/lib/postgresql'));
  const [php = ''] = readdirSync(join(host.root, 'etc/php'));
  const settings = `/etc/postgresql/${postgres}/main/postgresql.conf`;
  return {
    nginx: "nginx -g 'daemon off;'",
    apache2: 'apache2 -D FOREGROUND',
    'php-fpm': `php-fpm${php} --nodaemonize`,
    cron: 'cron -f',
    sshd: '/usr/sbin/sshd -D',
    'redis-server': `${as('redis')} redis-server /etc/redis/redis.conf --daemonize no --supervised no`,
    mariadbd: 'mariadbd --user=mysql',
    postgres: `${as('postgres')} /usr/lib/postgresql/${postgres}/bin/postgres --config_file=${settings}`,
  };
}

/** What systemd makes before it starts them. The two web servers share a host, so one has another port. */
const beforeServers = `
cd /run && mkdir sshd php mysqld postgresql apache2 lock redis
chown mysql: mysqld && chown postgres: postgresql && chown redis: redis
sed -i 's/^Listen 80$/Listen 8080/' /etc/apache2/ports.conf
`;

/** Our own folder is seen in the host, where it lies on this machine: below a home its `.ci` is a hidden place. */
const grave = ({ persistence }: ScanResult): ScanResult['persistence'] =>
  persistence.filter(
    ({ judgement, source }) => judgement !== 'benign' && !source.startsWith(`${repository}/`),
  );

const told = (result: ScanResult): unknown => ({
  verdict: result.verdict,
  why: result.why,
  alarms: alarms(result).map(({ rule, title }) => `${rule}: ${title}`),
  unusual: grave(result).map(
    ({ mechanism, source, reasons }) => `${mechanism} ${source}: ${reasons.map(({ id }) => id)}`,
  ),
});

function running({ stacks }: MadeRelease): void {
  describe('with the software running and what administrators do by dpkg', () => {
    let host: LabHost;
    let names: readonly string[] = [];

    beforeAll(async () => {
      host = await openLabHost({ lower: stacks, size: '2g' });
      const done = await host.run(['sh', '-euc', byDpkg + beforeServers]);
      if (done.code !== 0) throw new Error(done.stdout + done.stderr);
      const programs = servers(host);
      names = Object.keys(programs);
      for (const command of Object.values(programs)) {
        const quiet = `test ! -e /etc/apache2/envvars || . /etc/apache2/envvars; exec ${command} >/dev/null 2>&1`;
        await host.start(['sh', '-c', quiet]);
      }
      await Bun.sleep(3000);
    });
    afterAll(() => host.stop());

    for (const pass of passes) {
      test(`is clean and has nothing unusual: ${pass ?? 'usual'} pass of integrity`, async () => {
        const { result, code } = await scan(host, [
          '--interval',
          '1',
          ...(pass ? ['--integrity', pass] : []),
        ]);
        const expected = { verdict: 'clean', alarms: [], unusual: [] };
        expect({ code, ...(told(result) as object) }).toMatchObject({ code: 0, ...expected });
        const running = new Set(result.processes.map(({ name }) => name));
        expect(names.filter((name) => ![...running].some((one) => one.startsWith(name)))).toEqual([]);
      });
    }

    test('two programs that are changed and a tool that is taken away are told', async () => {
      for (const name of ['usr/bin/git', 'bin/cat']) {
        const path = join(host.root, name);
        writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.of(0)]));
      }
      await host.run(['rm', '/usr/bin/md5sum']);
      expect(existsSync(join(host.root, 'usr/bin/md5sum'))).toBe(false);
      const { result, code } = await scan(host, ['--interval', '0.3', '--integrity', 'full']);
      expect(
        grave(result)
          .map(({ mechanism, target }) => `${mechanism} ${target}`.replace(' /usr/bin', ' /bin'))
          .sort(),
      ).toEqual([...['changed-tool /bin/cat', 'changed-tool /bin/git', 'missing-file /bin/md5sum']]);
      expect(code).toBe(1);
    });
  });
}
