/**
 * A hive of a given number of keys, shaped like the SYSTEM hive of a server: folders of 500 services, each with four
 * values and a key of parameters below it. The same bytes each time. No bytes of a real hive are in it.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

/** Services in a folder, whose list has 4 KB as those of systems have. */
const inFolder = 500;
const nowhere = 0xffff_ffff;
const written = 133_536_000_000_000_000n;

export interface WrittenHive {
  readonly keys: number;
  readonly values: number;
  readonly bytes: number;
}

interface Value {
  readonly name: string;
  readonly type: number;
  readonly data: Buffer;
}

const text = (name: string, value: string, type: number): Value => ({
  name,
  type,
  data: Buffer.from(`${value}\0`, 'utf16le'),
});
function number(name: string, value: number): Value {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(value);
  return { name, type: 4, data };
}

class Cells {
  readonly bytes: Buffer;
  #end = 0;
  keys = 0;
  values = 0;

  constructor(room: number) {
    this.bytes = Buffer.alloc(room);
    this.#bin();
  }

  #bin(): void {
    this.bytes.write('hbin', this.#end, 'latin1');
    this.bytes.writeUInt32LE(this.#end, this.#end + 4);
    this.bytes.writeUInt32LE(4096, this.#end + 8);
    this.#end += 32;
  }

  /** A new cell, filled by whoever takes it from the offset behind its size on. */
  cell(length: number): number {
    const size = (length + 11) & ~7;
    const left = 4096 - (this.#end & 4095);
    const whole = left === 4096 ? 0 : left;
    if (size > whole) {
      if (whole > 0) this.bytes.writeInt32LE(whole, this.#end);
      this.#end += whole;
      const bin = this.#end;
      this.#bin();
      // What does not fit in a page has a bin of its own size.
      if (size > 4064) this.bytes.writeUInt32LE(Math.ceil((size + 32) / 4096) * 4096, bin + 8);
    }
    const at = this.#end;
    this.bytes.writeInt32LE(-size, at);
    this.#end += size;
    if (size > 4064) {
      const rest = (4096 - (this.#end & 4095)) & 4095;
      if (rest > 0) this.bytes.writeInt32LE(rest, this.#end);
      this.#end += rest;
      this.#bin();
    }
    return at;
  }

  key(name: string, parent: number): number {
    const at = this.cell(76 + name.length);
    const from = at + 4;
    this.bytes.write('nk', from, 'latin1');
    this.bytes.writeUInt16LE(parent === nowhere ? 0x2c : 0x20, from + 2);
    this.bytes.writeBigUInt64LE(written, from + 4);
    this.bytes.writeUInt32LE(parent, from + 16);
    for (const field of [28, 32, 40, 44, 48]) this.bytes.writeUInt32LE(nowhere, from + field);
    this.bytes.writeUInt16LE(name.length, from + 72);
    this.bytes.write(name, from + 76, 'latin1');
    this.keys += 1;
    return at;
  }

  #value({ name, type, data }: Value): number {
    const at = this.cell(20 + name.length);
    const from = at + 4;
    this.bytes.write('vk', from, 'latin1');
    this.bytes.writeUInt16LE(name.length, from + 2);
    if (data.length <= 4) {
      this.bytes.writeUInt32LE((data.length | 0x8000_0000) >>> 0, from + 4);
      data.copy(this.bytes, from + 8);
    } else {
      const cell = this.cell(data.length);
      data.copy(this.bytes, cell + 4);
      this.bytes.writeUInt32LE(data.length, from + 4);
      this.bytes.writeUInt32LE(cell, from + 8);
    }
    this.bytes.writeUInt32LE(type, from + 12);
    this.bytes.writeUInt16LE(1, from + 16);
    this.bytes.write(name, from + 20, 'latin1');
    this.values += 1;
    return at;
  }

  give(key: number, values: readonly Value[]): void {
    const cells = values.map((value) => this.#value(value));
    const list = this.cell(cells.length * 4);
    for (const [index, cell] of cells.entries()) this.bytes.writeUInt32LE(cell, list + 4 + index * 4);
    this.bytes.writeUInt32LE(values.length, key + 4 + 36);
    this.bytes.writeUInt32LE(list, key + 4 + 40);
  }

  list(key: number, below: readonly (readonly [string, number])[]): void {
    const list = this.cell(4 + below.length * 8);
    this.bytes.write('lh', list + 4, 'latin1');
    this.bytes.writeUInt16LE(below.length, list + 6);
    for (const [index, [name, cell]] of below.entries()) {
      let hash = 0;
      for (const unit of name.toUpperCase()) hash = (Math.imul(hash, 37) + unit.charCodeAt(0)) >>> 0;
      this.bytes.writeUInt32LE(cell, list + 8 + index * 8);
      this.bytes.writeUInt32LE(hash, list + 12 + index * 8);
    }
    this.bytes.writeUInt32LE(below.length, key + 4 + 20);
    this.bytes.writeUInt32LE(list, key + 4 + 28);
  }

  close(): Buffer {
    const rest = (4096 - (this.#end & 4095)) & 4095;
    if (rest > 0) this.bytes.writeInt32LE(rest, this.#end);
    this.#end += rest;
    return this.bytes.subarray(0, this.#end);
  }
}

function baseBlock(binsSize: number): Buffer {
  const base = Buffer.alloc(4096);
  base.write('regf', 'latin1');
  for (const [at, value] of [
    [4, 1],
    [8, 1],
    [20, 1],
    [24, 5],
    [32, 1],
    [36, 32],
    [40, binsSize],
    [44, 1],
  ] as const)
    base.writeUInt32LE(value, at);
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= base.readUInt32LE(at);
  base.writeUInt32LE(sum >>> 0, 508);
  return base;
}

/** Writes about so many keys; how many they are exactly is told. */
export function writeHive(path: string, about: number): WrittenHive {
  const folders = Math.max(1, Math.round(about / (inFolder * 2)));
  const cells = new Cells((about + 10_000) * 440);
  const root = cells.key('ROOT', nowhere);
  const listed: [string, number][] = [];
  for (let folder = 0; folder < folders; folder += 1) {
    const name = `ControlSet${String(folder).padStart(5, '0')}`;
    const own = cells.key(name, root);
    const services: [string, number][] = [];
    for (let index = 0; index < inFolder; index += 1) {
      const service = `svc${String(index).padStart(3, '0')}_${((folder * 7919 + index) * 2_654_435_761) >>> 0}`;
      const key = cells.key(service, own);
      cells.give(key, [
        number('Type', 0x20),
        number('Start', index % 5),
        text('ImagePath', `%SystemRoot%\\System32\\${service}.exe -k netsvcs`, 2),
        text('DisplayName', `Service ${index} of ${folder}`, 1),
      ]);
      const parameters = cells.key('Parameters', key);
      cells.give(parameters, [text(`ServiceDll${index % 40}`, `C:\\Windows\\${service}.dll`, 2)]);
      cells.list(key, [['Parameters', parameters]]);
      services.push([service, key]);
    }
    cells.list(own, services);
    listed.push([name, own]);
  }
  cells.list(root, listed);
  const bins = cells.close();
  const file = openSync(path, 'w');
  try {
    writeSync(file, baseBlock(bins.length));
    for (let at = 0; at < bins.length; ) at += writeSync(file, bins, at, Math.min(1 << 26, bins.length - at));
  } finally {
    closeSync(file);
  }
  return { keys: cells.keys, values: cells.values, bytes: bins.length + 4096 };
}
