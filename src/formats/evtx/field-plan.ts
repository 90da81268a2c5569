/**
 * Where the fields of an event stand among the values of its template: found once, then read in place.
 *
 * Fields of `System` are named by their way (`EventID`, `Provider.Name`); those of EventData by the name that the
 * provider gave them, those of UserData by the name of their element. So do Sigma's rules name them.
 */
import { type Attribute, type Element, optionalIndexes, type Piece } from './element.ts';
import { limits } from './layout.ts';
import { type EvtxValue, readValue, valueText } from './value.ts';
import type { Values } from './values.ts';

export class Slot {
  readonly pieces: readonly Piece[];
  /** The value that is all of it; -1 where it is text, or text and values. */
  readonly index: number;
  /** All of it, where there is nothing to put in. */
  readonly constant: string | undefined;
  readonly #needed: readonly number[];

  /** `around`: values without which what this stands in is not there. */
  constructor(pieces: readonly Piece[], around: readonly number[]) {
    this.pieces = pieces;
    const [only] = pieces;
    this.index = pieces.length === 1 && only?.kind === 'value' ? only.index : -1;
    this.#needed = [...around, ...optionalIndexes(pieces)];
    this.constant = pieces.every((piece) => piece.kind === 'text') ? textOf(pieces) : undefined;
  }

  isThere(values: Values): boolean {
    for (const index of this.#needed) if (values.isNull(index)) return false;
    return true;
  }

  /** Undefined where it is not there, or holds elements; null where it is and has no value. */
  read(bytes: Uint8Array, values: Values): EvtxValue | undefined {
    if (!this.isThere(values) || values.isNested(this.index)) return undefined;
    if (this.index >= 0) return valueAt(bytes, values, this.index);
    return this.constant ?? mixedText(bytes, values, this.pieces);
  }
}

const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');

export function valueAt(bytes: Uint8Array, values: Values, index: number): EvtxValue {
  if (index >= values.count) return null;
  const start = values.starts[index] ?? 0;
  return readValue(bytes, start, values.sizes[index] ?? 0, values.types[index] ?? 0);
}

/** Text and values in one. */
export function mixedText(bytes: Uint8Array, values: Values, pieces: readonly Piece[]): string {
  let text = '';
  for (const piece of pieces) {
    text += piece.kind === 'text' ? piece.text : valueText(valueAt(bytes, values, piece.index));
    if (text.length > limits.output) break;
  }
  return text;
}

export const isElement = (node: Element | Piece): node is Element => node.kind === 'element';
export const isPiece = (node: Element | Piece): node is Piece => node.kind !== 'element';

/** `<Data Name="…">`, and what complex data is. */
export const dataName = (element: Element): Attribute | undefined =>
  element.name === 'Data' || element.name === 'ComplexData'
    ? element.attributes.find(({ name }) => name === 'Name')
    : undefined;

/** Namespaces are no data. */
export const isDeclaration = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

interface Named {
  readonly named: Slot;
  readonly slot: Slot;
}

export class FieldPlan {
  /** Of `System`, by their way. */
  readonly system = new Map<string, Slot>();
  /** Of EventData, UserData and whatever else stands beside System, by name. */
  readonly data = new Map<string, Slot[]>();
  /** Data whose names stand in the record. */
  readonly unnamed: Named[] = [];
  /** Values that can be binary XML with more data. */
  readonly nested: number[] = [];

  readonly provider: Slot | undefined;
  readonly channel: Slot | undefined;
  readonly computer: Slot | undefined;
  readonly eventId: Slot | undefined;
  readonly time: Slot | undefined;

  constructor(root: Element) {
    if (root.name !== 'Event') this.#data(root, []);
    else
      for (const node of root.content) {
        if (node.kind === 'value') this.nested.push(node.index);
        else if (isElement(node) && node.name === 'System') this.#system(node, '', []);
        else if (isElement(node)) this.#data(node, []);
      }
    this.provider = this.system.get('Provider.Name');
    this.channel = this.system.get('Channel');
    this.computer = this.system.get('Computer');
    this.eventId = this.system.get('EventID');
    this.time = this.system.get('TimeCreated.SystemTime');
  }

  #system(element: Element, way: string, around: readonly number[]): void {
    for (const child of element.content) {
      if (!isElement(child)) continue;
      const name = `${way}${child.name}`;
      const needed = [...around, ...optionalIndexes(child.content)];
      for (const { name: key, pieces } of child.attributes)
        if (!isDeclaration(key)) this.#systemSlot(`${name}.${key}`, new Slot(pieces, needed));
      const pieces = child.content.filter(isPiece);
      if (pieces.length > 0) this.#systemSlot(name, new Slot(pieces, around));
      this.#system(child, `${name}.`, needed);
    }
  }

  #systemSlot(name: string, slot: Slot): void {
    if (!this.system.has(name)) this.system.set(name, slot);
  }

  #data(element: Element, around: readonly number[]): void {
    const pieces = element.content.filter(isPiece);
    const children = element.content.filter(isElement);
    const needed = [...around, ...optionalIndexes(pieces)];
    for (const piece of pieces) if (piece.kind === 'value') this.nested.push(piece.index);
    const named = dataName(element);
    // A leaf is a field; an element without content and without a name tells by its attributes.
    if (named !== undefined || (children.length === 0 && pieces.length > 0))
      this.#field(named, element.name, new Slot(pieces, around));
    for (const { name, pieces: value } of element.attributes)
      if (name !== 'Name' && !isDeclaration(name)) this.#field(undefined, name, new Slot(value, needed));
    for (const child of children) this.#data(child, needed);
  }

  #field(named: Attribute | undefined, element: string, slot: Slot): void {
    const own = named === undefined ? undefined : new Slot(named.pieces, []);
    const name = own === undefined ? element : own.constant;
    if (name === undefined) {
      if (own !== undefined) this.unnamed.push({ named: own, slot });
      return;
    }
    const same = this.data.get(name);
    if (same === undefined) this.data.set(name, [slot]);
    else same.push(slot);
  }
}
