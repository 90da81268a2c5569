/**
 * Where a member stands in JSON, by bytes, so that another can be put in its place and everything else stays as it is.
 *
 * Refused where readers differ: a name that is there twice, or in other letters (Go takes names without regard to
 * case), and what is no JSON (RFC 8259). Bound: 256 levels.
 */

interface Place {
  /** First byte of its name, which is the quote. */
  readonly name: number;
  /** First byte of the value. */
  readonly from: number;
  /** Behind its last byte. */
  readonly to: number;
}

const deepest = 256;
const stringAt = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const plainAt = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const blanksAt = /[ \t\r\n]*/y;

class Walk {
  readonly #text: string;
  /** Members of the object that is looked at, by name. */
  readonly members: { readonly name: string; readonly place: Place }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  skip(at: number): number {
    blanksAt.lastIndex = at;
    blanksAt.test(this.#text);
    return blanksAt.lastIndex;
  }

  #match(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    if (!pattern.test(this.#text)) throw new RangeError('no JSON');
    return pattern.lastIndex;
  }

  /** Behind the value at `at`. @param keep whether its members are those that are asked for */
  value(at: number, depth: number, keep: boolean): number {
    if (depth > deepest) throw new RangeError('nested too deep');
    const first = this.#text[at];
    if (first === '"') return this.#match(stringAt, at);
    if (first !== '{' && first !== '[') return this.#match(plainAt, at);
    const close = first === '{' ? '}' : ']';
    let here = this.skip(at + 1);
    if (this.#text[here] === close) return here + 1;
    for (;;) {
      let name = '';
      const named = here;
      if (first === '{') {
        const end = this.#match(stringAt, here);
        name = String(JSON.parse(this.#text.slice(here, end)));
        here = this.skip(end);
        if (this.#text[here] !== ':') throw new RangeError('no JSON');
        here = this.skip(here + 1);
      }
      const end = this.value(here, depth + 1, false);
      if (keep && first === '{') this.members.push({ name, place: { name: named, from: here, to: end } });
      here = this.skip(end);
      if (this.#text[here] === close) return here + 1;
      if (this.#text[here] !== ',') throw new RangeError('no JSON');
      here = this.skip(here + 1);
    }
  }
}

/** A member of the object that a file holds. Undefined where it is none, or not the only one. */
export function memberPlace(bytes: Uint8Array, name: string): Place | undefined {
  // One character a byte: places are those of bytes, and names that are looked for are ASCII.
  const walk = new Walk(Buffer.from(bytes).toString('latin1'));
  try {
    const from = walk.skip(0);
    if (bytes[from] !== 0x7b || walk.skip(walk.value(from, 0, true)) !== bytes.length) return undefined;
  } catch (thrown) {
    if (thrown instanceof RangeError || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
  const found = walk.members.filter((one) => one.name.toLowerCase() === name.toLowerCase());
  const [only] = found;
  return found.length === 1 && only?.name === name ? only.place : undefined;
}
