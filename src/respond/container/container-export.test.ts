import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptCopies } from '../../model/ledger.ts';
import type { ChangeOf } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { sha256Of } from '../execute/look.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { turn } from '../vault/vault.ts';
import { type Exported, type ExportWorld, exportBound, keepExport, TarEnd } from './container-export.ts';
import { FakeEngine } from './engine.fixture.ts';
import { EngineClient } from './engine-client.ts';
import { exportRun } from './killed-export.fixture.ts';
import { forEver, rawSocket } from './raw-socket.fixture.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const id = 'c0ffee'.padEnd(64, '0');
const token = 'S7-12';
const name = printableText('docker shop');

/** As an engine packs it: files, then two blocks of zeros. */
const archive = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size * 512 + 1024);
  for (let at = 0; at < size * 512; at += 1)
    bytes[at] = at % 512 < 4 ? ([0x7f, 0x45, 0x4c, 0x46][at % 4] ?? 0) : at % 251;
  return bytes;
};

function tempVault(): string {
  const vault = mkdtempSync(join(tmpdir(), 'demine-vault-'));
  cleanups.push(() => rmSync(vault, { recursive: true, force: true }));
  return vault;
}

const changeOn = (socket: string, size?: number): ChangeOf<'container'> => ({
  kind: 'container',
  action: 'export',
  engine: { kind: 'docker', socket: printableText(socket), uid: 0, api: '1.41' },
  container: { id, name: printableText('shop'), image: printableText(''), imageId: printableText('') },
  ...(size === undefined ? {} : { size }),
});

const keep = (
  socket: string,
  vault: string,
  more: Partial<ExportWorld> & { readonly size?: number; readonly removesItself?: boolean } = {},
): Promise<Exported> => {
  const { size, removesItself = false, ...world } = more;
  const change = changeOn(socket, size);
  const pace = { silenceMs: 300, bytesPerSecond: 1024 };
  return keepExport(
    new EngineClient(change.engine),
    change,
    { vault, others: [], exportPace: pace, ...world },
    { token, name, removesItself },
  );
};

/** An engine that exports so many blocks. */
function exporting(blocks: number): FakeEngine {
  const engine = new FakeEngine();
  cleanups.push(() => engine.close());
  engine.create({ id, name: 'shop', command: ['sleep', '60'], exported: archive(blocks) });
  return engine;
}

async function answering(reply: (socket: Socket, asked: string) => void): Promise<string> {
  const raw = await rawSocket(reply);
  cleanups.push(() => raw.close());
  return raw.path;
}

const partOf = (exported: Exported): string =>
  'id' in exported ? `stopped ${exported.id}` : exported.notes.map(({ part }) => part).join(' ');

test('the whole is kept, neutralised, for its owner alone, with the hash of what the engine sent', async () => {
  const vault = tempVault();
  const engine = exporting(4096);
  const exported = await keep(engine.socket, vault, { size: archive(4096).length });
  expect(exported).toEqual({
    notes: [{ part: 'exported', detail: 'S7-12.container/export.tar.neutralised (2.0 MiB)' }],
    kept: [
      {
        source: name,
        sha256: sha256Of(archive(4096)),
        size: archive(4096).length,
        file: 'S7-12.container/export.tar.neutralised',
      },
    ],
  });
  const folder = join(vault, `${token}.container`);
  expect(readdirSync(folder).toSorted()).toEqual(['export.tar.neutralised', 'kept.json']);
  const path = join(folder, 'export.tar.neutralised');
  expect(statSync(path).mode & 0o777).toBe(0o400);
  const bytes = readFileSync(path);
  expect(bytes.includes('\x7fELF')).toBe(false);
  const [head = '', length = ''] = /^demine-quarantine\/1 167 (\d+)\n/.exec(bytes.toString('latin1')) ?? [];
  const content = Uint8Array.from(bytes.subarray(head.length + Number(length)));
  turn(content);
  expect(sha256Of(content)).toBe(sha256Of(archive(4096)));
  expect(keptCopies.parse(JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8')))).toHaveLength(1);
});

test('begun again when it is whole, it is not taken again, and says the same', async () => {
  const vault = tempVault();
  const engine = exporting(8);
  const first = await keep(engine.socket, vault);
  const asked = engine.asked.length;
  expect(await keep(engine.socket, vault)).toEqual(first);
  // Kept in the case, and gone on with elsewhere.
  expect(await keep(engine.socket, tempVault(), { others: [vault] })).toEqual(first);
  expect(engine.asked.length).toBe(asked);
});

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
const error = '{"message":"input/output error"}\n';
const piece = Buffer.from(archive(8).subarray(0, 4096));

test.each<[string, (socket: Socket) => void, string]>([
  [
    'ends in the middle of a chunk',
    (socket) => socket.end(Buffer.concat([Buffer.from(`${chunked}2000\r\n`), piece])),
    'it ended in the middle',
  ],
  ['has a chunk that is none', (socket) => socket.write(`${chunked}zz\r\nx`), 'a chunk that is none'],
  [
    'is shorter than it said',
    (socket) => socket.end(Buffer.concat([Buffer.from(`${ok}Content-Length: 9000\r\n\r\n`), piece])),
    'it ended in the middle',
  ],
  [
    'is longer than it said',
    (socket) => socket.end(Buffer.concat([Buffer.from(`${ok}Content-Length: 512\r\n\r\n`), piece])),
    'more than one answer',
  ],
  [
    'fails in the middle as Docker does: the error behind, and all of it well ended',
    (socket) =>
      socket.end(
        Buffer.concat([
          Buffer.from(`${chunked}1000\r\n`),
          piece,
          Buffer.from(`\r\n${error.length.toString(16)}\r\n${error}\r\n0\r\n\r\n`),
        ]),
      ),
    'it does not end as an archive does',
  ],
  ['is nothing', (socket) => socket.end(`${ok}Content-Length: 0\r\n\r\n`), 'it does not end as an archive'],
  ['hangs at once', () => undefined, 'too slowly'],
  ['hangs in the middle', (socket) => socket.write(`${chunked}1000\r\nxxx`), 'too slowly'],
  [
    'is refused',
    (socket) => socket.end('HTTP/1.1 500 No\r\nContent-Length: 18\r\n\r\n{"message":"busy"}'),
    'HTTP 500: busy',
  ],
  ['has no engine behind it', (socket) => socket.destroy(), 'it ended in the middle'],
])('an export that %s is not kept, and nothing of it is left', async (_, reply, why) => {
  const vault = tempVault();
  const socket = await answering(reply);
  const exported = await keep(socket, vault);
  expect(exported).toMatchObject({
    notes: [{ part: 'not-exported', detail: expect.stringContaining(why) }],
    kept: [],
  });
  expect(readdirSync(vault)).toEqual([]);
  // Ended, its files would be gone with it.
  expect(partOf(await keep(socket, vault, { removesItself: true }))).toBe('stopped not-exported');
  expect(readdirSync(vault)).toEqual([]);
});

test('one without end is given up at the bound, and nothing of it is left', async () => {
  const vault = tempVault();
  const socket = await answering((socket) => {
    socket.write(`${ok}\r\n`);
    forEver(socket, Buffer.alloc(1 << 16, 0x41));
  });
  const exported = await keep(socket, vault, { exportLimit: 8 << 20 });
  expect(exported).toEqual({ notes: [{ part: 'no-room', detail: '> 8.0 MiB' }], kept: [] });
  expect(readdirSync(vault)).toEqual([]);
  expect(partOf(await keep(socket, vault, { exportLimit: 1 << 20, removesItself: true }))).toBe(
    'stopped not-exported',
  );
});

test('one that does not fit is not asked for', async () => {
  const vault = tempVault();
  const engine = exporting(8);
  const size = 10 * 2 ** 30;
  const exported = await keep(engine.socket, vault, { size, exportLimit: 2 ** 30 });
  expect(exported).toEqual({ notes: [{ part: 'no-room', detail: '10.0 GiB > 1.0 GiB' }], kept: [] });
  // More than any disk has.
  expect(partOf(await keep(engine.socket, vault, { size: Number.MAX_SAFE_INTEGER }))).toBe('no-room');
  expect(engine.asked).toEqual([]);
  expect(readdirSync(vault)).toEqual([]);
});

test('a case that cannot be written stops the step', async () => {
  const vault = join(tempVault(), 'file');
  await Bun.write(vault, 'x');
  expect(partOf(await keep(exporting(8).socket, join(vault, 'v')))).toBe('stopped vault-unwritable');
});

test('the bound: what may be used, what the responder set, the smaller of both', () => {
  expect([exportBound(100, undefined), exportBound(100, 7), exportBound(5, 7), exportBound(-3, 7)]).toEqual([
    ...[100, 7, 5, 0],
  ]);
  expect(exportBound(undefined, undefined)).toBe(2 ** 30);
});

test('the end of an archive is found in pieces of any size', () => {
  const ends = (bytes: Uint8Array, step: number): boolean => {
    const end = new TarEnd();
    for (let at = 0; at < bytes.length; at += step) end.add(bytes.subarray(at, at + step));
    return end.isWhole;
  };
  for (const step of [1, 7, 512, 1000, 1 << 20]) {
    expect(ends(archive(3), step)).toBe(true);
    expect(ends(new Uint8Array(10_240), step)).toBe(true);
    expect(ends(archive(3).subarray(0, -1), step)).toBe(false);
    expect(ends(archive(3).subarray(0, -512), step)).toBe(false);
    expect(ends(new Uint8Array([...archive(3), 10]), step)).toBe(false);
  }
  expect(ends(new Uint8Array(0), 1)).toBe(false);
});

test('kill -9 in the middle: what was begun goes, also where it lay before, and it is taken whole', async () => {
  const [vault, elsewhere] = [tempVault(), tempVault()];
  const said = JSON.stringify({ Id: id, State: { Status: 'paused', Running: true, Paused: true } });
  const half = await answering((socket, asked) => {
    if (!asked.includes('/export')) socket.end(`${ok}Content-Length: ${said.length}\r\n\r\n${said}`);
    else socket.write(Buffer.concat([Buffer.from(`${chunked}100000\r\n`), piece]));
  });
  const ledger = join(vault, 'ledger');
  const run = Bun.spawn(
    [process.execPath, join(import.meta.dir, 'killed-export.fixture.ts'), half, vault, ledger],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  cleanups.push(() => run.kill('SIGKILL'));
  const begun = (): readonly string[] => readdirSync(vault).filter((one) => one.startsWith('.S'));
  const part = (): string => join(vault, begun()[0] ?? 'none', 'export.tar.neutralised');
  for (let waited = 0; waited < 120 && !(existsSync(part()) && statSync(part()).size > 4096); waited += 1) {
    await Bun.sleep(25);
  }
  run.kill('SIGKILL');
  await run.exited;
  expect(begun()).toHaveLength(1);
  expect(statSync(part()).mode & 0o111).toBe(0);

  const engine = exporting(64);
  const own = openLedger(ledger);
  try {
    expect(own.entries.map(({ record }) => record.kind)).toEqual(['began']);
    mkdirSync(elsewhere, { recursive: true });
    await exportRun({ socket: engine.socket, vault: elsewhere, others: [vault] }, own);
    expect(own.entries.map(({ record }) => record.kind)).toEqual(['began', 'evidence', 'done']);
    const [, evidence] = own.entries;
    expect(evidence?.record).toMatchObject({ kept: [{ sha256: sha256Of(archive(64)) }] });
  } finally {
    own.close();
  }
  expect(begun()).toEqual([]);
  expect(readdirSync(elsewhere)).toEqual(['S7-0.container']);
});
