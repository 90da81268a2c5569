/**
 * Where what is taken out of a target is kept: a folder of the case, one capsule for each change.
 *
 * A capsule is the file's record and its content, neutralised: every byte is XORed with a constant, so it neither runs
 * nor is it what a scanner of viruses looks for, and it can be read by nobody but its owner (0400). It is not a secret:
 * whoever may read the case may have the malware back. Format: `demine-quarantine/1 XOR LENGTH\n`, LENGTH bytes of JSON
 * (`RecordedFile`), the content.
 *
 * A capsule has its name only when it is whole and on the disk. Before a file is let go its capsule is read again.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../model/error.ts';
import type { RecordedFile, Stop } from '../../model/ledger.ts';
import { printableText } from '../../model/text.ts';

const format = 'demine-quarantine/1';
const key = 0xa7;
const piece = 1 << 20;
/** A record holds the extended attributes, 64 KiB each at most. */
const mostHeader = 16 << 20;

/** Fills `into` from `at` on and answers how many bytes there were. */
export type ReadAt = (into: Uint8Array, at: number) => number;

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : errorText(thrown);

/** What follows the head of a capsule is turned, and turned again to be read. */
export function turn(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) ^ key;
}

/** @param about what is kept, as JSON */
export function capsuleHead(about: object): Uint8Array {
  const header = Buffer.from(JSON.stringify(about));
  return Buffer.concat([Buffer.from(`${format} ${key} ${header.length}\n`), header]);
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
}

export class Vault {
  readonly folder: string;
  /** Where copies were kept before; they are only read. */
  readonly others: readonly string[];

  constructor(folder: string, others: readonly string[] = []) {
    this.folder = folder;
    this.others = others.filter((other) => other !== folder);
  }

  #path(token: string): string {
    return join(this.folder, `${token}.capsule`);
  }

  /**
   * Keeps a file. Kept already under this token, it is not written again.
   * @returns why not, where it could not be kept: then nothing is left in the vault
   */
  keep(token: string, file: RecordedFile, read: ReadAt): Stop | undefined {
    if (this.holds(token, file)) return undefined;
    const part = join(this.folder, `${token}.part`);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      rmSync(part, { force: true });
      const sha256 = this.#write(part, file, read);
      if (sha256 !== file.sha256) {
        rmSync(part, { force: true });
        return { id: 'other-content', subject: file.path, detail: '' };
      }
      renameSync(part, this.#path(token));
      this.#flush();
      return undefined;
    } catch (thrown) {
      const code = codeOf(thrown);
      try {
        rmSync(part, { force: true });
      } catch (again) {
        return { id: 'vault-unwritable', subject: printableText(this.folder), detail: codeOf(again) };
      }
      const full = code === 'ENOSPC' || code === 'EDQUOT';
      return {
        id: full ? 'vault-full' : 'vault-unwritable',
        subject: printableText(this.folder),
        detail: code,
      };
    }
  }

  #write(path: string, file: RecordedFile, read: ReadAt): string {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(path, flags, 0o600);
    try {
      writeWhole(descriptor, capsuleHead(file));
      const hasher = new Bun.CryptoHasher('sha256');
      const buffer = new Uint8Array(piece);
      for (let at = 0; ; ) {
        const size = read(buffer, at);
        if (size === 0) break;
        const bytes = buffer.subarray(0, size);
        hasher.update(bytes);
        turn(bytes);
        writeWhole(descriptor, bytes);
        at += size;
      }
      fchmodSync(descriptor, 0o400);
      fsyncSync(descriptor);
      return hasher.digest('hex');
    } finally {
      closeSync(descriptor);
    }
  }

  #flush(): void {
    const folder = openSync(this.folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  /** Whether the content of `file` is kept, whole: it is read. */
  holds(token: string, file: RecordedFile): boolean {
    const hasher = new Bun.CryptoHasher('sha256');
    return this.content(token, (bytes) => hasher.update(bytes)) && hasher.digest('hex') === file.sha256;
  }

  #open(token: string): number | undefined {
    for (const folder of [this.folder, ...this.others]) {
      try {
        return openSync(join(folder, `${token}.capsule`), constants.O_RDONLY | constants.O_NOFOLLOW);
      } catch (thrown) {
        // A folder that was taken away holds none either.
        if (codeOf(thrown) !== 'ENOENT' && codeOf(thrown) !== 'ENOTDIR') throw thrown;
      }
    }
    return undefined;
  }

  /** Gives the content piece by piece, good for the call alone. False where there is no such capsule. */
  content(token: string, take: (bytes: Uint8Array) => void): boolean {
    const descriptor = this.#open(token);
    if (descriptor === undefined) return false;
    try {
      const buffer = new Uint8Array(piece);
      const first = readSync(descriptor, buffer, 0, 128, 0);
      const head = /^demine-quarantine\/1 (\d{1,3}) (\d{1,9})\n/.exec(
        Buffer.from(buffer.subarray(0, first)).toString('latin1'),
      );
      if (head === null || Number(head[1]) !== key || Number(head[2]) > mostHeader) return false;
      for (let at = head[0].length + Number(head[2]); ; ) {
        const size = readSync(descriptor, buffer, 0, buffer.length, at);
        if (size === 0) return true;
        const bytes = buffer.subarray(0, size);
        turn(bytes);
        take(bytes);
        at += size;
      }
    } finally {
      closeSync(descriptor);
    }
  }
}
