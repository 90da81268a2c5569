import { describe, expect, test } from 'bun:test';
import type { Fact } from '../../model/fact.ts';
import type { FileContentFact } from '../../model/facts/persistence.ts';
import {
  cpuUse,
  factSet,
  judgeContext,
  login,
  miningTrace,
  ownedBy,
  processFact,
  text,
  wallet,
} from '../facts.fixture.ts';
import { entryFact, fileFact } from './entry.fixture.ts';
import { judgeEntries } from './judge-entries.ts';

let inodes = 0;

function content(path: string, sha256: string, parts: Partial<FileContentFact> = {}): FileContentFact {
  inodes += 1;
  return {
    kind: 'file-content',
    source: { source: text(path) },
    path: text(path),
    size: 4096,
    device: 1,
    inode: inodes,
    sha256,
    digests: [],
    traces: [],
    words: [],
    ...parts,
  };
}

/** Judgement and reasons of a cron line that starts the first path, where the others have the same bytes. */
function same(first: string, ...others: readonly string[]): string {
  const paths = [first, ...others];
  const facts: readonly Fact[] = [
    entryFact(first),
    ...paths.flatMap((path) => [fileFact(path), ownedBy(path, ''), content(path, 'aa')]),
  ];
  const [entry] = judgeEntries(factSet(...facts), judgeContext());
  return `${entry?.judgement}: ${entry?.reasons.map(({ id }) => id).join(', ')}`;
}

describe('the same bytes elsewhere', () => {
  const odd: readonly (readonly [string, string])[] = [
    ['/opt/net/netd', '/var/tmp/kcached'],
    ['/opt/net/netd', '/dev/shm/x'],
    ['/usr/local/bin/netd', '/usr/share/.fonts/a'],
    ['/usr/local/bin/netd', '/usr/lib/udev/probe'],
    ['/srv/app/run', '/var/spool/mail/.q'],
  ];
  for (const [first, other] of odd) {
    test(`${first} as ${other} is suspicious`, () =>
      expect(same(first, other)).toBe('suspicious: same-hash'));
  }

  const honest: readonly (readonly [string, string])[] = [
    ['/opt/app/releases/2/bin/app', '/opt/app/releases/1/bin/app'],
    ['/usr/local/bin/tool', '/var/backups/host/usr/local/bin/tool'],
    ['/usr/local/bin/tool', '/var/lib/machines/web/usr/local/bin/tool'],
    ['/usr/local/bin/tool', '/tmp/tool-1.2.3.linux-amd64/tool'],
    ['/usr/local/bin/docker-compose', '/tmp/docker-compose-linux-x86_64'],
    ['/usr/local/bin/minio', '/tmp/minio.RELEASE.2024-05-01'],
    ['/usr/local/bin/tool', '/tmp/tmp.aB3dE5'],
    ['/usr/local/bin/tool', '/tmp/installer-7'],
    ['/srv/a/node_modules/esbuild/bin/esbuild', '/tmp/npm-1/node_modules/esbuild/bin/esbuild'],
    ['/srv/app/.venv/bin/python3', '/tmp/pip-build/bin/python'],
    ['/usr/local/bin/sh', '/tmp/busybox'],
    ['/opt/app/server', '/opt/app/worker'],
    ['/opt/app/server', '/srv/app/web'],
  ];
  for (const [first, other] of honest) {
    test(`${first} as ${other} is nothing`, () => expect(same(first, other)).toBe('benign: '));
  }

  test('both paths and the hash are the evidence', () => {
    const facts = ['/opt/net/netd', '/dev/shm/x'].flatMap((path) => [
      fileFact(path),
      ownedBy(path, ''),
      content(path, 'aa'),
    ]);
    const [entry] = judgeEntries(factSet(entryFact('/opt/net/netd'), ...facts), judgeContext());
    expect(entry?.reasons).toMatchObject([
      {
        id: 'same-hash',
        params: { path: '/opt/net/netd', other: '/dev/shm/x' },
        evidence: [
          { source: '/opt/net/netd', text: '/opt/net/netd: 4096 bytes, sha256 aa' },
          { source: '/dev/shm/x' },
        ],
      },
    ]);
  });

  test('two names of one inode are one file, and files read in part have no hash', () => {
    const one = { device: 1, inode: 9 };
    const pair = (parts: Partial<FileContentFact>, sha256: string): string => {
      const facts = ['/opt/net/netd', '/dev/shm/x'].flatMap((path) => [
        fileFact(path),
        ownedBy(path, ''),
        content(path, sha256, parts),
      ]);
      return judgeEntries(factSet(entryFact('/opt/net/netd'), ...facts), judgeContext())[0]?.judgement ?? '';
    };
    expect([pair(one, 'aa'), pair({}, ''), pair({}, 'aa')]).toEqual(['benign', 'benign', 'suspicious']);
  });

  test('files that nothing starts say nothing by it: somebody unpacked them', () => {
    const at = '/srv/.x/a';
    const given = { mechanism: 'hidden-program', language: 'argv', target: text(at) } as const;
    const lying = entryFact('', { at, ...given, text: text(at) });
    const facts = ['/srv/.x/a', '/tmp/b'].flatMap((path) => [
      fileFact(path),
      ownedBy(path, ''),
      content(path, 'aa'),
    ]);
    const [entry] = judgeEntries(factSet(lying, ...facts), judgeContext());
    expect(entry?.reasons.map(({ id }) => id)).toEqual(['hidden-path']);
  });

  test('a folder full of copies costs no more than a bound', () => {
    const crowd = Array.from({ length: 3000 }, (_, at) => content(`/tmp/a${at}/x${at}`, 'aa'));
    const entries = crowd
      .slice(0, 300)
      .map(({ path }) => entryFact(path, { at: `/etc/cron.d/${path.slice(8)}` }));
    expect(judgeEntries(factSet(...entries, ...crowd), judgeContext()).length).toBe(300);
  });
});

describe('the program of a process', () => {
  const process = processFact({ pid: 77, path: '/tmp/gone' });
  const mines = [process, cpuUse(process, 390), miningTrace(process, wallet()), miningTrace(process, login)];
  const netd = [fileFact('/opt/net/netd'), ownedBy('/opt/net/netd', ''), content('/opt/net/netd', 'aa')];
  const running = content('/tmp/gone', 'aa', { source: { source: text('/proc/77/exe') }, pid: 77 });

  test('that mines has the bytes of what an entry starts: malicious, though its file is gone', () => {
    const facts = factSet(entryFact('/opt/net/netd'), ...netd, running, ...mines);
    const [entry] = judgeEntries(facts, judgeContext());
    expect([entry?.judgement, ...(entry?.reasons.map(({ id }) => id) ?? [])]).toEqual([
      'malicious',
      'same-hash',
    ]);
    expect(entry?.reasons[0]?.evidence[1]?.source).toBe(text('/proc/77/exe'));
  });

  test('that does nothing of the kind says only where it lies', () => {
    const idle = processFact({ pid: 77, path: '/opt/other/netd-1.2' });
    const elsewhere = content('/opt/other/netd-1.2', 'aa', { pid: 77 });
    const [entry] = judgeEntries(
      factSet(entryFact('/opt/net/netd'), ...netd, elsewhere, idle),
      judgeContext(),
    );
    expect(entry?.judgement).toBe('benign');
  });
});

describe('what the alert named', () => {
  const sighting = (type: 'hash' | 'address', source: string, line?: number): Fact => ({
    kind: 'sighting',
    source: { source: text(source), ...(line === undefined ? {} : { line }) },
    indicator: type === 'hash' ? 'aa' : '192.0.2.9',
    type,
    place: type === 'hash' ? 'file' : 'entry',
    text: text('line'),
  });
  const judge = (...facts: readonly Fact[]): string => {
    const [entry] = judgeEntries(factSet(...facts), judgeContext());
    return `${entry?.judgement}: ${entry?.reasons.map(({ id }) => id).join(', ')}`;
  };

  test('by its hash makes the entry that starts it malicious', () => {
    const facts = [fileFact('/opt/a'), ownedBy('/opt/a', ''), content('/opt/a', 'aa')];
    expect(judge(entryFact('/opt/a'), ...facts, sighting('hash', '/opt/a'))).toBe(
      'malicious: indicator-seen',
    );
    expect(judge(entryFact('/opt/b'), ...facts, sighting('hash', '/opt/a'))).toBe('benign: ');
  });

  test('by its address makes the line that names it suspicious, and no other line', () => {
    const entry = entryFact('nameserver 192.0.2.9', {
      at: '/etc/resolv.conf',
      mechanism: 'resolver',
      language: 'setting',
      line: 2,
    });
    expect(judge(entry, sighting('address', '/etc/resolv.conf', 2))).toBe('suspicious: indicator-seen');
    expect(judge(entry, sighting('address', '/etc/resolv.conf', 3))).toBe('benign: ');
  });
});
