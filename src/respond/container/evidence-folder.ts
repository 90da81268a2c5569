/**
 * Where evidence of a container is kept: a folder beside the capsules of the vault, with its name only when it is whole
 * and on the disk. Text is plain; what is copied out of the container lies in capsules as the vault writes them
 * (`demine-quarantine/1 XOR LENGTH\n`, JSON that says what it is, then the bytes, each XORed), readable by its owner alone.
 * `kept.json` lists each with the SHA-256 of what it is of, which the ledger gets as well.
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../model/error.ts';
import { keptCopies, type Stop } from '../../model/ledger.ts';
import { type Printable, printableText } from '../../model/text.ts';
import type { Kept } from '../execute/port.ts';
import { capsuleHead, turn } from '../vault/vault.ts';

/** Why nothing more can be written there. */
function stopOf(folder: string, thrown: unknown): Stop {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : errorText(thrown);
  const id = code === 'ENOSPC' || code === 'EDQUOT' ? 'vault-full' : 'vault-unwritable';
  return { id, subject: printableText(folder), detail: code };
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
}

export interface Capsule {
  /** Bytes that were added. */
  readonly size: number;
  /** @throws what the file system answers */
  add(piece: Uint8Array): void;
  /** Undoes it: nothing is left. */
  drop(): void;
  /** @param source what it is of, for the list of what is kept @returns SHA-256 of what was added */
  close(source: Printable): string;
}

const listName = 'kept.json';

export class EvidenceFolder {
  readonly #vault: string;
  readonly #others: readonly string[];
  readonly #name: string;
  readonly #part: string;
  readonly #kept: Kept[number][] = [];

  /**
   * @param vault folder of the vault
   * @param others where copies were kept before: what a killed run left there goes too
   * @param token of the step
   */
  constructor(vault: string, others: readonly string[], token: string) {
    this.#vault = vault;
    this.#others = others;
    this.#name = `${token}.container`;
    this.#part = join(vault, `.${this.#name}`);
  }

  /** What is kept already, where an earlier run came to the end of it. @throws what the file system answers, as all here */
  whole(): Kept | undefined {
    const list = [this.#vault, ...this.#others]
      .map((folder) => join(folder, this.#name, listName))
      .find((path) => existsSync(path));
    return list === undefined ? undefined : keptCopies.parse(JSON.parse(readFileSync(list, 'utf8')));
  }

  /** Takes away what a killed run left. */
  begin(): void {
    for (const folder of [this.#vault, ...this.#others]) {
      rmSync(join(folder, `.${this.#name}`), { recursive: true, force: true });
    }
    mkdirSync(this.#part, { recursive: true, mode: 0o700 });
  }

  #keep(source: Printable, name: string, hash: Bun.CryptoHasher, size: number): string {
    const sha256 = hash.digest('hex');
    this.#kept.push({ source, sha256, size, file: `${this.#name}/${name}` });
    return sha256;
  }

  /** @param source what it is of */
  text(name: string, source: Printable, content: string): void {
    this.#write(name, content);
    const bytes = Buffer.from(content);
    this.#keep(source, name, new Bun.CryptoHasher('sha256').update(bytes), bytes.length);
  }

  #write(name: string, content: string): void {
    const descriptor = this.#open(name);
    try {
      writeWhole(descriptor, Buffer.from(content));
      this.#settle(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  capsule(name: string, about: object): Capsule {
    const descriptor = this.#open(name);
    writeWhole(descriptor, capsuleHead(about));
    const hash = new Bun.CryptoHasher('sha256');
    let size = 0;
    return {
      get size() {
        return size;
      },
      add: (piece) => {
        const bytes = Uint8Array.from(piece);
        hash.update(bytes);
        turn(bytes);
        writeWhole(descriptor, bytes);
        size += bytes.length;
      },
      drop: () => {
        closeSync(descriptor);
        rmSync(join(this.#part, name), { force: true });
      },
      close: (source) => {
        this.#settle(descriptor);
        closeSync(descriptor);
        return this.#keep(source, name, hash, size);
      },
    };
  }

  /** Gives it its name. @returns what is kept, for the ledger */
  finish(): Kept {
    this.#write(listName, `${JSON.stringify(this.#kept, null, 2)}\n`);
    this.#flush(this.#part);
    renameSync(this.#part, join(this.#vault, this.#name));
    this.#flush(this.#vault);
    return this.#kept;
  }

  giveUp(): void {
    rmSync(this.#part, { recursive: true, force: true });
  }

  /** Nothing of it is left. @returns why, for what was thrown */
  abandon(thrown: unknown): Stop {
    const stop = stopOf(this.#vault, thrown);
    try {
      this.giveUp();
    } catch (again) {
      return { ...stop, detail: `${stop.detail} (${errorText(again)})` };
    }
    return stop;
  }

  #open(name: string): number {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    return openSync(join(this.#part, name), flags, 0o600);
  }

  #settle(descriptor: number): void {
    fchmodSync(descriptor, 0o400);
    fsyncSync(descriptor);
  }

  #flush(path: string): void {
    const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}
