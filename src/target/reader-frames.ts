/**
 * What the reader and its child say to each other, over one socket: frames of a JSON head and a body of bytes.
 * Names and paths in the head are bytes as latin1, so that JSON loses none. Both ends are this program; the
 * child's answers hold names that an attacker chose, so they are checked like any evidence.
 *
 * Frame: length of the head and length of the body, 32 bits little-endian each; head; body.
 */
import { join } from 'node:path';
import type { SourceStatus } from '../model/source.ts';
import type { DirectoryEntry, FileStatus, InodeFlag, Request } from './port.ts';

/** The file that knows this room's internal tasks when we run from source. */
export const entryFile: string = join(import.meta.dir, 'child-main.ts');
export const readerTask = 'read';
/** The descriptor of the child that the socket is. */
export const socketOfChild = 3;

/** How the child gets to what is asked. */
export interface Way {
  /** A folder, or a link of /proc to one, that is `/`; or the link of /proc that is the thing itself. */
  readonly root: string;
  /** The mount table to walk by; none where the link itself was judged. */
  readonly table?: string;
  /** The root in the words of that table, without a final slash. */
  readonly place: string;
  /** From the root; empty for the root itself. */
  readonly path: string;
  /** Mount points that may be touched. */
  readonly allowed: readonly string[];
}

export interface Question extends Way {
  readonly kind: Request['kind'];
  readonly limit?: number;
  readonly tail?: boolean;
  readonly offset?: number;
  readonly follow?: boolean;
}

export interface Reply {
  readonly status: SourceStatus;
  readonly reason?: string;
  /** Bytes of a link. */
  readonly target?: string;
  readonly entries?: readonly (readonly [name: string, type: DirectoryEntry['type']])[];
  readonly stat?: FileStatus;
  /** The capability is bytes as latin1, like every name. */
  readonly attributes?: { readonly flags?: readonly InodeFlag[]; readonly capability?: string };
  /** The way leads onto another mount that may hang. */
  readonly blocked?: {
    readonly device: string;
    readonly point: string;
    readonly danger: 'may-hang' | 'automount';
    readonly fileSystem: string;
    readonly path: string;
  };
}

export interface Frame {
  readonly head: unknown;
  readonly body: Uint8Array;
}

const prefix = 8;
/** A folder of five million names; more is a mistake. */
const mostHead = 1 << 30;

export function encodeFrame(head: Question | Reply | 'ready', body: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(prefix);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  return [lengths, text, body];
}

/** Puts a frame together from pieces as they come. */
export class FrameBuffer {
  #bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #used = 0;

  /** Where the next bytes go. */
  get room(): Buffer {
    if (this.#used === this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.max(this.#bytes.length * 2, Math.min(this.#whole, mostHead)),
      );
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    return this.#bytes.subarray(this.#used);
  }

  take(count: number): void {
    this.#used += count;
  }

  /** Bytes of the frame that has begun. */
  get #whole(): number {
    if (this.#used < prefix) return prefix;
    return prefix + this.#bytes.readUInt32LE(0) + this.#bytes.readUInt32LE(4);
  }

  /** The frame when it is whole; its body is good until the next bytes come. @throws SyntaxError */
  frame(): Frame | undefined {
    const whole = this.#whole;
    if (this.#used < prefix || this.#used < whole) return undefined;
    const headEnd = prefix + this.#bytes.readUInt32LE(0);
    const head: unknown = JSON.parse(this.#bytes.toString('utf8', prefix, headEnd));
    const { buffer, byteOffset } = this.#bytes;
    // No `Buffer`, whose `slice` copies nothing.
    const body = new Uint8Array(buffer, byteOffset + headEnd, whole - headEnd);
    // One question, one answer: nothing follows a frame before it was read.
    this.#used = 0;
    return { head, body };
  }
}
