/**
 * The JSON of a fragment, member by member: for records that name their own fields, and for those of which a part
 * cannot be read. The same shape as the steps of `json-plan.ts`, which are this, compiled.
 */
import type { Element, Piece } from './element.ts';
import { valueAt } from './field-plan.ts';
import { constantText, type JsonScope } from './json-plan.ts';
import { type Member, type MemberValue, membersOf } from './json-shape.ts';
import { jsonText, writeJson } from './json-value.ts';
import { limits } from './layout.ts';
import { type EvtxValue, valueText } from './value.ts';
import type { Values } from './values.ts';

type Node =
  | { readonly kind: 'value'; readonly value: EvtxValue }
  /** Written as it is. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'object'; readonly members: Members }
  | { readonly kind: 'list'; readonly items: Node[] };
type Members = Map<string, Node>;

/** Members of one record; it has some hundred at most. */
const mostNodes = 20_000;

class Evaluation {
  readonly #scope: JsonScope;
  #nodes = 0;
  /** Bytes of values. */
  #size = 0;

  constructor(scope: JsonScope) {
    this.#scope = scope;
  }

  /** What comes again under a name that is taken joins it in a list. */
  members(members: readonly Member[], values: Values, level: number): Members {
    const out: Members = new Map();
    const counts = new Map<string, number>();
    for (const { key } of members) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const member of members) {
      const isList = member.isList || (counts.get(member.key ?? '') ?? 0) > 1;
      if (isList && member.key !== undefined && !out.has(member.key))
        out.set(member.key, { kind: 'list', items: [] });
      this.#nodes += 1;
      if (this.isTooMuch || member.needed.some((index) => values.isNull(index))) continue;
      const key = member.key ?? valueText(member.named?.read(this.#bytes, values) ?? null);
      const node = this.#value(member.value, values, level);
      if (member.value.kind === 'attributes' && node.kind === 'object' && node.members.size === 0) continue;
      for (const one of member.isList ? itemsOf(node) : [node]) this.#add(out, key, one);
    }
    return out;
  }

  get cost(): number {
    return this.#nodes * limits.nodeWork + this.#size;
  }

  get isTooMuch(): boolean {
    return this.#nodes > mostNodes || this.#size > limits.output;
  }

  get #bytes(): Uint8Array {
    return this.#scope.bytes;
  }

  #add(out: Members, key: string, node: Node): void {
    const there = out.get(key);
    if (there === undefined) out.set(key, node);
    else if (there.kind === 'list') there.items.push(node);
    else out.set(key, { kind: 'list', items: [there, node] });
  }

  #value(value: MemberValue, values: Values, level: number): Node {
    switch (value.kind) {
      case 'null':
        return { kind: 'value', value: null };
      case 'text': {
        const { slot, isNumber } = value;
        if (slot.constant !== undefined)
          return { kind: 'number', text: constantText(slot.constant, isNumber) };
        if (slot.index >= 0 && values.isNested(slot.index))
          return { kind: 'object', members: this.#nested(slot.index, values, level) };
        const read = slot.read(this.#bytes, values) ?? null;
        this.#size += sizeOf(read);
        return { kind: 'value', value: read };
      }
      case 'attributes':
        return { kind: 'object', members: this.members(value.members, values, level) };
      case 'object': {
        const members = this.members(value.members, values, level);
        for (const piece of value.pieces) this.#piece(members, piece, values, level);
        return { kind: 'object', members };
      }
    }
  }

  #piece(members: Members, piece: Piece, values: Values, level: number): void {
    if (piece.kind === 'text') this.#add(members, '#text', { kind: 'value', value: piece.text });
    else if (values.isNested(piece.index))
      for (const [key, node] of this.#nested(piece.index, values, level)) this.#add(members, key, node);
    else if (!values.isEmpty(piece.index)) {
      const value = valueAt(this.#bytes, values, piece.index);
      this.#size += sizeOf(value);
      this.#add(members, '#text', { kind: 'value', value });
    }
  }

  #nested(index: number, values: Values, level: number): Members {
    this.#nodes += 1;
    const inner = this.isTooMuch ? undefined : this.#scope.fragments.read(values, index, level);
    return inner === undefined ? new Map() : this.members(membersOf(inner.root), inner, level + 1);
  }
}

const sizeOf = (value: EvtxValue): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 1;

const itemsOf = (node: Node): readonly Node[] =>
  node.kind === 'value' && Array.isArray(node.value)
    ? node.value.map((value: EvtxValue) => ({ kind: 'value', value }))
    : [node];

/** @returns false where it would be larger than any record is */
function write(scope: JsonScope, node: Node): boolean {
  const { writer, most } = scope;
  if (writer.length > most) return false;
  switch (node.kind) {
    case 'value':
      writeJson(writer, node.value);
      return true;
    case 'number':
      writer.raw(Buffer.from(node.text, 'utf8'));
      return true;
    case 'list':
      writer.byte(0x5b);
      for (const item of node.items) {
        if (!write(scope, item)) return false;
        writer.byte(0x2c);
      }
      writer.close(0x5d);
      return true;
    case 'object':
      writer.byte(0x7b);
      if (!writeMembers(scope, node.members)) return false;
      writer.close(0x7d);
      return true;
  }
}

function writeMembers(scope: JsonScope, members: Members): boolean {
  const { writer } = scope;
  for (const [key, node] of members) {
    writer.raw(Buffer.from(`${jsonText(key)}:`, 'utf8'));
    if (!write(scope, node)) return false;
    writer.byte(0x2c);
  }
  return true;
}

/** The members of a fragment with the element `root`, each with a comma behind. @returns false where it is too large */
export function writeOpen(scope: JsonScope, root: Element, values: Values): boolean {
  const evaluation = new Evaluation(scope);
  const members = evaluation.members(membersOf(root), values, 0);
  scope.cost += evaluation.cost;
  return !evaluation.isTooMuch && writeMembers(scope, members);
}
