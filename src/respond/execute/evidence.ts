/**
 * What is kept before anything changes: the files that the plan will touch, with their times; the programs of the
 * processes that it will end, also where their files are gone; what the kernel says of them and of its connections.
 *
 * Why: a miner that was ended leaves no command, no connection and, where it deleted itself, no program. Files are copied
 * again when they are changed: what a respawner did to them between is known then.
 * What it is NOT: an image of memory or of a disk. Memory and environments are never kept.
 * Copies of files are capsules of a vault (neutralised). Texts lie beside them, escaped, secrets in them masked. All are
 * listed with their SHA-256 in the ledger, and so are part of its chain.
 * Bounds: 64 MiB of a file, 512 MiB in all, beyond which a file is listed with its hash alone; 1 MiB of a text.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import type { RecordedFile, Stop } from '../../model/ledger.ts';
import { maskPrintable } from '../../model/mask.ts';
import type { ChangeOf } from '../../model/plan.ts';
import { type PathText, type Printable, phrase, printableBytes, printableText } from '../../model/text.ts';
import { closeDescriptor } from '../../native/file-change.ts';
import { openAt, stateOf } from '../../native/file-state.ts';
import type { Native } from '../../native/port.ts';
import { processFolder } from '../../native/process-folder.ts';
import { replaceFile } from '../vault/replace-file.ts';
import { type ReadAt, Vault } from '../vault/vault.ts';
import { atPath, isStop, lookAt, mostFileBytes, readerOf, recordedState, sha256Of } from './look.ts';
import type { Kept } from './port.ts';
import { statOf } from './running.ts';

const mostOfOne = 64 << 20;
const mostInAll = 512 << 20;
const mostText = 1 << 20;
const mostDescriptors = 1_000;

/** Not `environ`, which holds passwords, and not `mem`. */
const ofProcess = ['stat', 'status', 'cmdline', 'cgroup', 'maps', 'mountinfo', 'limits'] as const;
const ofHost = [
  ...['/proc/net/tcp', '/proc/net/tcp6', '/proc/net/udp', '/proc/net/udp6'],
  ...['/proc/modules', '/proc/self/mountinfo', '/proc/uptime', '/proc/loadavg'],
] as const;

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';

/** Lines of the target for people: escaped, masked; arguments are told apart by blanks. */
function shownLines(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll('\0', ' ')
    .replaceAll('\t', '  ')
    .split('\n');
  return lines.map((line) => maskPrintable(printableBytes(Buffer.from(line, 'latin1')))).join('\n');
}

function hashOf(read: ReadAt): { readonly sha256: string; readonly size: number } | undefined {
  const hasher = new Bun.CryptoHasher('sha256');
  const buffer = new Uint8Array(1 << 20);
  for (let at = 0; at <= mostFileBytes; ) {
    const size = read(buffer, at);
    if (size === 0) return { sha256: hasher.digest('hex'), size: at };
    hasher.update(buffer.subarray(0, size));
    at += size;
  }
  return undefined;
}

/** Of all that may go wrong, what keeps us from keeping. What the target says is no reason to stop. */
const ofVault = (stop: Stop | undefined): Stop | undefined =>
  stop?.id === 'vault-full' || stop?.id === 'vault-unwritable' ? stop : undefined;

export class EvidenceKeeper {
  readonly #vault: Vault;
  readonly #token: string;
  readonly kept: Kept = [];
  #bytes = 0;

  /** @param folder in which copies are kept; made here */
  constructor(folder: string, token: string) {
    this.#vault = new Vault(folder);
    this.#token = token;
  }

  /** Files of the target as they are. @param root descriptor of its root */
  files(root: number, { paths }: ChangeOf<'keep-evidence'>): Stop | undefined {
    for (const path of paths) {
      const stop = atPath(root, path, (place): Stop | undefined => {
        const file = lookAt(place, path);
        // It is not there any more, or too large to be looked into: then it cannot be taken either.
        if (isStop(file) || file.state.type !== 'file') return undefined;
        const opened = openAt(place);
        if (opened.status !== 'ok') return undefined;
        try {
          return this.#copy(path, file, readerOf(opened.value));
        } finally {
          closeDescriptor(opened.value);
        }
      });
      if (ofVault(stop) !== undefined) return stop;
    }
    return undefined;
  }

  /** Processes of the running host, and its connections. */
  processes(native: Native, { processes }: ChangeOf<'keep-evidence'>): Stop | undefined {
    for (const process of processes) {
      // Its number may be another's by now.
      if (statOf(native, process.pid)?.startTicks !== process.startTicks) continue;
      const folder = processFolder(process.pid);
      const files = ofProcess.map((name) => `${folder}/${name}`);
      const stop =
        this.#program(folder) ?? this.#texts(native, `pid-${process.pid}`, files, descriptorsOf(folder));
      if (stop !== undefined) return stop;
    }
    return this.#texts(native, 'host', ofHost, '');
  }

  #copy(source: Printable, file: RecordedFile, read: ReadAt): Stop | undefined {
    const { size } = file.state;
    if (size > mostOfOne || this.#bytes + size > mostInAll) {
      this.kept.push({ source, sha256: file.sha256, size });
      return undefined;
    }
    const name = `${this.#token}-${this.kept.length}`;
    const stop = this.#vault.keep(name, file, read);
    if (stop !== undefined) return ofVault(stop);
    this.#bytes += size;
    this.kept.push({ source, sha256: file.sha256, size, file: `${name}.capsule` });
    return undefined;
  }

  /** Through the kernel's own link: the file may have no name any more. */
  #program(folder: string): Stop | undefined {
    let descriptor: number;
    let target: PathText;
    try {
      target = printableBytes(readlinkSync(`${folder}/exe`, 'buffer'));
      descriptor = openSync(`${folder}/exe`, 'r');
    } catch {
      // It ended meanwhile, or has no program.
      return undefined;
    }
    try {
      const state = stateOf(descriptor);
      const hash = hashOf(readerOf(descriptor));
      if (state.status !== 'ok' || hash === undefined) return undefined;
      const file: RecordedFile = {
        path: target,
        state: recordedState(state.value),
        sha256: hash.sha256,
        folder: { accessedNs: '0', modifiedNs: '0' },
      };
      return this.#copy(phrase`${printableText(folder)}/exe`, file, readerOf(descriptor));
    } finally {
      closeSync(descriptor);
    }
  }

  #texts(native: Native, name: string, paths: readonly string[], more: string): Stop | undefined {
    const parts = paths.map((path) => {
      const read = native.readFile(new TextEncoder().encode(path), mostText);
      return `== ${path}\n${read.status === 'ok' ? shownLines(read.value) : read.reason}\n`;
    });
    const bytes = Buffer.from(`${parts.join('\n')}${more}`);
    const file = `${this.#token}-${name}.txt`;
    try {
      mkdirSync(this.#vault.folder, { recursive: true, mode: 0o700 });
      replaceFile(this.#vault.folder, file, bytes);
    } catch (thrown) {
      const code = codeOf(thrown);
      const id = code === 'ENOSPC' || code === 'EDQUOT' ? 'vault-full' : 'vault-unwritable';
      return { id, subject: printableText(this.#vault.folder), detail: code };
    }
    this.kept.push({ source: printableText(name), sha256: sha256Of(bytes), size: bytes.length, file });
    return undefined;
  }
}

/** What a process holds open, by number. */
function descriptorsOf(folder: string): string {
  let numbers: readonly string[];
  try {
    numbers = readdirSync(`${folder}/fd`);
  } catch (thrown) {
    return `== ${folder}/fd\n${codeOf(thrown)}\n`;
  }
  const lines = numbers.slice(0, mostDescriptors).map((number) => {
    try {
      return `${number} ${maskPrintable(printableBytes(readlinkSync(`${folder}/fd/${number}`, 'buffer')))}`;
    } catch (thrown) {
      return `${number} ${codeOf(thrown)}`;
    }
  });
  return `\n== ${folder}/fd\n${lines.join('\n')}\n`;
}
