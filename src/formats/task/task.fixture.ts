/** Tasks for tests: the values of the TaskCache and .job files, written by hand after their descriptions. */
import { utf16 } from '../registry/hive.fixture.ts';

const long = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number >>> 0);
  return bytes;
};
const short = (number: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(number);
  return bytes;
};
const block = (number: number): Buffer => Buffer.concat([long(number), Buffer.alloc(4, 0x48)]);
const text = (value: string): Buffer => Buffer.concat([long(value.length * 2), utf16(value)]);
const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8, 0x48)]);
const blockText = (value: string): Buffer => Buffer.concat([block(value.length * 2), padded(utf16(value))]);
const unitsText = (value: string): Buffer =>
  value === '' ? block(0) : Buffer.concat([block(value.length), padded(utf16(`${value}\0`))]);
const boundary = (time: bigint, local = true): Buffer => {
  const bytes = Buffer.alloc(16, 0x48);
  bytes.writeUInt8(local ? 1 : 0, 0);
  bytes.writeBigUInt64LE(time, 8);
  return bytes;
};
const never = 0xffff_ffff_ffff_ffffn;

export const runAction = (command: string, parameters: string, folder = ''): Buffer =>
  Buffer.concat([short(0x6666), text(''), text(command), text(parameters), text(folder), short(0)]);
export const classAction = (id: Uint8Array, data: string): Buffer =>
  Buffer.concat([short(0x7777), text(''), id, text(data)]);
export const actionsValue = (...actions: readonly Uint8Array[]): Buffer =>
  Buffer.concat([short(3), text('Author'), ...actions]);

const generic = (seconds: number): Buffer =>
  Buffer.concat([
    ...[boundary(0n), boundary(never), long(30), long(0xffff_ffff), long(seconds), long(0), long(0)],
    ...[long(0), block(1), Buffer.alloc(8, 0x48), padded(text('ab')), Buffer.alloc(0)],
  ]);
const systemSid = Buffer.from('010100000000000512000000', 'hex');
const user = Buffer.concat([block(0), block(0), block(5), block(12), padded(systemSid), blockText('')]);
const anybody = block(1);

export const bootTrigger = (seconds: number): Buffer => Buffer.concat([block(0xffff), generic(seconds)]);
export const logonTrigger = (): Buffer => Buffer.concat([block(0xaaaa), generic(0), anybody]);
export const sessionTrigger = (change: number): Buffer =>
  Buffer.concat([block(0x7777), generic(0), block(change), user]);
export const eventTrigger = (query: string): Buffer =>
  Buffer.concat([
    ...[block(0xcccc), generic(0), unitsText(query), long(0), long(0), unitsText('')],
    ...[block(1), unitsText('Name'), unitsText('Value')],
  ]);
export const timeTrigger = (start: bigint, mode: number, everySeconds: number): Buffer =>
  Buffer.concat([
    ...[
      block(0xdddd),
      boundary(start),
      boundary(never),
      boundary(never),
      long(everySeconds),
      long(0),
      long(0),
    ],
    ...[
      long(mode),
      short(2),
      short(0),
      short(0),
      short(0),
      Buffer.from([0, 1, 0, 0]),
      long(0),
      long(5),
      long(0),
    ],
    padded(text('')),
  ]);
export const triggersValue = (flags: number, ...triggers: readonly Uint8Array[]): Buffer =>
  Buffer.concat([
    ...[Buffer.concat([Buffer.from([0x17]), Buffer.alloc(7)]), boundary(0n), boundary(never), block(flags)],
    ...[block(0x1234_5678), blockText('Author'), blockText(''), user, block(0x2c), Buffer.alloc(0x2c)],
    ...[Buffer.alloc(4, 0x48), ...triggers],
  ]);

export interface JobSpec {
  readonly command: string;
  readonly parameters: string;
  readonly flags: number;
  /** Minutes between repetitions. */
  readonly every: number;
  /** A number of [MS-TSCH] §2.4.2.11.1. */
  readonly trigger: number;
}

export function jobFile({ command, parameters, flags, every, trigger }: JobSpec): Buffer {
  const texts = [command, parameters, '', 'SYSTEM', 'made for a test'].map((value) =>
    value === '' ? short(0) : Buffer.concat([short(value.length + 1), utf16(`${value}\0`)]),
  );
  const middle = Buffer.concat([short(0), ...texts, short(0), short(0)]);
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16LE(0x600, 0);
  fixed.writeUInt16LE(1, 2);
  fixed.writeUInt16LE(70, 20);
  fixed.writeUInt16LE(68 + middle.length, 22);
  fixed.writeUInt32LE(flags, 48);
  const one = Buffer.alloc(48);
  for (const [at, number] of [
    [0, 48],
    [4, 2024],
    [6, 3],
    [8, 1],
    [16, 8],
    [18, 15],
    [36, 1],
  ] as const)
    one.writeUInt16LE(number, at);
  one.writeUInt32LE(every, 24);
  one.writeUInt32LE(trigger, 32);
  return Buffer.concat([fixed, middle, short(1), one]);
}
