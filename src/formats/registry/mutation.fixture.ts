/** Changes that a fuzz test makes to a hive: bytes anywhere, and numbers where a format has its offsets, counts and sizes. */

const telling = [0, 1, 8, 0x20, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff, 0xffff, 0x1000] as const;

/** Begin of a random cell in use. */
function someCell(bytes: Buffer, next: (below: number) => number): number {
  const from = (4096 + 32 + next(Math.max(1, bytes.length - 4200))) & ~7;
  for (let at = from; at + 8 < bytes.length; at += 8)
    if (/^(nk|vk|sk|lf|lh|li|ri|db)$/.test(bytes.toString('latin1', at + 4, at + 6))) return at;
  return 4096 + 32;
}

/** A copy with one to six changes; some are cut as well. */
export function mutated(original: Buffer, next: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  for (let changes = 1 + next(6); changes > 0; changes -= 1) {
    const cell = someCell(bytes, next);
    const field = Math.min(cell + next(21) * 4, bytes.length - 4);
    switch (next(5)) {
      case 0:
        bytes.writeUInt8(next(256), next(bytes.length));
        break;
      case 1:
        bytes.writeUInt32LE(telling[next(telling.length)] ?? 0, field);
        break;
      case 2:
        // An offset to another cell: lists that are shared, keys below themselves, data that are keys.
        bytes.writeUInt32LE(someCell(bytes, next) - 4096, field);
        break;
      case 3:
        bytes.writeInt32LE(bytes.readInt32LE(field) ^ (1 << next(31)), field);
        break;
      case 4:
        bytes.copy(bytes, field, cell, Math.min(cell + 80, bytes.length));
        break;
    }
  }
  return next(8) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
}
