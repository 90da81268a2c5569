/** Links written for tests, by [MS-SHLLINK]. */
import { utf16 } from '../registry/hive.fixture.ts';

export interface LinkSpec {
  /** Names below the drive: `C:`, `Windows`, `x.exe`. */
  readonly items?: readonly string[];
  readonly localPath?: string;
  readonly share?: string;
  readonly name?: string;
  readonly workingFolder?: string;
  readonly arguments?: string;
  readonly environmentTarget?: string;
  readonly machine?: string;
  readonly behind?: number;
}

const long = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number >>> 0, index * 4);
  return bytes;
};
const short = (number: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(number);
  return bytes;
};

function fileItem(name: string, isFolder: boolean): Buffer {
  const short83 = Buffer.from(`${name.slice(0, 8)}\0`, 'latin1');
  const first = Buffer.concat([Buffer.alloc(12), short83, Buffer.alloc(short83.length % 2)]);
  const text = utf16(`${name}\0`);
  const extension = Buffer.concat([
    ...[short(46 + text.length + 2), short(9), long(0xbeef_0004), Buffer.alloc(38), text],
    short(2 + first.length),
  ]);
  const body = Buffer.concat([Buffer.from([isFolder ? 0x31 : 0x32]), first.subarray(1), extension]);
  const whole = Buffer.concat([short(2 + body.length), body]);
  whole.writeUInt16LE(whole.indexOf(extension), whole.length - 2);
  return whole;
}

function itemList(names: readonly string[]): Buffer {
  const [drive = 'C:', ...rest] = names;
  const computer = Buffer.from('14001f50e04fd020ea3a6910a2d808002b30309d', 'hex');
  const volume = Buffer.concat([short(25), Buffer.from([0x2f]), Buffer.alloc(22)]);
  volume.write(`${drive}\\`, 3, 'latin1');
  const items = rest.map((name, index) => fileItem(name, index < rest.length - 1));
  const list = Buffer.concat([computer, volume, ...items, short(0)]);
  return Buffer.concat([short(list.length), list]);
}

function linkInfo({ localPath, share }: LinkSpec): Buffer {
  const volume = Buffer.concat([long(17, 3, 0x1a2b_3c4d, 16), Buffer.from([0])]);
  const path = Buffer.from(`${localPath ?? ''}\0`, 'latin1');
  const network = Buffer.from(`${share ?? ''}\0`, 'latin1');
  const suffix = Buffer.from(share === undefined ? '\0' : 'x.exe\0', 'latin1');
  const net = Buffer.concat([long(20 + network.length, 2, 20, 0, 0x20000), network]);
  const parts = share === undefined ? [volume, path, suffix] : [net, suffix];
  const at = (index: number): number => 28 + Buffer.concat(parts.slice(0, index)).length;
  const offsets = share === undefined ? [1, at(0), at(1), 0, at(2)] : [2, 0, 0, at(0), at(1)];
  const body = Buffer.concat([long(28, ...offsets), ...parts]);
  return Buffer.concat([long(body.length + 4), body]);
}

function environmentBlock(target: string): Buffer {
  const block = Buffer.alloc(788);
  block.writeUInt32LE(788, 0);
  block.writeUInt32LE(0xa000_0001, 4);
  block.write(target, 8, 'latin1');
  block.write(target, 268, 'utf16le');
  return block;
}

function trackerBlock(machine: string): Buffer {
  const block = Buffer.alloc(0x60);
  block.writeUInt32LE(0x60, 0);
  block.writeUInt32LE(0xa000_0003, 4);
  block.writeUInt32LE(0x58, 8);
  block.write(machine, 16, 'latin1');
  block.fill(0x11, 32);
  return block;
}

export function linkFile(spec: LinkSpec): Buffer {
  const text = (value: string): Buffer => Buffer.concat([short(value.length), utf16(value)]);
  const hasInfo = spec.localPath !== undefined || spec.share !== undefined;
  const flags =
    0x80 |
    (spec.items === undefined ? 0 : 0x1) |
    (hasInfo ? 0x2 : 0) |
    (spec.name === undefined ? 0 : 0x4) |
    (spec.workingFolder === undefined ? 0 : 0x10) |
    (spec.arguments === undefined ? 0 : 0x20) |
    (spec.environmentTarget === undefined ? 0 : 0x200);
  const header = Buffer.alloc(0x4c);
  header.writeUInt32LE(0x4c, 0);
  header.set(Buffer.from('0114020000000000c000000000000046', 'hex'), 4);
  header.writeUInt32LE(flags, 20);
  header.writeUInt32LE(0x20, 24);
  header.writeBigUInt64LE(133_536_000_123_456_789n, 28);
  header.writeUInt32LE(4096, 52);
  header.writeUInt32LE(7, 60);
  return Buffer.concat([
    header,
    spec.items === undefined ? Buffer.alloc(0) : itemList(spec.items),
    hasInfo ? linkInfo(spec) : Buffer.alloc(0),
    ...[spec.name, spec.workingFolder, spec.arguments].map((one) =>
      one === undefined ? Buffer.alloc(0) : text(one),
    ),
    spec.environmentTarget === undefined ? Buffer.alloc(0) : environmentBlock(spec.environmentTarget),
    spec.machine === undefined ? Buffer.alloc(0) : trackerBlock(spec.machine),
    long(0),
    Buffer.alloc(spec.behind ?? 0, 0x41),
  ]);
}
