/**
 * One answer of an HTTP/1.1 server, decoded while it arrives. The body goes on piece by piece and is never kept here.
 *
 * What it is NOT: a client for the web. No answer in between but 100 is taken, no coding but `chunked`, no folded
 * header, no upgrade. Bounds: 32 KiB of head, 256 bytes a line between chunks, `most` bytes of body.
 * Source: RFC 9112, 2.1 (message), 5 (fields), 6.3 (length of the body), 7.1 (chunked); RFC 9110, 15.
 */

const mostHead = 32 << 10;
const mostLine = 256;
const mostHeaders = 200;

export interface HttpHead {
  readonly status: number;
  /** By name in small letters; of one that is there twice, the values joined as RFC 9110, 5.3 has it. */
  readonly headers: ReadonlyMap<string, string>;
}

type Framing =
  | { readonly kind: 'head' | 'size-line' | 'chunk-end' | 'trailer' | 'until-close' | 'done' }
  | { readonly kind: 'bytes'; readonly left: number; readonly chunked: boolean };

const nothing = new Uint8Array(0);

function parseHead(text: string): HttpHead {
  const [first = '', ...lines] = text.split('\r\n');
  const line = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [^\r\n]*)?$/.exec(first);
  if (line === null) throw new RangeError('not an answer of HTTP/1.1');
  if (lines.length > mostHeaders) throw new RangeError('too many headers');
  const headers = new Map<string, string>();
  for (const one of lines) {
    const match = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n]*?)[ \t]*$/.exec(one);
    if (match === null) throw new RangeError('a header that is none');
    const name = (match[1] ?? '').toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? (match[2] ?? '') : `${before}, ${match[2] ?? ''}`);
  }
  return { status: Number(line[1]), headers };
}

function framingOf({ status, headers }: HttpHead): Framing {
  if (status === 204 || status === 304) return { kind: 'done' };
  const coding = headers.get('transfer-encoding');
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new RangeError('a coding that is not known');
    return { kind: 'size-line' };
  }
  const length = headers.get('content-length');
  if (length === undefined) return { kind: 'until-close' };
  if (!/^\d{1,15}$/.test(length)) throw new RangeError('a length that is none');
  const left = Number(length);
  return left === 0 ? { kind: 'done' } : { kind: 'bytes', left, chunked: false };
}

export class HttpResponseReader {
  readonly #most: number;
  readonly #take: (piece: Uint8Array) => void;
  #framing: Framing = { kind: 'head' };
  #kept: Buffer = Buffer.alloc(0);
  #size = 0;
  #head: HttpHead | undefined;

  /** @param most bytes of body @param take a piece of the body, good for the call alone */
  constructor(most: number, take: (piece: Uint8Array) => void) {
    this.#most = most;
    this.#take = take;
  }

  get head(): HttpHead | undefined {
    return this.#head;
  }

  get isDone(): boolean {
    return this.#framing.kind === 'done';
  }

  /** @throws RangeError where it is no answer, or one beyond the bounds */
  push(bytes: Uint8Array): void {
    let rest: Uint8Array = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes]);
    this.#kept = Buffer.alloc(0);
    while (rest.length > 0 && !this.isDone) {
      const next = this.#step(rest);
      if (next === undefined) {
        this.#kept = Buffer.from(rest);
        return;
      }
      rest = next;
    }
    if (rest.length > 0) throw new RangeError('more than one answer');
  }

  /** The connection ended. @throws RangeError where the answer did not */
  end(): void {
    if (this.#framing.kind === 'until-close') this.#framing = { kind: 'done' };
    if (!this.isDone) throw new RangeError('it ended in the middle');
  }

  /** Takes what is whole off the front; undefined where more is needed. */
  #step(bytes: Uint8Array): Uint8Array | undefined {
    const { kind } = this.#framing;
    switch (kind) {
      case 'head':
        return this.#takeHead(bytes);
      case 'bytes':
        return this.#takeBytes(bytes, this.#framing);
      case 'until-close':
        this.#give(bytes);
        return nothing;
      case 'size-line':
      case 'chunk-end':
      case 'trailer':
        return this.#takeLine(bytes, kind);
      case 'done':
        return bytes;
    }
  }

  #takeHead(bytes: Uint8Array): Uint8Array | undefined {
    const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n');
    if (end < 0 ? bytes.length > mostHead : end > mostHead) throw new RangeError('a head that is too long');
    if (end < 0) return undefined;
    const head = parseHead(Buffer.from(bytes.subarray(0, end)).toString('latin1'));
    const rest = bytes.subarray(end + 4);
    if (head.status === 100) return rest;
    if (head.status < 200) throw new RangeError('an answer in between that was not asked for');
    this.#head = head;
    this.#framing = framingOf(head);
    return rest;
  }

  #takeBytes(bytes: Uint8Array, at: Extract<Framing, { readonly kind: 'bytes' }>): Uint8Array {
    const piece = bytes.subarray(0, at.left);
    this.#give(piece);
    const left = at.left - piece.length;
    if (left > 0) this.#framing = { ...at, left };
    else this.#framing = { kind: at.chunked ? 'chunk-end' : 'done' };
    return bytes.subarray(piece.length);
  }

  #takeLine(bytes: Uint8Array, kind: 'size-line' | 'chunk-end' | 'trailer'): Uint8Array | undefined {
    const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n');
    if (end < 0 ? bytes.length > mostLine : end > mostLine) throw new RangeError('a chunk that is none');
    if (end < 0) return undefined;
    const line = Buffer.from(bytes.subarray(0, end)).toString('latin1');
    if (kind === 'chunk-end') {
      if (line !== '') throw new RangeError('a chunk that is none');
      this.#framing = { kind: 'size-line' };
    } else if (kind === 'trailer') {
      if (line === '') this.#framing = { kind: 'done' };
    } else {
      const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line);
      if (size === null) throw new RangeError('a chunk that is none');
      const left = Number.parseInt(size[1] ?? '', 16);
      this.#framing = left === 0 ? { kind: 'trailer' } : { kind: 'bytes', left, chunked: true };
    }
    return bytes.subarray(end + 2);
  }

  #give(piece: Uint8Array): void {
    this.#size += piece.length;
    if (this.#size > this.#most) throw new RangeError(`more than ${this.#most} bytes`);
    if (piece.length > 0) this.#take(piece);
  }
}
