import { describe, expect, test } from 'bun:test';
import { parseSecurityDescriptor } from './security-descriptor.ts';

const administrators = Buffer.from('01020000000000052000000020020000', 'hex');
const interactive = Buffer.from('010100000000000504000000', 'hex');
const system = Buffer.from('010100000000000512000000', 'hex');

function ace(type: number, mask: number, sid: Buffer, before: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(type, 0);
  head.writeUInt16LE(8 + before.length + sid.length, 2);
  head.writeUInt32LE(mask, 4);
  return Buffer.concat([head, before, sid]);
}

function acl(...aces: readonly Buffer[]): Buffer {
  const body = Buffer.concat(aces);
  const head = Buffer.alloc(8);
  head.writeUInt8(2, 0);
  head.writeUInt16LE(8 + body.length, 2);
  head.writeUInt16LE(aces.length, 4);
  return Buffer.concat([head, body]);
}

function descriptor(dacl: Buffer | undefined, control = 0x8004): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt8(1, 0);
  head.writeUInt16LE(control, 2);
  head.writeUInt32LE(20, 4);
  head.writeUInt32LE(20 + administrators.length, 8);
  if (dacl !== undefined) head.writeUInt32LE(20 + administrators.length + system.length, 16);
  return Buffer.concat([head, administrators, system, dacl ?? Buffer.alloc(0)]);
}

describe('a security descriptor', () => {
  test('names its owner, its group and who may do what', () => {
    const parsed = parseSecurityDescriptor(
      descriptor(acl(ace(0, 0xf003f, system), ace(0, 0x20019, interactive))),
    );
    expect(parsed).toMatchObject({
      owner: 'S-1-5-32-544',
      group: 'S-1-5-18',
      sacl: undefined,
      damaged: false,
    });
    expect(parsed?.dacl).toEqual([
      { kind: 'allow', type: 0, flags: 0, mask: 0xf003f, sid: 'S-1-5-18' },
      { kind: 'allow', type: 0, flags: 0, mask: 0x20019, sid: 'S-1-5-4' },
    ]);
  });

  test('that hides a service denies those who would list it', () => {
    const parsed = parseSecurityDescriptor(
      descriptor(acl(ace(1, 0x1_0016, interactive), ace(0, 0x1_01ff, system))),
    );
    expect(parsed?.dacl?.map(({ kind, sid }) => `${kind} ${sid}`)).toEqual([
      'deny S-1-5-4',
      'allow S-1-5-18',
    ]);
  });

  test('without a DACL protects nothing, and with an empty one lets nobody in', () => {
    expect(parseSecurityDescriptor(descriptor(undefined))?.dacl).toBeUndefined();
    expect(parseSecurityDescriptor(descriptor(acl(), 0x8000))?.dacl).toBeUndefined();
    expect(parseSecurityDescriptor(descriptor(acl()))?.dacl).toEqual([]);
  });

  test('keeps the SID behind the GUIDs of an object', () => {
    const flags = Buffer.from('03000000', 'hex');
    const object = ace(5, 0x100, system, Buffer.concat([flags, Buffer.alloc(32, 7)]));
    expect(parseSecurityDescriptor(descriptor(acl(object)))?.dacl?.[0]).toMatchObject({
      kind: 'allow',
      sid: 'S-1-5-18',
    });
  });

  test('that was cut anywhere gives what is left of it and says so', () => {
    const whole = descriptor(acl(ace(0, 1, system), ace(1, 2, interactive)));
    for (let size = 0; size < whole.length; size += 1) {
      const parsed = parseSecurityDescriptor(whole.subarray(0, size));
      expect([size, parsed === undefined || parsed.damaged]).toEqual([size, true]);
    }
    expect(parseSecurityDescriptor(whole)?.damaged).toBe(false);
  });

  test('with counts, sizes and offsets of an attacker ends', () => {
    const lying = acl(ace(0, 1, system));
    lying.writeUInt16LE(0xffff, 4);
    lying.writeUInt16LE(0xffff, 2);
    expect(parseSecurityDescriptor(descriptor(lying))).toMatchObject({ damaged: true });
    expect(parseSecurityDescriptor(descriptor(lying))?.dacl?.length).toBe(1);
    const empty = ace(0, 1, system);
    empty.writeUInt16LE(0, 2);
    expect(parseSecurityDescriptor(descriptor(acl(empty)))?.dacl).toEqual([]);
    const far = descriptor(acl());
    for (const at of [4, 8, 16]) far.writeUInt32LE(0xffff_fff0, at);
    expect(parseSecurityDescriptor(far)).toMatchObject({ owner: undefined, dacl: [], damaged: true });
    expect(parseSecurityDescriptor(Buffer.alloc(20))).toBeUndefined();
  });
});
