/** The running host as a watch asks it: what is read of /proc and of files, each bounded, without a program of the host. */
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import { parsePasswd } from '../../formats/passwd.ts';
import { parseProcStat } from '../../formats/proc-pid-stat.ts';
import { parseSystemStat } from '../../formats/proc-system-stat.ts';
import {
  bytesOf,
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableBytes,
} from '../../model/text.ts';
import { listDirectory, readFile } from '../../native/dirents.ts';
import { closeDescriptor } from '../../native/file-change.ts';
import { openAt, statusAt } from '../../native/file-state.ts';
import { linkTarget, openRoot } from '../../native/place-in-folder.ts';
import { processFolder } from '../../native/process-folder.ts';
import { isKernelMade, MountTable } from '../../target/mount-table.ts';
import { mostEditedBytes } from '../execute/edited-bytes.ts';
import { atPath, isStop, lookAt, readerOf } from '../execute/look.ts';
import { storedPlans } from '../plan-folder.ts';
import type { FolderWorld } from './folders.ts';
import { type Session, sessionOfLogind, sessionsOfUtmp } from './logins.ts';
import type { FoundFile } from './meaning.ts';
import type { CpuLook, CpuSample } from './minutes.ts';
import type { ProcessWorld } from './process-book.ts';
import { type Removed, removedFrom } from './removed.ts';
import type { Clock } from './world.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const folderType = 4;
const linkType = 10;
/** Programs and files that are hashed; larger ones are known by their path alone. */
const mostHashed = 128 << 20;
const mostSmall = 64 << 10;
const mostUtmp = 4 << 20;
const mostFileSystems = 32;

const read = (path: string, limit = mostSmall): Uint8Array | undefined => {
  const answer = readFile(encode(path), limit);
  return answer.status === 'ok' ? answer.value : undefined;
};

export function clockNow(): Clock {
  const uptime = read('/proc/uptime');
  const seconds =
    uptime === undefined ? Number.NaN : Number.parseFloat(Buffer.from(uptime).toString('latin1'));
  return { wallMs: Date.now(), upMs: Number.isFinite(seconds) ? seconds * 1000 : performance.now() };
}

/** Milliseconds since 1970 at which this host was started, and the name of that start. */
export function bootOf(): { readonly bootId: string; readonly bootMs: number } {
  const id = read('/proc/sys/kernel/random/boot_id');
  const { wallMs, upMs } = clockNow();
  return { bootId: id === undefined ? '' : Buffer.from(id).toString('latin1').trim(), bootMs: wallMs - upMs };
}

export const processWorld: ProcessWorld = {
  file: (pid, name) => read(`${processFolder(pid)}/${name}`),
  link: (pid, name) => {
    try {
      return readlinkSync(`${processFolder(pid)}/${name}`, 'buffer');
    } catch {
      // It has ended, or is a thread of the kernel: it has none.
      return undefined;
    }
  },
  user: (uid) => accountNames().get(uid),
};

let accounts: { readonly changed: number; readonly names: ReadonlyMap<number, Printable> } | undefined;

function accountNames(): ReadonlyMap<number, Printable> {
  const changed = statSync('/etc/passwd', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (accounts?.changed !== changed) {
    const bytes = read('/etc/passwd', mostUtmp) ?? new Uint8Array();
    const names = new Map<number, Printable>();
    for (const { uid, name } of parsePasswd(bytes)) if (!names.has(uid)) names.set(uid, name);
    accounts = { changed, names };
  }
  return accounts.names;
}

const nothing: ReadonlySet<string> = new Set();

/** Folders of mounts that may not answer are left alone: whoever asks them would hang with them. */
export function folderWorld(): Pick<FolderWorld, 'foldersIn' | 'linkedFolders'> {
  const bytes = read('/proc/self/mountinfo', mostUtmp);
  const table = bytes === undefined ? undefined : new MountTable(bytes);
  const mayHang = (path: PathText): boolean => table?.danger(path, nothing) !== undefined;
  return {
    foldersIn: (path) => (mayHang(path) ? undefined : namesOfType(path, folderType)),
    linkedFolders: (path) =>
      (mayHang(path) ? [] : (namesOfType(path, linkType) ?? [])).flatMap((name) => {
        const to = folderBehind(joinPath(path, name), mayHang);
        return to === undefined ? [] : [{ name, to }];
      }),
  };
}

function namesOfType(path: PathText, type: number): readonly Printable[] | undefined {
  const listing = listDirectory(bytesOf(path));
  const entries = listing.status === 'ok' ? listing.value : listing.partial;
  return entries?.filter((entry) => entry.type === type).map(({ name }) => printableBytes(name));
}

/** Where a link leads, as the kernel sees it, where that is a folder of this host's own files. */
function folderBehind(path: PathText, mayHang: (path: PathText) => boolean): PathText | undefined {
  try {
    // The first step of it; a chain that goes on to such a mount is met below, at its own folder.
    const target = printableBytes(readlinkSync(Buffer.from(bytesOf(path)), 'buffer'));
    if (mayHang(target.startsWith('/') ? target : joinPath(folderOf(path), target))) return undefined;
  } catch {
    return undefined;
  }
  const opened = openRoot(bytesOf(path));
  if (opened.status !== 'ok') return undefined;
  try {
    const real = printableBytes(readlinkSync(`/proc/self/fd/${opened.value}`, 'buffer'));
    return /^\/(?!proc(?:\/|$)|sys(?:\/|$)|dev(?:\/|$))/.test(real) ? real : undefined;
  } catch {
    return undefined;
  } finally {
    closeDescriptor(opened.value);
  }
}

/** A path on each file system from which programs may be run. */
export function fileSystems(): readonly PathText[] {
  const bytes = read('/proc/self/mountinfo', mostUtmp);
  if (bytes === undefined) return [phrase`/`];
  const byDevice = new Map<string, PathText>();
  const table = new MountTable(bytes);
  for (const { major, minor, mountPoint, fileSystem } of parseMountInfo(bytes)) {
    const device = `${major}:${minor}`;
    if (isKernelMade(fileSystem) || table.danger(mountPoint, nothing) !== undefined) continue;
    if (!byDevice.has(device) && byDevice.size < mostFileSystems) byDevice.set(device, mountPoint);
  }
  return [...byDevice.values()];
}

export function pidsNow(): readonly number[] {
  const listing = listDirectory(encode('/proc'));
  if (listing.status !== 'ok') return [];
  return listing.value.flatMap(({ name }) => {
    let pid = 0;
    for (const byte of name) {
      if (byte < 0x30 || byte > 0x39) return [];
      pid = pid * 10 + byte - 0x30;
    }
    return pid > 0 ? [pid] : [];
  });
}

export const programSize = (pid: number): number | undefined =>
  statSync(`${processFolder(pid)}/exe`, { throwIfNoEntry: false })?.size;

const hashes = new Map<string, string>();
const mostHashes = 256;
const piece = new Uint8Array(256 << 10);

/**
 * SHA-256 of the program that a process runs, also where its file is gone. Known again by inode, size and change time: a
 * hundred megabytes take a third of a second, and somebody who writes a thousand times is one program.
 */
export function programHash(pid: number): string | undefined {
  const path = `${processFolder(pid)}/exe`;
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { dev, ino, size, mtimeMs, ctimeMs } = fstatSync(descriptor);
      if (size > mostHashed) return undefined;
      const key = `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
      const known = hashes.get(key);
      if (known !== undefined) return known;
      const hasher = new Bun.CryptoHasher('sha256');
      for (let at = 0; at < mostHashed; ) {
        const read = readSync(descriptor, piece, 0, piece.length, at);
        if (read === 0) break;
        hasher.update(piece.subarray(0, read));
        at += read;
      }
      const hash = hasher.digest('hex');
      if (hashes.size >= mostHashes) hashes.clear();
      hashes.set(key, hash);
      return hash;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

export class FilesNow {
  readonly #root: number | undefined;

  constructor() {
    const opened = openRoot(encode('/'));
    this.#root = opened.status === 'ok' ? opened.value : undefined;
  }

  at(path: PathText): FoundFile | undefined {
    if (this.#root === undefined) return undefined;
    const found = atPath(this.#root, path, (place): FoundFile | undefined => {
      const status = statusAt(place);
      if (status.status !== 'ok') return undefined;
      const { type, size } = status.value;
      if (type !== 'file' && type !== 'link') return { type, size, sha256: undefined, content: undefined };
      const hashed = size <= mostHashed ? lookAt(place, path) : undefined;
      const sha256 = hashed === undefined || isStop(hashed) ? undefined : hashed.sha256;
      if (type === 'link') {
        const target = linkTarget(place);
        return { type, size, sha256, content: target.status === 'ok' ? target.value : undefined };
      }
      return { type, size, sha256, content: size <= mostEditedBytes ? contentOf(openAt(place)) : undefined };
    });
    return found === undefined || !('type' in found) ? undefined : found;
  }

  close(): void {
    if (this.#root !== undefined) closeDescriptor(this.#root);
  }
}

function contentOf(opened: ReturnType<typeof openAt>): Uint8Array | undefined {
  if (opened.status !== 'ok') return undefined;
  try {
    const reader = readerOf(opened.value);
    const parts: Uint8Array[] = [];
    const piece = new Uint8Array(64 << 10);
    for (let at = 0; at < mostEditedBytes; ) {
      const size = reader(piece, at);
      if (size === 0) break;
      parts.push(piece.slice(0, size));
      at += size;
    }
    return Buffer.concat(parts);
  } finally {
    closeDescriptor(opened.value);
  }
}

export function cpuNow(): CpuLook | undefined {
  const bytes = read('/proc/stat', 1 << 20);
  const system = bytes === undefined ? undefined : parseSystemStat(bytes);
  if (system === undefined) return undefined;
  const { wallMs, upMs } = clockNow();
  const processes = new Map<number, CpuSample>();
  for (const pid of pidsNow()) {
    const line = read(`/proc/${pid}/stat`, 4096);
    const stat = line === undefined ? undefined : parseProcStat(line);
    if (stat === undefined) continue;
    const { startTicks, name, userTicks, systemTicks } = stat;
    processes.set(pid, { pid, startTicks, name, ticks: userTicks + systemTicks });
  }
  const { userTicks, niceTicks, systemTicks, irqTicks, softIrqTicks } = system;
  const busyTicks = userTicks + niceTicks + systemTicks + irqTicks + softIrqTicks;
  return { atMs: wallMs, upMs, busyTicks, processes };
}

const sessionFolder = '/run/systemd/sessions';

export function sessionsNow(): readonly Session[] {
  const utmp = read('/run/utmp', mostUtmp) ?? read('/var/run/utmp', mostUtmp);
  const told = utmp === undefined ? [] : sessionsOfUtmp(utmp);
  const listing = listDirectory(encode(sessionFolder));
  const ofLogind =
    listing.status !== 'ok'
      ? []
      : listing.value
          .map(({ name }) => Buffer.from(name).toString('latin1'))
          .filter((name) => /^[A-Za-z0-9]{1,32}$/.test(name))
          .slice(0, 500)
          .flatMap((name) => {
            const file = read(`${sessionFolder}/${name}`);
            return file === undefined ? [] : (sessionOfLogind(Buffer.from(file).toString('utf8')) ?? []);
          });
  // The same session stands in both: the one with a terminal is told by utmp.
  const lines = new Set(told.map(({ user, line }) => `${user} ${line}`));
  return [...told, ...ofLogind.filter(({ user, line }) => !lines.has(`${user} ${line}`))];
}

/** What is waited for, read again where a ledger of the case was written. */
export function removedNow(caseFolder: string): () => Removed {
  let signature: string | undefined;
  let removed: Removed | undefined;
  return () => {
    const now = signatureOf(caseFolder);
    if (removed === undefined || now !== signature) {
      removed = removedFrom(storedPlans(caseFolder));
      signature = now;
    }
    return removed;
  };
}

function signatureOf(caseFolder: string): string {
  const listing = listDirectory(encode(caseFolder));
  if (listing.status !== 'ok') return '';
  return listing.value
    .map(({ name }) => Buffer.from(name).toString('latin1'))
    .filter((name) => /^plan-\d+$/.test(name))
    .sort()
    .map((name) => {
      const ledger = statSync(join(caseFolder, name, 'ledger'), { throwIfNoEntry: false });
      const plan = statSync(join(caseFolder, name, 'plan.json'), { throwIfNoEntry: false });
      return `${name} ${ledger?.size} ${ledger?.mtimeMs} ${plan?.mtimeMs}`;
    })
    .join('\n');
}
