/** A small PE image with a section of text and a version resource, built by hand: nothing in it can run. */

const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

/** A block of VS_VERSIONINFO. */
function block(key: string, value: Buffer, text: boolean, children: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(6);
  const start = padded(Buffer.concat([head, utf16(key)]));
  const body = Buffer.concat([padded(Buffer.concat([start, value])), ...children.map(padded)]);
  body.writeUInt16LE(body.length, 0);
  body.writeUInt16LE(text ? value.length / 2 : value.length, 2);
  body.writeUInt16LE(text ? 1 : 0, 4);
  return body;
}

export function versionResource(strings: Readonly<Record<string, string>>): Buffer {
  const rows = Object.entries(strings).map(([key, value]) => block(key, utf16(value), true));
  const table = block('040904b0', Buffer.alloc(0), true, rows);
  return block('VS_VERSION_INFO', Buffer.alloc(52), false, [
    block('StringFileInfo', Buffer.alloc(0), true, [table]),
  ]);
}

const sectionAddress = 0x1000;
const resourceAddress = 0x2000;

/** Three folders, each of one entry, then where the data lies. */
function resources(data: Buffer): Buffer {
  const folder = (id: number, offset: number): Buffer => {
    const bytes = Buffer.alloc(24);
    bytes.writeUInt16LE(1, 14);
    bytes.writeUInt32LE(id, 16);
    bytes.writeUInt32LE(offset >>> 0, 20);
    return bytes;
  };
  const below = 0x8000_0000;
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(resourceAddress + 88, 0);
  entry.writeUInt32LE(data.length, 4);
  return Buffer.concat([folder(16, below + 24), folder(1, below + 48), folder(0x409, 72), entry, data]);
}

export interface PeWishes {
  readonly machine?: number;
  readonly subsystem?: number;
  readonly library?: boolean;
  readonly version?: Readonly<Record<string, string>>;
  /** Bytes behind the last section. */
  readonly overlay?: Uint8Array;
  /** Put behind all, and named by the directory of certificates. */
  readonly certificates?: Uint8Array;
}

export function peImage(wishes: PeWishes = {}): Buffer {
  const { machine = 0x8664, subsystem = 3, library = false, version = {}, overlay, certificates } = wishes;
  const text = Buffer.alloc(0x200, 0xc3);
  const rsrc = resources(versionResource(version));
  const rawResource = Buffer.concat([rsrc, Buffer.alloc((0x200 - (rsrc.length % 0x200)) % 0x200)]);
  const head = Buffer.alloc(0x400);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(0x80, 60);
  head.write('PE\0\0', 0x80, 'latin1');
  head.writeUInt16LE(machine, 0x84);
  head.writeUInt16LE(2, 0x86);
  head.writeUInt32LE(1_700_000_000, 0x88);
  head.writeUInt16LE(240, 0x94);
  head.writeUInt16LE(library ? 0x2022 : 0x0022, 0x96);
  const optional = 0x98;
  head.writeUInt16LE(0x20b, optional);
  head.writeUInt16LE(subsystem, optional + 68);
  head.writeUInt32LE(16, optional + 108);
  const directory = (index: number, address: number, size: number): void => {
    head.writeUInt32LE(address, optional + 112 + index * 8);
    head.writeUInt32LE(size, optional + 116 + index * 8);
  };
  directory(2, resourceAddress, rsrc.length);
  const section = (
    index: number,
    name: string,
    address: number,
    offset: number,
    size: number,
    flags: number,
  ): void => {
    const at = optional + 240 + 40 * index;
    head.write(name, at, 'latin1');
    for (const [field, value] of [
      [8, size],
      [12, address],
      [16, size],
      [20, offset],
      [36, flags],
    ] as const)
      head.writeUInt32LE(value, at + field);
  };
  section(0, '.text', sectionAddress, 0x400, text.length, 0x6000_0020);
  section(1, '.rsrc', resourceAddress, 0x600, rawResource.length, 0x4000_0040);
  const image = Buffer.concat([head, text, rawResource, overlay ?? Buffer.alloc(0)]);
  const whole = Buffer.concat([image, Buffer.alloc((8 - (image.length % 8)) % 8)]);
  if (certificates === undefined) return image;
  const row = Buffer.alloc(8 + ((certificates.length + 7) & ~7));
  row.writeUInt32LE(8 + certificates.length, 0);
  row.writeUInt16LE(0x0200, 4);
  row.writeUInt16LE(2, 6);
  row.set(certificates, 8);
  whole.writeUInt32LE(whole.length, optional + 112 + 32);
  whole.writeUInt32LE(row.length, optional + 116 + 32);
  return Buffer.concat([whole, row]);
}

/** DER: one value of a tag with its content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 0x80
      ? Buffer.from([body.length])
      : body.length < 0x10000
        ? Buffer.from([0x82, body.length >> 8, body.length & 0xff])
        : Buffer.from([0x83, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
}

export function derOid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(6, Buffer.from(bytes));
}

/** A catalogue's list of members, as CTL_INFO is encoded; signed by nobody. */
export function trustList(digests: readonly Buffer[]): Buffer {
  const members = digests.map((digest, index) => {
    const name = index % 2 === 0 ? digest : Buffer.from(digest.toString('hex').toUpperCase(), 'utf16le');
    const algorithm = der(0x30, derOid(digest.length === 20 ? '1.3.14.3.2.26' : '2.16.840.1.101.3.4.2.1'));
    const indirect = der(
      0x30,
      der(0x30, derOid('1.3.6.1.4.1.311.2.1.25')),
      der(0x30, algorithm, der(4, digest)),
    );
    return der(
      0x30,
      der(4, name),
      der(0x31, der(0x30, derOid('1.3.6.1.4.1.311.2.1.4'), der(0x31, indirect))),
    );
  });
  return der(
    0x30,
    der(0x30, derOid('1.3.6.1.4.1.311.12.1.1')),
    der(4, Buffer.alloc(16, 7)),
    der(0x17, Buffer.from('240102030405Z')),
    der(0x30, derOid('1.3.6.1.4.1.311.12.1.2'), der(5)),
    der(0x30, ...members),
  );
}

/** SignedData of a content, with these signers. */
export function signedData(type: string, content: Buffer, signers: readonly Buffer[] = []): Buffer {
  const signed = der(
    0x30,
    der(2, Buffer.from([1])),
    der(0x31),
    der(0x30, derOid(type), der(0xa0, content)),
    der(0x31, ...signers),
  );
  return der(0x30, derOid('1.2.840.113549.1.7.2'), der(0xa0, signed));
}
