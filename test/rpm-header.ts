/**
 * Header blobs and package databases of rpm, written field by field from the formats' descriptions: synthetic, for
 * cases that no rpm writes. What rpm and Berkeley DB themselves write is tested in `test/e2e/package-databases.test.ts`.
 */

export interface HeaderFile {
  readonly path: string;
  /** Hex. */
  readonly digest?: string;
  readonly mode?: number;
  readonly size?: number;
  readonly flags?: number;
  readonly state?: number;
}

const integers = (width: 1 | 2 | 4, values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * width);
  for (const [index, value] of values.entries()) bytes.writeUIntBE(value, index * width, width);
  return bytes;
};
const strings = (values: readonly string[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from(`${value}\0`, 'latin1')));

/** @param algorithm 8 for SHA-256; without it digests are MD5 */
export function headerBlob(name: string, files: readonly HeaderFile[], algorithm?: number): Uint8Array {
  const folders = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)))];
  const fields: readonly (readonly [tag: number, type: number, count: number, bytes: Buffer])[] = [
    [1000, 6, 1, strings([name])],
    [
      1028,
      4,
      files.length,
      integers(
        4,
        files.map(({ size }) => size ?? 0),
      ),
    ],
    [
      1029,
      2,
      files.length,
      integers(
        1,
        files.map(({ state }) => state ?? 0),
      ),
    ],
    [
      1030,
      3,
      files.length,
      integers(
        2,
        files.map(({ mode }) => mode ?? 0o100755),
      ),
    ],
    [1035, 8, files.length, strings(files.map(({ digest }) => digest ?? ''))],
    [
      1037,
      4,
      files.length,
      integers(
        4,
        files.map(({ flags }) => flags ?? 0),
      ),
    ],
    [
      1116,
      4,
      files.length,
      integers(
        4,
        files.map(({ path }) => folders.indexOf(path.slice(0, path.lastIndexOf('/') + 1))),
      ),
    ],
    [1117, 8, files.length, strings(files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)))],
    [1118, 8, folders.length, strings(folders)],
    ...(algorithm === undefined ? [] : ([[5011, 4, 1, integers(4, [algorithm])]] as const)),
  ];
  const data: Buffer[] = [];
  const head = Buffer.alloc(8 + fields.length * 16);
  let offset = 0;
  for (const [index, [tag, type, count, bytes]] of fields.entries()) {
    for (const [field, value] of [tag, type, offset, count].entries())
      head.writeUInt32BE(value, 8 + index * 16 + field * 4);
    data.push(bytes);
    offset += bytes.length;
  }
  head.writeUInt32BE(fields.length, 0);
  head.writeUInt32BE(offset, 4);
  return Buffer.concat([head, ...data]);
}

/** `Packages.db` as rpm's ndb has it. The sums are left zero. */
export function ndbOf(blobs: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4096);
  for (const [at, value] of [0x506d7052, 0, 1, 1, blobs.length + 1].entries())
    slots.writeUInt32LE(value, at * 4);
  for (let at = 32; at < slots.length; at += 16) slots.write('Slot', at, 'latin1');
  const parts: Buffer[] = [slots];
  let block = slots.length / 16;
  for (const [index, blob] of blobs.entries()) {
    const blocks = Math.ceil((16 + blob.length + 12) / 16);
    const bytes = Buffer.alloc(blocks * 16);
    bytes.write('BlbS', 0, 'latin1');
    bytes.writeUInt32LE(index + 1, 4);
    bytes.writeUInt32LE(1, 8);
    bytes.writeUInt32LE(blob.length, 12);
    bytes.set(blob, 16);
    bytes.writeUInt32LE(blob.length, bytes.length - 8);
    bytes.write('BlbE', bytes.length - 4, 'latin1');
    slots.writeUInt32LE(index + 1, 32 + index * 16 + 4);
    slots.writeUInt32LE(block, 32 + index * 16 + 8);
    slots.writeUInt32LE(blocks, 32 + index * 16 + 12);
    parts.push(bytes);
    block += blocks;
  }
  return Buffer.concat(parts);
}
