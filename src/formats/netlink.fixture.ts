/** Netlink bytes for tests: messages, attributes, and mutations of them that are the same at every run. */

export interface Message {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly flags?: number;
  /** Sequence number; that of the request where left out. */
  readonly sequence?: number;
  /** What the header says, where that is a lie. */
  readonly length?: number;
}

const pad = (size: number): number => (size + 3) & ~3;

export function datagram(sequence: number, messages: readonly Message[]): Uint8Array {
  const parts = messages.map((message) => {
    const out = new Uint8Array(16 + pad(message.payload.length));
    const view = new DataView(out.buffer);
    view.setUint32(0, message.length ?? 16 + message.payload.length, true);
    view.setUint16(4, message.type, true);
    view.setUint16(6, message.flags ?? 2, true);
    view.setUint32(8, message.sequence ?? sequence, true);
    out.set(message.payload, 16);
    return out;
  });
  return Uint8Array.from(Buffer.concat(parts));
}

/** An errno as errors and the end of a dump carry it. */
export function code(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setInt32(0, value, true);
  return out;
}

export const done: Message = { type: 3, payload: code(0) };

export function attribute(type: number, value: Uint8Array, length = 4 + value.length): Uint8Array {
  const out = new Uint8Array(4 + pad(value.length));
  const view = new DataView(out.buffer);
  view.setUint16(0, length, true);
  view.setUint16(2, type, true);
  out.set(value, 4);
  return out;
}

/** A generator of numbers below 2^32 that is the same at every run (Numerical Recipes' constants). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

/** Copies of bytes that are cut, lengthened, or have lengths, bits and whole stretches changed. */
export function* mutations(bytes: Uint8Array, count: number, seed = 1): Generator<Uint8Array> {
  for (let size = 0; size <= bytes.length; size += 1) yield bytes.slice(0, size);
  const next = numbers(seed);
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  for (let round = 0; round < count; round += 1) {
    const out = bytes.slice();
    const view = new DataView(out.buffer);
    for (let change = 0; change <= below(4); change += 1) {
      const at = below(Math.max(1, out.length - 4)) & ~1;
      const value = [0, 1, 3, 4, 0xffff, 0x7fff, 0x8000, out.length, at, below(65_536)][below(10)] ?? 0;
      if (at + 4 <= out.length) {
        if (below(2) === 0) view.setUint16(at, value, true);
        else view.setUint32(at, below(2) === 0 ? value : 0xffffffff, true);
      }
    }
    yield below(4) === 0 ? out.subarray(below(out.length + 1)) : out;
  }
}
