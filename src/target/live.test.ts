import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../model/text.ts';
import { part } from '../native/kernel-folder.ts';
import { recordedNative } from '../native/recorded.ts';
import { liveTarget } from './live.ts';
import type { Request } from './port.ts';
import { plantTree, targetCases } from './target.case.ts';

const root = mkdtempSync(join(tmpdir(), 'demine-live-'));
beforeAll(() => plantTree(root));
afterAll(() => rmSync(root, { recursive: true }));

const make = () => liveTarget(recordedNative());

describe('this host as a target', () => {
  targetCases(() => ({ target: make(), at: root, planted: root, walks: true }));

  test('files of the kernel are read though they say that they are empty', () => {
    const result = make().readNow({ kind: 'file', path: printableText('/proc/self/status') });
    expect(result.status).toBe('ok');
    expect(Buffer.from(result.bytes).toString()).toContain('\nPid:\t');
  });

  test('a process that is gone is absent', () => {
    const gone = Bun.spawnSync(['true']).pid;
    expect(make().readNow({ kind: 'file', path: printableText(`/proc/${gone}/stat`) }).status).toBe('absent');
    expect(
      make().readNow({ kind: 'stat', path: printableText(`/proc/${gone}/exe`), follow: true }).status,
    ).toBe('absent');
  });

  test('a file that changes between two reads of a batch is read as it is each time', async () => {
    const name = join(root, 'changing');
    const path = printableText(name);
    function* requests(): Generator<Request> {
      writeFileSync(name, 'x'.repeat(300_000));
      yield { kind: 'file', path };
      truncateSync(name, 5);
      yield { kind: 'file', path };
      truncateSync(name, 0);
      yield { kind: 'file', path };
      rmSync(name);
      yield { kind: 'file', path };
      mkdirSync(name);
      yield { kind: 'file', path };
    }
    const seen: (readonly [string, number])[] = [];
    for await (const batch of make().gather(requests())) {
      for (const result of batch) if (result.kind === 'file') seen.push([result.status, result.bytes.length]);
    }
    expect(seen).toEqual([
      ['ok', 300_000],
      ['ok', 5],
      ['empty', 0],
      ['absent', 0],
      ['error', 0],
    ]);
  });

  test('two batches that are pulled in turn do not disturb each other', async () => {
    const target = make();
    const requests = (name: string): readonly Request[] =>
      Array.from({ length: 600 }, () => ({ kind: 'file', path: printableText(join(root, name)) }));
    const large = target.gather(requests('etc/large'))[Symbol.asyncIterator]();
    for await (const batch of target.gather(requests('etc/hosts'))) {
      const other = await large.next();
      target.readNow({ kind: 'file', path: printableText('/proc/self/maps') });
      for (const result of batch) {
        if (result.kind === 'file') expect(Buffer.from(result.bytes).toString()).toBe('192.0.2.1 example\n');
      }
      for (const result of other.value ?? []) {
        if (result.kind === 'file') expect(Buffer.from(result.bytes).toString()).toBe('x'.repeat(100_000));
      }
    }
  });

  test('no descriptor is left open', async () => {
    const target = make();
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (const path of [
      'etc/hosts',
      'links/loop-a',
      'links/relative',
      'none/x',
      'var/pipe',
      'var/odd',
      '..',
    ]) {
      for (const kind of ['file', 'directory', 'link', 'stat'] as const) {
        await target.read({ kind, path: printableText(join(root, path)) });
        target.readNow({ kind, path: printableText(`/proc/self/root${root}/${path}`) });
        target.readNow({ kind, path: printableText('/proc/self/exe') });
      }
    }
    await target.close();
    expect(open()).toBe(before);
  });

  test('parts of a process read the quick way are those that are asked for one by one', async () => {
    const target = make();
    const child = Bun.spawn(['cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const path = printableText(`/proc/${child.pid}`);
    try {
      const links = new Map<number, string>();
      const ended = target.kernelFolderNow?.(path)?.links(part('fd'), 4096, (number, text, size, status) => {
        if (status === 'ok') links.set(number, Buffer.from(text.subarray(0, size)).toString('latin1'));
      });
      expect(ended).toEqual({ status: 'ok' });
      expect(links.get(1)).toBe('/dev/null');
      for (const [number, text] of links) {
        const link = printableText(`${path}/fd/${number}`);
        expect(target.readNow({ kind: 'link', path: link }).target).toBe(printableText(text));
      }
      const cgroup = target.kernelFolderNow?.(path)?.file(part('cgroup'));
      const bytes = Uint8Array.from(cgroup?.bytes ?? []);
      expect(cgroup?.status).toBe('ok');
      expect(target.readNow({ kind: 'file', path: printableText(`${path}/cgroup`) }).bytes).toEqual(
        Buffer.from(bytes),
      );
    } finally {
      child.kill('SIGKILL');
      await child.exited;
    }
    expect(target.kernelFolderNow?.(printableText('/etc/alternatives'))).toBeUndefined();
    expect(target.kernelFolderNow?.(printableText('/proc/1/../1'))).toBeUndefined();
    const gone = target.kernelFolderNow?.(path);
    expect(gone?.file(part('stat'))).toMatchObject({ status: 'absent', reason: 'ENOENT' });
    expect(gone?.link(part('exe')).status).toBe('absent');
    expect(gone?.links(part('fd'), 9, () => undefined).status).toBe('absent');
    expect(gone?.statBehind(part('exe'), printableText('/bin/true'))).toBeUndefined();
  });

  test('the executable of a process is read and measured through its link', async () => {
    const path = printableText('/proc/self/exe');
    const stat = make().readNow({ kind: 'stat', path, follow: true });
    expect(stat.stat?.type).toBe('file');
    const head = await make().read({ kind: 'file', path, limit: 4 });
    expect(Buffer.from(head.bytes).toString('latin1')).toBe('\x7fELF');
  });

  test('what others may not read is denied to them', () => {
    const script = `
      import { liveTarget } from ${JSON.stringify(join(import.meta.dir, 'live.ts'))};
      import { recordedNative } from ${JSON.stringify(join(import.meta.dir, '../native/recorded.ts'))};
      process.setgid(65534); process.setuid(65534);
      const target = liveTarget(recordedNative());
      console.log(target.readNow({ kind: 'link', path: '/proc/1/exe' }).status, target.readNow({ kind: 'file', path: '/etc/shadow' }).status);
    `;
    const run = Bun.spawnSync([process.execPath, '-e', script]);
    expect(run.stdout.toString().trim()).toBe('denied denied');
  });
});
