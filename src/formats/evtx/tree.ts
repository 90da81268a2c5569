/** A record as elements with their values, whole: what becomes XML. */
import { type Element, optionalIndexes, type Piece } from './element.ts';
import { isPiece, mixedText, valueAt } from './field-plan.ts';
import { type ChunkContext, Fragments } from './instance.ts';
import { limits } from './layout.ts';
import type { EvtxValue } from './value.ts';
import type { Values } from './values.ts';

export interface FilledElement {
  readonly kind: 'element';
  /** What it was made from. */
  readonly element: Element;
  readonly attributes: readonly { readonly name: string; readonly value: EvtxValue }[];
  readonly content: readonly (FilledElement | FilledValue)[];
}

export interface FilledValue {
  readonly kind: 'value';
  readonly value: EvtxValue;
}

/** Elements and values of one record. */
const mostNodes = 20_000;

export class TreeBuilder {
  readonly #context: ChunkContext;
  readonly #fragments: Fragments;
  #nodes = 0;
  /** Bytes of values. */
  #size = 0;

  constructor(context: ChunkContext) {
    this.#context = context;
    this.#fragments = new Fragments(context);
  }

  /** What was left out, because a record would be larger than any is. */
  get isCut(): boolean {
    return this.#nodes > mostNodes || this.#size > limits.output;
  }

  get cost(): number {
    return this.#nodes * limits.nodeWork + this.#size;
  }

  /** Undefined where the element is not there. */
  fill(element: Element, values: Values, level: number): FilledElement | undefined {
    this.#nodes += 1;
    if (this.isCut) return undefined;
    const pieces = element.content.filter(isPiece);
    if (optionalIndexes(pieces).some((index) => values.isNull(index))) return undefined;
    const attributes = element.attributes.flatMap(({ name, pieces: own }) =>
      optionalIndexes(own).some((index) => values.isNull(index))
        ? []
        : [{ name, value: this.#attribute(own, values) }],
    );
    const content: (FilledElement | FilledValue)[] = [];
    for (const node of element.content) {
      if (node.kind === 'element') {
        const filled = this.fill(node, values, level);
        if (filled !== undefined) content.push(filled);
      } else content.push(...this.#piece(node, values, level));
    }
    return { kind: 'element', element, attributes, content };
  }

  #attribute(pieces: readonly Piece[], values: Values): EvtxValue {
    this.#nodes += 1;
    if (this.isCut) return null;
    const [only] = pieces;
    if (pieces.length === 1 && only?.kind === 'value') return this.#read(values, only.index);
    const text = mixedText(this.#context.bytes, values, pieces);
    this.#size += text.length;
    return text;
  }

  #read(values: Values, index: number): EvtxValue {
    this.#size += values.sizes[index] ?? 0;
    return valueAt(this.#context.bytes, values, index);
  }

  #piece(piece: Piece, values: Values, level: number): readonly (FilledElement | FilledValue)[] {
    this.#nodes += 1;
    if (this.isCut) return [];
    if (piece.kind === 'text') return [{ kind: 'value', value: piece.text }];
    if (!values.isNested(piece.index)) return [{ kind: 'value', value: this.#read(values, piece.index) }];
    const inner = this.#fragments.read(values, piece.index, level);
    const filled = inner === undefined ? undefined : this.fill(inner.root, inner, level + 1);
    return filled === undefined ? [] : [filled];
  }
}
