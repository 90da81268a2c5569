import { describe, expect, test } from 'bun:test';
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { printableText } from '../../model/text.ts';
import { recordedNative } from '../../native/recorded.ts';
import { liveTarget } from '../../target/live.ts';
import { type ContentBounds, type ContentRequest, contentsOf, type Digest } from './file-contents.ts';

const wide: ContentBounds = { bytes: 1 << 30, ms: 60_000 };
const hashOf = (algorithm: Digest, bytes: string | Uint8Array): string =>
  new Bun.CryptoHasher(algorithm).update(bytes).digest('hex');

function ask(
  files: Record<string, Recorded>,
  requests: readonly (Partial<ContentRequest> & { readonly of: string })[],
  bounds = wide,
  digests: readonly Digest[] = ['sha256'],
) {
  const target = new RecordedTarget({ files });
  const all = requests.map(({ of, ...rest }): ContentRequest => {
    const recorded = files[rest.at ?? of];
    const content = typeof recorded === 'object' && 'content' in recorded ? recorded.content : '';
    return { path: printableText(of), size: content.length, hash: true, words: true, ...rest };
  });
  return contentsOf(target, all, digests, bounds);
}

describe('linux.file-contents', () => {
  test('hashes whole files, and tells nothing of honest ones', () => {
    const { facts, sources } = ask({ '/opt/a': { content: 'content' } }, [{ of: '/opt/a' }]);
    expect(facts).toMatchObject([
      { path: '/opt/a', size: 7, sha256: hashOf('sha256', 'content'), digests: [], traces: [], words: [] },
    ]);
    expect(sources).toMatchObject([{ status: 'ok', bytes: 7 }]);
  });

  test('gives the digests that were asked for, over pieces too', () => {
    const content = new Uint8Array(2_000_000).fill(7);
    const { facts } = ask({ '/opt/a': { content } }, [{ of: '/opt/a' }], wide, ['sha256', 'md5', 'sha1']);
    expect(facts).toMatchObject([
      { sha256: hashOf('sha256', content), digests: [hashOf('md5', content), hashOf('sha1', content)] },
    ]);
  });

  test('what a miner holds is found where a piece ends, at its offset', () => {
    const content = new Uint8Array(1 << 20).fill(0);
    const at = (768 << 10) - 5;
    content.set(Buffer.from('XMRig/6.21.0'), at);
    content.set(Buffer.from('donate-over-proxy'), 2 * 4096);
    const { facts } = ask({ '/opt/a': { content } }, [{ of: '/opt/a', hash: false }]);
    expect(facts).toMatchObject([
      {
        sha256: '',
        words: ['donate-over-proxy'],
        traces: [{ offset: at, found: { kind: 'program', program: 'xmrig' } }],
      },
    ]);
  });

  test('a hole that was put behind a miner hides nothing of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'demine-contents-'));
    try {
      const path = join(folder, 'netd');
      writeFileSync(
        path,
        Buffer.concat([Buffer.alloc(4096, 1), Buffer.from('donate-over-proxy XMRig/6.21.0')]),
      );
      truncateSync(path, 26 << 20);
      const request = { path: printableText(path), size: 26 << 20, hash: true, words: true };
      const { facts, sources } = contentsOf(liveTarget(recordedNative()), [request], ['sha256'], wide);
      expect(facts).toMatchObject([{ sha256: '', words: ['donate-over-proxy'] }]);
      expect(sources[0]).toMatchObject({ status: 'truncated', reason: 'its beginning alone' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a program that runs is read where the kernel shows it', () => {
    const { facts } = ask({ '/proc/7/exe': { content: 'gone' } }, [
      { of: '/tmp/x', at: printableText('/proc/7/exe'), pid: 7 },
    ]);
    expect(facts).toMatchObject([{ path: '/tmp/x', source: { source: '/proc/7/exe' }, pid: 7 }]);
  });

  test('of this host, a program is read though its file is gone, and two names of one file have one inode', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demine-contents-'));
    const [first, second] = [join(folder, 'a'), join(folder, 'b')];
    copyFileSync('/bin/sleep', first);
    linkSync(first, second);
    const child = Bun.spawn([first, '60']);
    const target = liveTarget(recordedNative());
    try {
      const bytes = readFileSync(first);
      const at = printableText(`/proc/${child.pid}/exe`);
      const plain = { size: bytes.length, hash: true, words: false };
      const named = [first, second].map((path) => ({ ...plain, path: printableText(path) }));
      const before = contentsOf(target, named, ['sha256'], wide).facts;
      expect(new Set(before.map(({ device, inode }) => `${device}:${inode}`)).size).toBe(1);
      rmSync(folder, { recursive: true });
      const gone = { ...plain, path: printableText(first), at, pid: child.pid };
      const after = contentsOf(target, [gone, ...named], ['sha256'], wide).facts;
      expect(after).toMatchObject([{ source: { source: at }, sha256: hashOf('sha256', bytes) }]);
    } finally {
      child.kill();
      await child.exited;
      await target.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a file that was exchanged, and one that is gone, have none', () => {
    const files = { '/opt/a': { content: 'other content' } };
    const { facts, sources } = ask(files, [
      { of: '/opt/a', size: 5 },
      { of: '/opt/b', size: 5 },
    ]);
    expect(facts).toEqual([]);
    expect(sources).toMatchObject([{ status: 'ok' }]);
  });

  test('what may not be read is told, and so is what the bounds left out; the small come first', () => {
    const files: Record<string, Recorded> = {
      '/opt/large': { content: 'x'.repeat(5000) },
      '/opt/small': { content: 'x'.repeat(100) },
      '/opt/denied': { status: 'denied', reason: 'EACCES' },
    };
    const requests = Object.keys(files).map((of) => ({ of, size: of === '/opt/small' ? 100 : 5000 }));
    const { facts, sources } = ask(files, requests, { bytes: 1000, ms: 60_000 });
    expect(facts.map(({ path }) => String(path))).toEqual(['/opt/small']);
    expect(sources.at(-1)).toMatchObject({ status: 'truncated', reason: '2 of 3 files were not read' });
    expect(ask(files, [{ of: '/opt/denied', size: 1 }]).sources[0]).toMatchObject({ status: 'denied' });
  });

  test('a crowd of pools in one file is told up to a bound, and the programs of a list all the same', () => {
    const pools = Array.from({ length: 5000 }, (_, at) => `stratum+tcp://p${at}.example.net:3333`);
    const content = [
      ...pools.slice(0, 150),
      'XMRig/6.2',
      'cpuminer/2.5',
      'ccminer/2.3',
      't-rex/0.2',
      ...pools,
    ].join('\0');
    const [fact] = ask({ '/opt/a': { content } }, [{ of: '/opt/a' }]).facts;
    const programs = fact?.traces.flatMap(({ found }) => (found.kind === 'program' ? [found.program] : []));
    expect(fact?.traces.length).toBeLessThan(40);
    expect(new Set(programs).size).toBe(4);
  });
});
