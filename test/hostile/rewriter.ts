/**
 * Rewrites files of a root folder without rest, each in its own way, until it is ended: `bun rewriter.ts ROOT OUTSIDE [swap]`;
 * with `swap` only the name that is a file and a link in turn.
 * Every version is whole, and each of its lines carries its number. Says `ready` when everything is there.
 */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { inertProgram } from '../persistence/case.ts';

const [, , root = '', outside = '', only] = process.argv;
const at = (path: string): string => join(root, path);
const lines = 400;
/** Nobody's scan may wait for a writer that never ends. */
const end = Date.now() + 120_000;

const text = (version: number, line: (of: string) => string): string =>
  Array.from({ length: lines }, (_, index) => `${line(`v${version}-${index}`)}\n`).join('');
const job = (version: number): string => text(version, (of) => `* * * * * root /usr/bin/true ${of}`);
const script = (version: number): string => `#!/bin/sh\n${text(version, (of) => `/usr/bin/true ${of}`)}`;
const unit = (version: number): string =>
  `[Service]\n${text(version, (of) => `ExecStartPre=/usr/bin/true ${of}`)}ExecStart=/usr/bin/true v${version}\n`;
const key = (version: number): string =>
  text(version, (of) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA${'A'.repeat(42)} ${of}`);

/** Emptied, and written piece by piece. */
function inPlace(path: string, content: string): void {
  const file = openSync(at(path), 'w');
  try {
    for (let begin = 0; begin < content.length; begin += 1500) {
      writeSync(file, content.slice(begin, begin + 1500));
    }
  } finally {
    closeSync(file);
  }
}

function byRename(path: string, content: string | Uint8Array): void {
  writeFileSync(at(`${path}.new`), content);
  renameSync(at(`${path}.new`), at(path));
}

const linkTo = (target: string, path: string): void => {
  rmSync(at(`${path}.link`), { force: true });
  symlinkSync(target, at(`${path}.link`));
};

/** A name that is a file at one moment and a link at the next, and never nothing. */
function swap(version: number): void {
  if (version % 2 === 0) byRename('/etc/cron.d/swapped', job(1));
  else {
    linkTo('../swapped-job', '/etc/cron.d/swapped');
    renameSync(at('/etc/cron.d/swapped.link'), at('/etc/cron.d/swapped'));
  }
}

/** Each is called with a number that grows. */
const ways: readonly ((version: number) => void)[] = [
  (version) => inPlace('/etc/cron.d/in-place', job(version)),
  (version) => byRename('/etc/cron.d/by-rename', job(version)),
  (version) => {
    if (version % 20 === 1) writeFileSync(at('/etc/cron.d/grows'), '');
    appendFileSync(at('/etc/cron.d/grows'), `* * * * * root /usr/bin/true v0-${version}\n`);
  },
  (version) => {
    writeFileSync(at('/etc/cron.d/shrinks'), job(0));
    truncateSync(at('/etc/cron.d/shrinks'), 1000 + (version % 1000));
  },
  (version) => {
    writeFileSync(at('/etc/cron.d/comes-and-goes'), job(version));
    unlinkSync(at('/etc/cron.d/comes-and-goes'));
  },
  (version) => inPlace('/etc/systemd/system/own.service', unit(version)),
  (version) => inPlace('/etc/ld.so.preload', `# v${version}\n`.repeat(500)),
  (version) => inPlace('/home/ada/.ssh/authorized_keys', key(version)),
  (version) => inPlace('/opt/app/start.sh', script(version)),
  (version) => byRename('/opt/app/server', inertProgram(200_000 + (version % 7))),
  (version) => byRename('/tmp/build.out', inertProgram(100_000 + (version % 7))),
  swap,
  // A folder of which a link takes the place, which leads out of the root.
  (version) => {
    if (version % 2 === 0) {
      rmSync(at('/etc/profile.d'), { force: true });
      renameSync(at('/etc/profile.kept'), at('/etc/profile.d'));
    } else {
      renameSync(at('/etc/profile.d'), at('/etc/profile.kept'));
      symlinkSync(outside, at('/etc/profile.d'));
    }
  },
];

for (const folder of ['/etc/cron.d', '/etc/systemd/system', '/home/ada/.ssh', '/opt/app', '/etc/profile.d']) {
  mkdirSync(at(folder), { recursive: true });
}
mkdirSync(dirname(at('/tmp/x')), { recursive: true });
writeFileSync(at('/etc/swapped-job'), job(1));
writeFileSync(at('/etc/profile.d/own.sh'), 'true\n');
writeFileSync(at('/etc/cron.d/starts-app'), '*/5 * * * * root /opt/app/start.sh; /opt/app/server\n');
for (const way of ways) way(1);
process.stdout.write('ready\n');
for (let version = 2; Date.now() < end; version += 1) {
  if (only === 'swap') {
    for (let times = 0; times < 10_000; times += 1) swap(times);
    continue;
  }
  for (const way of ways) way(version);
  if (version % 5 === 0) await Bun.sleep(1);
}
