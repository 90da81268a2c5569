/** What every target must do, whatever it is made of. Run against each implementation by its test. */
import { expect, test } from 'bun:test';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileCapabilityText } from '../formats/file-capability.ts';
import { joinPath, type PathText, printableBytes, printableText } from '../model/text.ts';
import type { Target, WalkVisitor } from './port.ts';

const noBytes = new Uint8Array(0);

/** Names that people and programs trip over; bytes, because some are no text. */
const hostileNames: readonly Buffer[] = [
  Buffer.from('a\x1b[31mred'),
  Buffer.from('two\nlines'),
  Buffer.from('<script>alert(1)</script>'.replaceAll('/', '\\')),
  Buffer.from('\u202egnp.exe'),
  Buffer.from('100%25'),
  Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0]), Buffer.alloc(240, 0xe9)]),
];

/** Plants the tree that the cases read. `root` is a folder of this machine. */
export function plantTree(root: string): void {
  for (const folder of ['etc', 'usr', 'var/odd', 'links', 'empty-folder'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'etc/hosts'), '192.0.2.1 example\n');
  writeFileSync(join(root, 'etc/empty'), '');
  writeFileSync(join(root, 'etc/large'), 'x'.repeat(100_000));
  writeFileSync(join(root, 'var/sparse'), '');
  truncateSync(join(root, 'var/sparse'), 10 * 1024 ** 3);
  const late = openSync(join(root, 'var/late'), 'w');
  writeSync(late, 'late', 2 << 20);
  closeSync(late);
  for (const name of hostileNames) {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/var/odd/`), name]), 'kept');
  }
  symlinkSync('loop-b', join(root, 'links/loop-a'));
  symlinkSync('loop-a', join(root, 'links/loop-b'));
  symlinkSync('../etc/hosts', join(root, 'links/relative'));
  writeFileSync(join(root, 'var/dated'), 'dated');
  mkdirSync(join(root, 'var/dated-folder'));
  // An access time before the last change is what the kernel renews even where it is lazy (relatime).
  for (const name of ['dated', 'dated-folder'])
    utimesSync(join(root, 'var', name), 1_000_000_000, 1_500_000_000);
  plantDeep(join(root, 'var'));
  Bun.spawnSync(['mkfifo', join(root, 'var/pipe')]);
  Bun.spawnSync(['mknod', join(root, 'var/zero'), 'c', '1', '5']);
}

const deepName = 'd'.repeat(250);
const deepLevels = 20;

/** A path of 5 KB, longer than the kernel takes at once; made from folder to folder. */
function plantDeep(from: string): void {
  let folder = openSync(from, constants.O_DIRECTORY);
  for (let level = 0; level < deepLevels; level += 1) {
    const below = `/proc/self/fd/${folder}/${deepName}`;
    mkdirSync(below);
    const next = openSync(below, constants.O_DIRECTORY);
    closeSync(folder);
    folder = next;
  }
  writeFileSync(`/proc/self/fd/${folder}/deep`, 'deep');
  closeSync(folder);
}

export interface TargetCase {
  readonly target: Target;
  /** The path of the planted tree on the target. */
  readonly at: string;
  /** The planted tree on this machine. */
  readonly planted: string;
  /** It can be walked quickly: not on a mount that may hang. */
  readonly walks: boolean;
}

export function targetCases(make: () => TargetCase): void {
  const path = (at: string, rest: string): PathText => printableText(`${at}/${rest}`);

  test('a file is read whole, and its bytes are its own', async () => {
    const { target, at } = make();
    const first = await target.read({ kind: 'file', path: path(at, 'etc/hosts') });
    await target.read({ kind: 'file', path: path(at, 'etc/large') });
    expect(first.status).toBe('ok');
    expect(Buffer.from(first.bytes).toString()).toBe('192.0.2.1 example\n');
  });

  test('an empty file is empty and a missing one absent', async () => {
    const { target, at } = make();
    expect((await target.read({ kind: 'file', path: path(at, 'etc/empty') })).status).toBe('empty');
    expect((await target.read({ kind: 'file', path: path(at, 'etc/none') })).status).toBe('absent');
    expect((await target.read({ kind: 'directory', path: path(at, 'empty-folder') })).status).toBe('empty');
    expect((await target.read({ kind: 'file', path: path(at, 'etc/hosts/x') })).status).toBe('absent');
  });

  test('a limit cuts, says so, and can take the end', async () => {
    const { target, at } = make();
    const head = await target.read({ kind: 'file', path: path(at, 'etc/large'), limit: 10 });
    expect([head.status, head.bytes.length]).toEqual(['truncated', 10]);
    const whole = await target.read({ kind: 'file', path: path(at, 'etc/large'), limit: 100_000 });
    expect([whole.status, whole.bytes.length]).toEqual(['ok', 100_000]);
    const tail = await target.read({ kind: 'file', path: path(at, 'etc/hosts'), limit: 8, tail: true });
    expect(Buffer.from(tail.bytes).toString()).toBe('example\n');
  });

  test('an offset begins further in, and past the end there is nothing', async () => {
    const { target, at } = make();
    const ask = (offset: number, limit: number) =>
      target.read({ kind: 'file', path: path(at, 'etc/hosts'), offset, limit });
    const middle = await ask(10, 7);
    expect([middle.status, Buffer.from(middle.bytes).toString()]).toEqual(['truncated', 'example']);
    const end = await ask(10, 100);
    expect([end.status, Buffer.from(end.bytes).toString()]).toEqual(['ok', 'example\n']);
    expect((await ask(18, 100)).status).toBe('empty');
  });

  test('a sparse file of 10 GB costs what the limit says', async () => {
    const { target, at } = make();
    const result = await target.read({ kind: 'file', path: path(at, 'var/sparse'), limit: 4096 });
    expect([result.status, result.bytes.length]).toEqual(['truncated', 4096]);
  });

  test('the end of a sparse file of 10 GB is read without the rest', async () => {
    const { target, at } = make();
    const request = { kind: 'file', path: path(at, 'var/sparse'), limit: 4096, tail: true } as const;
    const result = await target.read(request);
    expect([result.status, result.bytes.length]).toEqual(['truncated', 4096]);
  });

  test('of a sparse file of 10 GB no zeros are made where much is asked for', async () => {
    const { target, at } = make();
    for (const more of [{}, { tail: true }, { offset: 1 << 20 }]) {
      const result = await target.read({
        kind: 'file',
        path: path(at, 'var/sparse'),
        limit: 1 << 20,
        ...more,
      });
      expect([result.status, result.bytes.length]).toEqual(['truncated', 0]);
      expect(result.reason).toContain('bytes of hole');
    }
  });

  test('what stands behind a hole is read', async () => {
    const { target, at } = make();
    const ask = (limit: number, more: object = {}) =>
      target.read({ kind: 'file', path: path(at, 'var/late'), limit, ...more });
    expect(Buffer.from((await ask(4 << 20)).bytes).toString()).toEndWith('\0late');
    expect((await ask(1 << 20)).bytes.length).toBe(1 << 20);
    expect(Buffer.from((await ask(1 << 20, { tail: true })).bytes).toString()).toEndWith('\0late');
    expect(Buffer.from((await ask(1 << 20, { offset: 2 << 20 })).bytes).toString()).toBe('late');
  });

  test('a path longer than the kernel takes at once is read', async () => {
    const { target, at } = make();
    const result = await target.read({
      kind: 'file',
      path: path(at, `var/${`${deepName}/`.repeat(deepLevels)}deep`),
    });
    expect(Buffer.from(result.bytes).toString()).toBe('deep');
  });

  test('reading and listing leave the access times as they were', async () => {
    const { target, at } = make();
    const times = async (): Promise<readonly (number | undefined)[]> => [
      (await target.read({ kind: 'stat', path: path(at, 'var/dated') })).stat?.accessedUs,
      (await target.read({ kind: 'stat', path: path(at, 'var/dated-folder') })).stat?.accessedUs,
    ];
    const before = await times();
    expect((await target.read({ kind: 'file', path: path(at, 'var/dated') })).status).toBe('ok');
    expect((await target.read({ kind: 'directory', path: path(at, 'var/dated-folder') })).status).toBe(
      'empty',
    );
    expect(await times()).toEqual(before);
    expect(before[0]).toBeLessThan(2e15);
  });

  test('a path that is no path is answered with an error', async () => {
    const { target } = make();
    for (const odd of ['relative/path', '', '/etc/%00hosts']) {
      // Printable text that no decoder makes; a folder or a cut name could.
      const result = await target.read({ kind: 'file', path: printableText(odd) });
      expect(['error', 'absent']).toContain(result.status);
    }
  });

  test('a pipe, an endless device and a folder are told by name and not opened', async () => {
    const { target, at } = make();
    expect(await target.read({ kind: 'file', path: path(at, 'var/pipe') })).toMatchObject({
      status: 'error',
      reason: 'not a file: fifo',
    });
    expect(await target.read({ kind: 'file', path: path(at, 'var/zero') })).toMatchObject({
      status: 'error',
      reason: 'not a file: character',
    });
    expect(await target.read({ kind: 'file', path: path(at, 'etc') })).toMatchObject({
      status: 'error',
      reason: 'not a file: directory',
    });
  });

  test('links that lead in a circle end', async () => {
    const { target, at } = make();
    expect(await target.read({ kind: 'file', path: path(at, 'links/loop-a') })).toMatchObject({
      status: 'error',
      reason: 'ELOOP',
    });
    expect((await target.read({ kind: 'file', path: path(at, 'links/relative') })).status).toBe('ok');
  });

  test('every name is listed in printable form and opens again by it', async () => {
    const { target, at } = make();
    const folder = path(at, 'var/odd');
    const listed = await target.read({ kind: 'directory', path: folder });
    expect(listed.entries).toHaveLength(hostileNames.length);
    for (const { name } of listed.entries) {
      expect(/[\x00-\x1f\x7f\u202e]/.test(name)).toBe(false);
      const file = await target.read({ kind: 'file', path: joinPath(folder, name) });
      expect(file.status).toBe('ok');
    }
    const names = new Set<string>(listed.entries.map((entry) => entry.name));
    for (const name of hostileNames) expect(names.has(printableBytes(name))).toBe(true);
  });

  test('a batch is answered in the order asked, one answer each', async () => {
    const { target, at } = make();
    const wanted = Array.from({ length: 700 }, (_, index) =>
      path(at, index % 3 === 0 ? 'etc/hosts' : `none-${index}`),
    );
    const answered: string[] = [];
    for await (const batch of target.gather(wanted.map((one) => ({ kind: 'file', path: one })))) {
      for (const result of batch) {
        answered.push(result.request.path);
        if (result.kind === 'file' && result.status === 'ok') {
          expect(Buffer.from(result.bytes).toString()).toBe('192.0.2.1 example\n');
        }
      }
    }
    expect(answered).toEqual(wanted.map(String));
  });

  test('a stat tells type, size and times without following unless asked', async () => {
    const { target, at } = make();
    const link = await target.read({ kind: 'stat', path: path(at, 'links/relative') });
    expect(link.stat?.type).toBe('link');
    const followed = await target.read({ kind: 'stat', path: path(at, 'links/relative'), follow: true });
    expect(followed.stat).toMatchObject({ type: 'file', size: 18 });
    expect((await target.read({ kind: 'link', path: path(at, 'links/relative') })).target).toBe(
      printableText('../etc/hosts'),
    );
    expect((await target.read({ kind: 'link', path: path(at, 'etc/hosts') })).reason).toBe('not a link');
  });

  test('inode flags are told as the kernel has them, and lifted ones are gone', async () => {
    const { target, at, planted } = make();
    const flagsOf = async (rest: string): Promise<readonly string[] | undefined> =>
      (await target.read({ kind: 'attributes', path: path(at, rest) })).attributes?.flags;
    const chattr = (change: string, rest: string): boolean =>
      Bun.spawnSync(['chattr', change, join(planted, rest)], { stderr: 'ignore' }).exitCode === 0;
    expect(await flagsOf('etc/hosts')).toEqual([]);
    expect(chattr('+i', 'etc/hosts')).toBe(true);
    expect(chattr('+a', 'etc/large')).toBe(true);
    const seen = [await flagsOf('etc/hosts'), await flagsOf('etc/large'), await flagsOf('links/relative')];
    expect(chattr('-i', 'etc/hosts') && chattr('-a', 'etc/large')).toBe(true);
    expect(seen).toEqual([['immutable'], ['append-only'], []]);
    expect(await flagsOf('etc/hosts')).toEqual([]);
  });

  test('attributes of what is missing are absent, and those of a pipe open nothing', async () => {
    const { target, at } = make();
    expect((await target.read({ kind: 'attributes', path: path(at, 'etc/none') })).status).toBe('absent');
    expect((await target.read({ kind: 'attributes', path: path(at, 'var/pipe') })).status).toBe('ok');
  });

  test('a file capability is read as its bytes, also through a link', async () => {
    const { target, at, planted } = make();
    const set = Bun.spawnSync(['setcap', 'cap_net_raw+ep', join(planted, 'var/dated')]);
    expect(set.exitCode).toBe(0);
    symlinkSync('../var/dated', join(planted, 'links/capable'));
    const own = await target.read({ kind: 'attributes', path: path(at, 'var/dated') });
    const link = await target.read({ kind: 'attributes', path: path(at, 'links/capable') });
    const followed = await target.read({ kind: 'attributes', path: path(at, 'links/capable'), follow: true });
    rmSync(join(planted, 'links/capable'));
    expect(fileCapabilityText(own.attributes?.capability ?? noBytes)).toBe('cap_net_raw+ep');
    expect(link.attributes?.capability).toBeUndefined();
    expect(followed.attributes?.capability).toEqual(own.attributes?.capability);
  });

  test('a walk shows every plain file and folder once, and follows no link', () => {
    const { target, at, walks } = make();
    const shown: string[] = [];
    const problems: string[] = [];
    const start = at === '' ? printableText('/') : printableText(at);
    const visitor: WalkVisitor<string> = {
      entry(entry, folder) {
        if (entry.name !== deepName)
          shown.push(`${folder}/${entry.name} ${entry.isFolder ? 'folder' : entry.size}`);
        return undefined;
      },
      enter: (entry, folder) => `${folder}/${entry.name === deepName ? 'd' : entry.name}`,
      problem: (path, status, reason) => problems.push(`${path} ${status} ${reason}`),
    };
    const bounds = {
      entries: 10_000,
      perFolder: 1000,
      deadline: performance.now() + 60_000,
      takesMount: () => true,
    };
    const outcome = target.walkNow?.(start, '', visitor, bounds);
    expect(outcome !== undefined).toBe(walks);
    if (!walks) return;
    expect(outcome?.cut).toBeUndefined();
    expect(problems).toEqual([]);
    const odd = hostileNames.map((name) => `/var/odd/${name.toString('latin1')} 4`);
    const deep = `/var${'/d'.repeat(deepLevels)}/deep 4`;
    expect(shown.filter((line) => /^\/(?:etc|var)/.test(line)).sort()).toEqual(
      [
        ...[
          '/etc folder',
          '/etc/empty 0',
          '/etc/hosts 18',
          '/etc/large 100000',
          '/var folder',
          '/var/odd folder',
        ],
        ...[
          '/var/dated 5',
          '/var/dated-folder folder',
          `/var/sparse ${10 * 1024 ** 3}`,
          `/var/late ${(2 << 20) + 4}`,
          deep,
          ...odd,
        ],
      ].sort(),
    );
    expect(shown.some((line) => line.startsWith('/links/'))).toBe(false);
    const few = target.walkNow?.(start, '', visitor, { ...bounds, entries: 3 });
    expect(few).toMatchObject({ cut: 'more than 3 names' });
  });
}
