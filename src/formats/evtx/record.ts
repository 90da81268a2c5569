/**
 * One event. Its fields are read when they are asked for, from the bytes of its chunk.
 *
 * The same object for all records of a file: what is asked of it is of the record at hand, and what it gives is the
 * asker's to keep.
 */
import { filetimeUs } from '../filetime.ts';
import { wholeU64 } from '../little-endian.ts';
import type { FieldPlan, Slot } from './field-plan.ts';
import { type ChunkContext, Fragments, Instance } from './instance.ts';
import { writeOpen } from './json-open.ts';
import type { JsonScope } from './json-plan.ts';
import { JsonWriter } from './json-writer.ts';
import { limits, recordHeadSize } from './layout.ts';
import { TreeBuilder } from './tree.ts';
import { type EvtxValue, valueText } from './value.ts';
import { xmlText } from './xml.ts';

/**
 * How a record was found: `log` where the log has it · `free` in room that the log no longer uses, or does not know
 * of · `hidden` within another record, as those do who take records out of a log · `stray` where no sound chunk is
 */
export type Found = 'log' | 'free' | 'hidden' | 'stray';

/** Short names of Sigma's for fields of System. */
const systemNames: ReadonlyMap<string, string> = new Map([
  ['Provider_Name', 'Provider.Name'],
  ['Provider', 'Provider.Name'],
  ['Source', 'Provider.Name'],
  ['ProviderGuid', 'Provider.Guid'],
  ['TimeCreated', 'TimeCreated.SystemTime'],
  ['UserID', 'Security.UserID'],
  ['ActivityID', 'Correlation.ActivityID'],
]);

interface Part {
  readonly instance: Instance;
  readonly plan: FieldPlan;
}

export class EvtxRecord {
  /** Of the record in the file, bytes. */
  offset = 0;
  size = 0;
  found: Found = 'log';
  readonly #context: ChunkContext;
  readonly #root = new Instance();
  /** Fragments with data: the outermost first. */
  #parts: Part[] | undefined;
  #at = 0;
  #plan: FieldPlan | undefined;
  readonly #writer: JsonWriter;
  readonly #fragments: Fragments;

  constructor(context: ChunkContext) {
    this.#context = context;
    this.#writer = new JsonWriter();
    this.#fragments = new Fragments(context);
  }

  /** @returns where its values end in the chunk, or -1 where they cannot be read */
  use(at: number, size: number, chunkOffset: number, found: Found): number {
    this.#at = at;
    this.size = size;
    this.offset = chunkOffset + at;
    this.found = found;
    this.#parts = undefined;
    const isRead = this.#root.read(this.#context, at + recordHeadSize, at + size - 4);
    this.#plan = isRead ? this.#root.template?.fields : undefined;
    return this.#plan === undefined ? -1 : this.#root.end;
  }

  /** Its values go past its end. */
  get isCut(): boolean {
    return this.#root.cut;
  }

  /** False where only its number and its time can be told. */
  get isReadable(): boolean {
    return this.#plan !== undefined;
  }

  /** Of the record in its log, as the record itself says; the event tells it in `EventRecordID`. */
  get number(): number | bigint {
    return wholeU64(this.#context.bytes, this.#at + 8);
  }

  /** When it was written, microseconds UTC. */
  get writtenUs(): number {
    return filetimeUs(this.#context.bytes, this.#at + 16);
  }

  /** When the event says that it happened, microseconds UTC; when it was written, where it does not say. */
  get timeUs(): number {
    const slot = this.#plan?.time;
    const index = slot?.index ?? -1;
    if (index < 0 || index >= this.#root.count || this.#root.sizes[index] !== 8) return this.writtenUs;
    return filetimeUs(this.#context.bytes, this.#root.starts[index] ?? 0);
  }

  get provider(): string {
    return this.#text(this.#plan?.provider);
  }

  get channel(): string {
    return this.#text(this.#plan?.channel);
  }

  get computer(): string {
    return this.#text(this.#plan?.computer);
  }

  /** -1 where it has none. */
  get eventId(): number {
    const value = this.#plan?.eventId?.read(this.#context.bytes, this.#root);
    return typeof value === 'number' ? value : this.#number(value);
  }

  /**
   * A field by the name that Sigma's rules use: of System (`EventID`, `Channel`, `Provider_Name`), or of the data.
   * `System.…` and `EventData.…` or `UserData.…` before a name say which is meant.
   * @returns undefined where the event has no such field, null where it has no value
   */
  get(field: string): EvtxValue | undefined {
    const name = field.startsWith('Event.') ? field.slice(6) : field;
    if (name.startsWith('System.')) return this.system(name.slice(7));
    if (name.startsWith('EventData.') || name.startsWith('UserData.'))
      return this.data(name.slice(name.lastIndexOf('.') + 1));
    return this.system(systemNames.get(name) ?? name) ?? this.data(name);
  }

  /** A field of System by its way: `EventID`, `Provider.Name`, `Execution.ProcessID`. */
  system(way: string): EvtxValue | undefined {
    return this.#plan?.system.get(way)?.read(this.#context.bytes, this.#root);
  }

  /** A field that the provider named. All values where several have the name, and where data have no names: `Data`. */
  data(name: string): EvtxValue | undefined {
    const { bytes } = this.#context;
    for (const { instance, plan } of this.#partsOf()) {
      const slots = plan.data.get(name);
      const value = slots === undefined ? undefined : fieldOf(name, slots, bytes, instance);
      if (value !== undefined) return value;
      for (const { named, slot } of plan.unnamed)
        if (valueText(named.read(bytes, instance) ?? null) === name) return slot.read(bytes, instance);
    }
    return undefined;
  }

  /** All of System, by its ways. */
  systemFields(): readonly (readonly [way: string, value: EvtxValue])[] {
    return [...(this.#plan?.system ?? [])].flatMap(([way, slot]) => {
      const value = slot.read(this.#context.bytes, this.#root);
      return value === undefined ? [] : [[way, value] as const];
    });
  }

  /** All that the provider told, in its order. */
  fields(): readonly (readonly [name: string, value: EvtxValue])[] {
    const { bytes } = this.#context;
    const found: [string, EvtxValue][] = [];
    for (const { instance, plan } of this.#partsOf()) {
      for (const [name, slots] of plan.data) {
        const value = fieldOf(name, slots, bytes, instance);
        if (value !== undefined) found.push([name, value]);
      }
      for (const { named, slot } of plan.unnamed) {
        const value = slot.read(bytes, instance);
        if (value !== undefined) found.push([valueText(named.read(bytes, instance) ?? null), value]);
      }
    }
    return found;
  }

  /**
   * The event as `{"Event":{…}}`: the shape of `json-shape.ts`.
   * @returns bytes that hold until the next record is asked; undefined where it cannot be read
   */
  json(): Uint8Array | undefined {
    const writer = this.#writer;
    writer.length = 0;
    writer.byte(0x7b);
    if (!this.writeMembers(writer)) return undefined;
    writer.close(0x7d);
    return writer.bytes.subarray(0, writer.length);
  }

  /**
   * Appends its members to `writer`, each with a comma behind.
   * @returns false, with nothing appended, where it cannot be read
   */
  writeMembers(writer: JsonWriter): boolean {
    const { template } = this.#root;
    const context = this.#context;
    if (this.#plan === undefined || template === undefined || context.room < 0) return false;
    const from = writer.length;
    const most = from + limits.output;
    const scope: JsonScope = { writer, bytes: context.bytes, fragments: this.#fragments, most, cost: 0 };
    const isByPlan = template.json.write(scope, this.#root, 0);
    context.room -= writer.length - from;
    if (isByPlan) return true;
    writer.length = from;
    const isWritten = writeOpen(scope, template.root, this.#root);
    context.room -= writer.length - from + scope.cost;
    if (isWritten) return true;
    writer.length = from;
    return false;
  }

  /** Whether fields of it have no names any more: where those stood, something else does. */
  get lostNames(): boolean {
    const before = this.#context.lost;
    this.#parts = undefined;
    this.#partsOf();
    return this.#context.lost > before;
  }

  /** Undefined where it cannot be read. */
  xml(): string | undefined {
    const { template } = this.#root;
    if (this.#plan === undefined || template === undefined || this.#context.room < 0) return undefined;
    const builder = new TreeBuilder(this.#context);
    const tree = builder.fill(template.root, this.#root, 0);
    this.#context.room -= builder.cost;
    return tree === undefined || builder.isCut ? undefined : xmlText(tree, limits.output);
  }

  #text(slot: Slot | undefined): string {
    const value = slot?.read(this.#context.bytes, this.#root);
    return typeof value === 'string' ? value : valueText(value ?? null);
  }

  #number(value: EvtxValue | undefined): number {
    const text = valueText(value ?? null);
    return /^\d{1,10}$/.test(text) ? Number(text) : -1;
  }

  #partsOf(): readonly Part[] {
    if (this.#parts !== undefined) return this.#parts;
    const parts: Part[] = [];
    this.#parts = parts;
    if (this.#plan !== undefined) this.#collect(parts, this.#root, this.#plan, 0);
    return parts;
  }

  #collect(parts: Part[], instance: Instance, plan: FieldPlan, level: number): void {
    parts.push({ instance, plan });
    if (level + 1 >= limits.nesting) return;
    for (const index of plan.nested) {
      if (!instance.isNested(index) || parts.length >= mostParts) continue;
      const inner = new Instance();
      if (!inner.readWithin(this.#context, instance, index)) continue;
      const innerPlan = inner.template?.fields;
      if (innerPlan !== undefined) this.#collect(parts, inner, innerPlan, level + 1);
    }
  }
}

/** Fragments within one record; Windows writes one or two. */
const mostParts = 64;

function fieldOf(
  name: string,
  slots: readonly Slot[],
  bytes: Uint8Array,
  instance: Instance,
): EvtxValue | undefined {
  if (name === 'Data') return listOf(slots, bytes, instance);
  const [only] = slots;
  if (only !== undefined && slots.length === 1) return only.read(bytes, instance);
  const values = slots.flatMap((slot) => {
    const value = slot.read(bytes, instance);
    return value === undefined ? [] : [value];
  });
  return values.length > 1 ? values : values[0];
}

/** Data without names, those of an array among them. */
function listOf(slots: readonly Slot[], bytes: Uint8Array, instance: Instance): EvtxValue | undefined {
  return slots.flatMap((slot) => {
    const value = slot.read(bytes, instance);
    return value === undefined ? [] : Array.isArray(value) ? [...value] : [value];
  });
}
