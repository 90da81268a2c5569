import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../model/text.ts';
import { liveNative } from '../native/live.ts';
import { liveTarget } from '../target/live.ts';
import { configCandidates, probeConfigFiles } from './config-files.ts';
import { filesTarget, suspect } from './suspect.fixture.ts';

/** Monero's published general fund address. */
const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const config = `{
  "cpu": { "huge-pages": true, "max-threads-hint": 50 },
  "donate-level": 0,
  "pools": [ { "url": "192.0.2.9:443", "user": "${wallet}", "pass": "hunter2" } ]
}\n`;
const text = printableText;
const exe = (path: string) => ({ path: text(path), deleted: false, memfd: false });

describe('where is looked', () => {
  const shown = (parts: Parameters<typeof suspect>[0]) =>
    configCandidates(suspect(parts)).map((candidate) => String(candidate.shown));

  test('the file of an option, absolute or from the working folder, and the fixed places', () => {
    const argv = ['/tmp/.x/k', '-c', 'a.json', '--config=/etc/b.json'].map(text);
    expect(shown({ argv, cwd: text('/tmp/.x'), exe: exe('/tmp/.x/k') })).toEqual([
      '/tmp/.x/a.json',
      '/etc/b.json',
      '/tmp/.x/config.json',
      '/tmp/.x/config_background.json',
      '/tmp/.x/pools.txt',
      '/tmp/.x/config.txt',
      '/home/web/.xmrig.json',
      '/home/web/.config/xmrig.json',
    ]);
  });

  test('a script is read, a program of an interpreter only', () => {
    expect(shown({ argv: ['sh', '/tmp/a.sh'].map(text), exe: exe('/usr/bin/dash') })[0]).toBe('/tmp/a.sh');
    expect(shown({ argv: ['cp', '/tmp/a'].map(text), exe: exe('/usr/bin/cp') })).not.toContain('/tmp/a');
  });

  test('open files through their descriptors, libraries and databases not', () => {
    const descriptors = [
      { kind: 'file', fd: 5, path: text('/tmp/c'), deleted: true },
      { kind: 'file', fd: 6, path: text('/var/lib/x.sqlite'), deleted: false },
      { kind: 'file', fd: 7, path: text('/tmp/d.conf'), deleted: false },
    ] as const;
    const paths = configCandidates(suspect({ descriptors })).map((candidate) => String(candidate.path));
    expect(paths.slice(0, 2)).toEqual(['/proc/100/fd/5', '/proc/100/fd/7']);
  });

  test('a program of a package is not blamed for a file in the home folder', () => {
    expect(shown({ exe: exe('/usr/bin/yes') }).filter((path) => path.startsWith('/home'))).toEqual([]);
    expect(shown({ exe: exe('/usr/local/bin/k') }).filter((path) => path.startsWith('/home'))).toHaveLength(
      2,
    );
  });

  test('names with percent and bytes keep their one escaping, and the list is bounded', () => {
    const argv = ['k', '-c', './100%.json'].map(text);
    expect(shown({ argv, cwd: text('/t') })[0]).toBe('/t/100%25.json');
    expect(
      configCandidates(suspect({ argv: Array.from({ length: 9999 }, () => text('--config=/x')) })).length,
    ).toBe(3);
  });
});

describe('what is told', () => {
  test('the line of each find, masked', async () => {
    const target = filesTarget({ '/proc/100/root/tmp/config.json': config });
    const { facts, sources } = await probeConfigFiles(target, suspect({ exe: exe('/tmp/k') }));
    expect(facts.map((fact) => [fact.found.kind, fact.source.line])).toEqual(
      expect.arrayContaining([
        ['config', 2],
        ['wallet', 4],
        ['pool', 4],
      ]),
    );
    expect(facts.every((fact) => fact.place === 'config-file')).toBe(true);
    expect(JSON.stringify(facts)).not.toContain('hunter2');
    expect(sources.map((source) => String(source.source))).toEqual(['/tmp/config.json']);
  });

  test('an honest configuration and a binary file say nothing', async () => {
    const target = filesTarget({
      '/proc/100/root/srv/config.json': '{"url":"http://192.0.2.1:80","user":"app","pass":"x","threads":4}',
      '/proc/100/root/srv/pools.txt': `\0${config}`,
    });
    expect((await probeConfigFiles(target, suspect({ exe: exe('/srv/app') }))).facts).toEqual([]);
  });
});

describe('a live process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demine-config-'));
  let child: Bun.Subprocess<number, number, 'ignore'>;
  beforeAll(() => {
    chmodSync(folder, 0o700);
    mkdirSync(join(folder, 'work'));
    writeFileSync(join(folder, 'work', 'a.json'), config);
    writeFileSync(join(folder, 'gone.json'), config);
    const input = openSync(join(folder, 'gone.json'), 'r');
    rmSync(join(folder, 'gone.json'));
    writeFileSync(join(folder, 'daemon.log'), config);
    child = Bun.spawn(['sleep', '60'], {
      cwd: join(folder, 'work'),
      stdin: input,
      stdout: openSync(join(folder, 'daemon.log'), 'a'),
      stderr: 'ignore',
    });
  });
  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  test('a file outside of its folder, behind a link or above', async () => {
    const target = liveTarget(liveNative());
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other', 'real'), config);
    symlinkSync(join(folder, 'other', 'real'), join(folder, 'work', 'link.json'));
    for (const name of ['link.json', '../other/real', './link.json']) {
      const process = suspect({
        pid: child.pid,
        argv: ['k', '-c', name].map(text),
        cwd: text(join(folder, 'work')),
      });
      const { facts } = await probeConfigFiles(target, process);
      expect(facts.map((fact) => fact.found.kind)).toContain('wallet');
    }
    await target.close();
  });

  test('a folder whose name the process cannot say is read as its working folder', async () => {
    const target = liveTarget(liveNative());
    for (const cwd of [text('/elsewhere/work'), text(`${join(folder, 'work')} (deleted)`)]) {
      const process = suspect({ pid: child.pid, argv: ['k', '-c', 'a.json'].map(text), cwd });
      const { facts } = await probeConfigFiles(target, process);
      expect(facts.map((fact) => fact.found.kind)).toContain('wallet');
    }
    await target.close();
  });

  test('its own folder and a deleted file that it still holds', async () => {
    const target = liveTarget(liveNative());
    const process = suspect({
      pid: child.pid,
      argv: ['k', '-c', 'a.json'].map(text),
      cwd: text(join(folder, 'work')),
      descriptors: [{ kind: 'file', fd: 0, path: text(join(folder, 'gone.json')), deleted: true }],
    });
    const { facts } = await probeConfigFiles(target, process);
    const wallets = facts
      .filter((fact) => fact.found.kind === 'wallet')
      .map((fact) => String(fact.source.source));
    expect(wallets).toEqual([join(folder, 'work', 'a.json'), `/proc/${child.pid}/fd/0`]);
    await target.close();
  });

  test('what it only writes to is not its configuration', async () => {
    const target = liveTarget(liveNative());
    const process = suspect({
      pid: child.pid,
      descriptors: [{ kind: 'file', fd: 1, path: text(join(folder, 'daemon.log')), deleted: false }],
    });
    expect((await probeConfigFiles(target, process)).facts).toEqual([]);
    await target.close();
  });
});
