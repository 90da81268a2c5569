/** Changes to event logs, and all questions that can be asked of what is left. */
import { chunkHeadSize, chunkSize, fileHeadSize } from './layout.ts';
import { readEvtx } from './log-file.ts';

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const interesting = [0, 1, 4, 7, 8, 0x0c, 0x0d, 0x0e, 0x0f, 0x21, 0x41, 0x7f, 0x80, 0x81, 0xff];
const interestingWords = [0, 1, 512, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_ffff];

/** Where records and their definitions lie, most often; heads now and then. */
function place(bytes: Uint8Array, random: () => number): number {
  const chunks = Math.max(1, Math.floor((bytes.length - fileHeadSize) / chunkSize));
  const chunk = fileHeadSize + Math.floor(random() * chunks) * chunkSize;
  const kind = random();
  if (kind < 0.05) return Math.floor(random() * 128);
  if (kind < 0.15) return chunk + Math.floor(random() * chunkHeadSize);
  // Bytes of tokens, descriptors and sizes are few among text: near the beginning there are more.
  const reach = kind < 0.6 ? 4096 : chunkSize - chunkHeadSize;
  return chunk + chunkHeadSize + Math.floor(random() * reach);
}

/** One to eight changes; whole pieces among them. */
export function mutated(whole: Uint8Array, random: () => number): Uint8Array {
  let bytes = Buffer.from(whole);
  for (let change = Math.floor(random() * 8); change >= 0; change -= 1) {
    const at = Math.min(place(bytes, random), Math.max(0, bytes.length - 8));
    const pick = random();
    if (pick < 0.3) bytes[at] = Math.floor(random() * 256);
    else if (pick < 0.5) bytes[at] = interesting[Math.floor(random() * interesting.length)] ?? 0;
    else if (pick < 0.7 && bytes.length >= 8)
      bytes.writeUInt32LE(interestingWords[Math.floor(random() * interestingWords.length)] ?? 0, at);
    else if (pick < 0.85) {
      const size = Math.floor(random() * 600);
      bytes.copyWithin(at, place(bytes, random), place(bytes, random) + size);
    } else if (pick < 0.9) bytes.fill(0, at, Math.min(bytes.length, at + Math.floor(random() * 2000)));
    else if (pick < 0.95) bytes = Buffer.from(bytes.subarray(0, bytes.length - Math.floor(random() * 3000)));
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.alloc(Math.floor(random() * 64)),
        bytes.subarray(at),
      ]);
  }
  return bytes;
}

/** Asks everything of every record. @throws where an answer is not sound */
export function askAll(bytes: Uint8Array): { readonly records: number; readonly read: number } {
  const file = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const log = readEvtx(file, bytes.length);
  let records = 0;
  let read = 0;
  for (const record of log.records()) {
    records += 1;
    if (records > bytes.length / 28) throw new Error('more records than there is room for');
    const { provider, channel, computer, eventId, timeUs, writtenUs, number } = record;
    if (![timeUs, writtenUs, eventId, Number(number)].every(Number.isFinite)) throw new Error('no number');
    record.fields();
    record.get(`${provider}${channel}${computer}`);
    const json = record.json();
    if (json !== undefined) JSON.parse(Buffer.from(json).toString('utf8'));
    const xml = record.xml();
    if (xml !== undefined && !/^<[\s\S]*>$/.test(xml)) throw new Error('no element');
    if (json !== undefined) read += 1;
  }
  return { records, read };
}
