/**
 * Where evidence of a container is kept: a folder beside the capsules of the vault, with its name only when it is whole
 * and on the disk. Text is plain; what is copied out of the container lies in capsules as the vault writes them
 * (`demine-quarantine/1 XOR LENGTH\n`, JSON that says what it is, then the bytes, each XORed), readable by its owner alone.
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { capsuleHead, turn } from '../vault/vault.ts';

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
}

export interface Capsule {
  /** A piece; it is turned in place. @throws what the file system answers */
  add(piece: Uint8Array): void;
  /** Undoes it: nothing is left. */
  drop(): void;
  close(): void;
}

export class EvidenceFolder {
  readonly path: string;
  readonly #part: string;

  /** @param vault folder of the vault @param token of the step */
  constructor(vault: string, token: string) {
    this.path = join(vault, `${token}.container`);
    this.#part = join(vault, `.${token}.container`);
  }

  get isWhole(): boolean {
    return existsSync(this.path);
  }

  /** Takes away what a killed run left. @throws what the file system answers, as all here */
  begin(): void {
    rmSync(this.#part, { recursive: true, force: true });
    mkdirSync(this.#part, { recursive: true, mode: 0o700 });
  }

  text(name: string, content: string): void {
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
    return {
      add: (piece) => {
        const bytes = Uint8Array.from(piece);
        turn(bytes);
        writeWhole(descriptor, bytes);
      },
      drop: () => {
        closeSync(descriptor);
        rmSync(join(this.#part, name), { force: true });
      },
      close: () => {
        this.#settle(descriptor);
        closeSync(descriptor);
      },
    };
  }

  finish(vault: string): void {
    this.#flush(this.#part);
    renameSync(this.#part, this.path);
    this.#flush(vault);
  }

  giveUp(): void {
    rmSync(this.#part, { recursive: true, force: true });
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
