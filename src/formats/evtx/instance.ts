/**
 * Binary XML of a record, or of a value within it: a template and where its values stand.
 *
 * Source: [MS-EVEN6] 2.2.12 (TemplateInstance, ValueSpec).
 */
import { u16, u32 } from '../little-endian.ts';
import type { Element } from './element.ts';
import type { JsonPlan } from './json-plan.ts';
import { chunkSize, definitionHeadSize, instanceHeadSize, limits, more, token } from './layout.ts';
import { namelessTemplate, type Template, Templates } from './template.ts';
import { Values } from './values.ts';

/** One chunk, and what was read of it. The same object for all chunks. */
export class ChunkContext {
  bytes: Uint8Array = new Uint8Array(0);
  readonly templates = new Templates();
  /** Fragments so far whose definition is not there any more. */
  lost = 0;
  /** Work that this chunk may still cost. */
  room = 0;
  /** By the place of their definition in this chunk. */
  readonly #definitions = new Map<number, Template | undefined>();

  use(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.room = limits.chunkWork;
    this.#definitions.clear();
  }

  definition(place: number): Template | undefined {
    const known = this.#definitions.get(place);
    if (known !== undefined || this.#definitions.has(place)) return known;
    const { bytes } = this;
    const from = place + definitionHeadSize;
    const end = from + u32(bytes, place + definitionHeadSize - 4);
    const template = end > bytes.length ? undefined : this.read(from, end, true);
    this.#definitions.set(place, template);
    return template;
  }

  /** The fragment at `at`, see `Templates`. */
  read(at: number, end: number, dependent: boolean): Template | undefined {
    if (this.room < 0) return undefined;
    const template = this.templates.read(this.bytes, at, end, dependent);
    this.room -= this.templates.cost;
    return template;
  }
}

/** Of reading a fragment within a value, besides its values. */
const fragmentCost = 16;

export class Instance extends Values {
  template: Template | undefined;
  /** Where the values end in the chunk. */
  end = 0;
  /** Values that the record does not hold. */
  cut = false;

  /**
   * Reads what stands at `at`. Within a record, values whose definition was written over are data without names.
   * @returns false where it is neither a fragment nor an instance of a sound definition
   */
  read(context: ChunkContext, at: number, end: number, isWithin = false): boolean {
    const { bytes } = context;
    this.template = undefined;
    this.count = 0;
    this.cut = false;
    const from = bytes[at] === token.fragmentHead ? at + 4 : at;
    return bytes[from] === token.templateInstance
      ? this.#instance(context, from, end, isWithin)
      : this.#fragment(context, from, end);
  }

  /** Reads the binary XML of a value. */
  readWithin(context: ChunkContext, values: Values, index: number): boolean {
    const start = values.starts[index] ?? 0;
    return this.read(context, start, start + (values.sizes[index] ?? 0), true);
  }

  get root(): Element {
    return (this.template ?? namelessTemplate(0)).root;
  }

  get json(): JsonPlan {
    return (this.template ?? namelessTemplate(0)).json;
  }

  #fragment(context: ChunkContext, at: number, end: number): boolean {
    if (((context.bytes[at] ?? 0) & ~more) !== token.openStartElement) return false;
    // Elements within values have no dependency identifier, by the specification; some have.
    this.template = context.read(at, end, true) ?? context.read(at, end, false);
    this.end = context.templates.end;
    return this.template !== undefined;
  }

  #instance(context: ChunkContext, at: number, end: number, isWithin: boolean): boolean {
    const { bytes } = context;
    const place = u32(bytes, at + 6);
    let from = at + instanceHeadSize;
    if (from + 4 > end || place + definitionHeadSize > bytes.length) return false;
    // The id is the beginning of the GUID; where it is another, something else stands there by now.
    const isThere = u32(bytes, at + 2) === u32(bytes, place + 4);
    if (place === from) from += definitionHeadSize + u32(bytes, place + definitionHeadSize - 4);
    const template = isThere ? context.definition(place) : undefined;
    const count = u32(bytes, from);
    if (isWithin) context.room -= fragmentCost + Math.min(count, chunkSize);
    if (isWithin && context.room < 0) return false;
    if (template !== undefined) return this.#values(bytes, from, end, template);
    if (!isWithin || count > limits.nameless || !this.#values(bytes, from, end, namelessTemplate(count)))
      return false;
    context.lost += 1;
    return !this.cut;
  }

  #values(bytes: Uint8Array, from: number, end: number, template: Template): boolean {
    const count = u32(bytes, from);
    const specs = from + 4;
    let start = specs + count * 4;
    if (start > end) return false;
    if (count > this.starts.length) this.#grow(count);
    const { starts, sizes, types } = this;
    this.template = template;
    for (let index = 0; index < count; index += 1) {
      const spec = specs + index * 4;
      const size = u16(bytes, spec);
      if (start + size > end) {
        this.cut = true;
        this.count = index;
        this.end = start;
        return true;
      }
      starts[index] = start;
      sizes[index] = size;
      types[index] = bytes[spec + 2] ?? 0;
      start += size;
    }
    this.count = count;
    this.end = start;
    return true;
  }

  #grow(count: number): void {
    this.starts = new Int32Array(count);
    this.sizes = new Int32Array(count);
    this.types = new Uint8Array(count);
  }
}

/** Fragments within fragments, one object a level: each is done with before its like is read. */
export class Fragments {
  readonly #context: ChunkContext;
  readonly #levels: Instance[] = [];

  constructor(context: ChunkContext) {
    this.#context = context;
  }

  /** That of the value, which stands in one at `level`. */
  read(values: Values, index: number, level: number): Instance | undefined {
    if (level + 1 >= limits.nesting) return undefined;
    const inner = this.#levels[level] ?? new Instance();
    this.#levels[level] = inner;
    return inner.readWithin(this.#context, values, index) ? inner : undefined;
  }
}
