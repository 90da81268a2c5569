/**
 * A writer of binary XML as Windows lays it out, for tests: names and definitions stand where they are used first, and
 * are named by their place from then on. Source: [MS-EVEN6] 2.2.12.
 */
import { crc32 } from 'node:zlib';
import { chunkHeadSize, chunkSize, token, type } from './layout.ts';

export interface GivenElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, GivenPiece | readonly GivenPiece[]>>;
  readonly content?: readonly (GivenElement | GivenPiece)[];
}

/** Text, or a hole. */
export type GivenPiece =
  | string
  | { readonly value: number; readonly type?: number; readonly optional?: boolean }
  | { readonly cdata: string }
  | { readonly char: number }
  | { readonly entity: string };

export interface GivenTemplate {
  readonly guid: Uint8Array;
  readonly root: GivenElement;
}

export type GivenValue =
  | { readonly type: number; readonly bytes: Uint8Array }
  | { readonly template: GivenTemplate; readonly values: readonly GivenValue[] }
  /** A fragment that is no template. */
  | { readonly fragment: GivenElement; readonly dependent?: boolean };

export interface GivenRecord {
  readonly number: number;
  /** Microseconds since 1970. */
  readonly writtenUs?: number;
  readonly template: GivenTemplate;
  readonly values: readonly GivenValue[];
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const little = (size: 1 | 2 | 4 | 8, value: number | bigint): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.subarray(0, size);
};

export const filetimeOf = (us: number, tenths = 0): bigint =>
  (BigInt(us) + 11_644_473_600_000_000n) * 10n + BigInt(tenths);

const reals = (size: 4 | 8, value: number): Uint8Array => {
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return bytes;
};

/** Values of every type. */
export const given = {
  null: (): GivenValue => ({ type: type.null, bytes: new Uint8Array(0) }),
  text: (text: string): GivenValue => ({ type: type.string, bytes: utf16(text) }),
  ansi: (text: string): GivenValue => ({ type: type.ansiString, bytes: Buffer.from(text, 'latin1') }),
  i8: (value: number): GivenValue => ({ type: type.int8, bytes: little(1, value) }),
  u8: (value: number): GivenValue => ({ type: type.uint8, bytes: little(1, value) }),
  i16: (value: number): GivenValue => ({ type: type.int16, bytes: little(2, value) }),
  u16: (value: number): GivenValue => ({ type: type.uint16, bytes: little(2, value) }),
  i32: (value: number): GivenValue => ({ type: type.int32, bytes: little(4, value) }),
  u32: (value: number): GivenValue => ({ type: type.uint32, bytes: little(4, value) }),
  i64: (value: bigint): GivenValue => ({ type: type.int64, bytes: little(8, value) }),
  u64: (value: bigint): GivenValue => ({ type: type.uint64, bytes: little(8, value) }),
  f32: (value: number): GivenValue => ({ type: type.real32, bytes: reals(4, value) }),
  f64: (value: number): GivenValue => ({ type: type.real64, bytes: reals(8, value) }),
  bool: (value: boolean): GivenValue => ({ type: type.bool, bytes: little(4, value ? 1 : 0) }),
  binary: (bytes: Uint8Array): GivenValue => ({ type: type.binary, bytes }),
  guid: (bytes: Uint8Array): GivenValue => ({ type: type.guid, bytes }),
  sizeT: (value: bigint): GivenValue => ({ type: type.sizeT, bytes: little(8, value) }),
  filetime: (us: number, tenths = 0): GivenValue => ({
    type: type.filetime,
    bytes: little(8, filetimeOf(us, tenths)),
  }),
  systemtime: (...parts: readonly number[]): GivenValue => ({
    type: type.systemtime,
    bytes: Buffer.concat(parts.map((part) => little(2, part))),
  }),
  sid: (...parts: readonly number[]): GivenValue => ({
    type: type.sid,
    bytes: Buffer.concat([
      Uint8Array.of(1, parts.length, 0, 0, 0, 0, 0, 5),
      ...parts.map((part) => little(4, part)),
    ]),
  }),
  hex32: (value: number): GivenValue => ({ type: type.hexInt32, bytes: little(4, value) }),
  hex64: (value: bigint): GivenValue => ({ type: type.hexInt64, bytes: little(8, value) }),
  raw: (kind: number, bytes: Uint8Array): GivenValue => ({ type: kind, bytes }),
  texts: (...items: readonly string[]): GivenValue => ({
    type: 0x81,
    bytes: utf16(items.map((item) => `${item}\0`).join('')),
  }),
} as const;

export class ChunkWriter {
  readonly bytes = Buffer.alloc(chunkSize);
  at = chunkHeadSize;
  readonly #names = new Map<string, number>();
  readonly #definitions = new Map<GivenTemplate, number>();
  readonly #records: { readonly number: number; readonly at: number }[] = [];

  /** Places of the records. */
  get places(): readonly number[] {
    return this.#records.map(({ at }) => at);
  }

  record({ number, writtenUs = 0, template, values }: GivenRecord): void {
    const from = this.at;
    this.#records.push({ number, at: from });
    this.#put(Buffer.from('**\0\0', 'latin1'));
    this.#number(4, 0);
    this.#number(8, number);
    this.#number(8, filetimeOf(writtenUs));
    this.#instance(template, values);
    this.at += (8 - ((this.at + 4) % 8)) % 8;
    const size = this.at + 4 - from;
    this.#number(4, size);
    this.bytes.writeUInt32LE(size, from + 4);
  }

  /** The chunk with its head. */
  finish(): Buffer {
    const { bytes } = this;
    const [first, last] = [this.#records[0], this.#records.at(-1)];
    bytes.write('ElfChnk\0', 0, 'latin1');
    for (const [index, value] of [first, last, first, last].entries())
      bytes.writeBigUInt64LE(BigInt(value?.number ?? 0), 8 + index * 8);
    bytes.writeUInt32LE(128, 40);
    bytes.writeUInt32LE(last?.at ?? 0, 44);
    bytes.writeUInt32LE(this.at, 48);
    this.seal();
    return bytes;
  }

  /** The checksums anew. */
  seal(): void {
    const { bytes } = this;
    bytes.writeUInt32LE(crc32(bytes.subarray(chunkHeadSize, bytes.readUInt32LE(48))), 52);
    bytes.writeUInt32LE(crc32(bytes.subarray(128, chunkHeadSize), crc32(bytes.subarray(0, 120))), 124);
  }

  #put(bytes: Uint8Array): void {
    if (this.at + bytes.length > chunkSize) throw new Error('the chunk is full');
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  #number(size: 1 | 2 | 4 | 8, value: number | bigint): void {
    this.#put(little(size, value));
  }

  #instance(template: GivenTemplate, values: readonly GivenValue[]): void {
    this.#put(Uint8Array.of(token.fragmentHead, 1, 1, 0, token.templateInstance, 1));
    this.#put(template.guid.subarray(0, 4));
    const known = this.#definitions.get(template);
    this.#number(4, known ?? this.at + 4);
    if (known === undefined) this.#definition(template);
    this.#number(4, values.length);
    const specs = this.at;
    this.at += values.length * 4;
    for (const [index, value] of values.entries()) {
      const from = this.at;
      if ('bytes' in value) this.#put(value.bytes);
      else if ('template' in value) this.#instance(value.template, value.values);
      else {
        this.#element(value.fragment, value.dependent !== false);
        this.#number(1, token.end);
      }
      this.bytes.writeUInt16LE(this.at - from, specs + index * 4);
      this.bytes[specs + index * 4 + 2] = 'bytes' in value ? value.type : type.binXml;
    }
    this.#number(1, token.end);
  }

  #definition(template: GivenTemplate): void {
    this.#definitions.set(template, this.at);
    this.#number(4, 0);
    this.#put(template.guid);
    const sizeAt = this.at;
    this.#number(4, 0);
    this.#put(Uint8Array.of(token.fragmentHead, 1, 1, 0));
    this.#element(template.root, true);
    this.#number(1, token.end);
    this.bytes.writeUInt32LE(this.at - sizeAt - 4, sizeAt);
  }

  #element({ name, attributes = {}, content = [] }: GivenElement, dependent: boolean): void {
    const given = Object.entries(attributes);
    this.#number(1, token.openStartElement | (given.length > 0 ? 0x40 : 0));
    if (dependent) this.#number(2, 0xffff);
    const sizeAt = this.at;
    this.#number(4, 0);
    this.#name(name);
    if (given.length > 0) {
      const listAt = this.at;
      this.#number(4, 0);
      for (const [index, [key, value]] of given.entries()) {
        this.#number(1, token.attribute | (index < given.length - 1 ? 0x40 : 0));
        this.#name(key);
        for (const piece of isList(value) ? value : [value]) this.#piece(piece);
      }
      this.bytes.writeUInt32LE(this.at - listAt - 4, listAt);
    }
    if (content.length === 0) this.#number(1, token.closeEmptyElement);
    else {
      this.#number(1, token.closeStartElement);
      for (const node of content) {
        if (typeof node === 'object' && 'name' in node) this.#element(node, dependent);
        else this.#piece(node);
      }
      this.#number(1, token.endElement);
    }
    this.bytes.writeUInt32LE(this.at - sizeAt - 4, sizeAt);
  }

  #piece(piece: GivenPiece): void {
    if (typeof piece === 'string') {
      this.#put(Uint8Array.of(token.value, 1));
      this.#text(piece);
    } else if ('cdata' in piece) {
      this.#number(1, token.cdata);
      this.#text(piece.cdata);
    } else if ('char' in piece) {
      this.#number(1, token.charRef);
      this.#number(2, piece.char);
    } else if ('entity' in piece) {
      this.#number(1, token.entityRef);
      this.#name(piece.entity);
    } else {
      this.#number(1, piece.optional === false ? token.normalSubstitution : token.optionalSubstitution);
      this.#number(2, piece.value);
      this.#number(1, piece.type ?? type.string);
    }
  }

  #text(text: string): void {
    this.#number(2, text.length);
    this.#put(utf16(text));
  }

  #name(name: string): void {
    const known = this.#names.get(name);
    this.#number(4, known ?? this.at + 4);
    if (known !== undefined) return;
    this.#names.set(name, this.at);
    this.#number(4, 0);
    let hash = 0;
    for (let index = 0; index < name.length; index += 1)
      hash = (Math.imul(hash, 65_599) + name.charCodeAt(index)) & 0xffff;
    this.#number(2, hash);
    this.#text(name);
    this.#number(2, 0);
  }
}

const isList = (value: GivenPiece | readonly GivenPiece[]): value is readonly GivenPiece[] =>
  Array.isArray(value);
