/** What a definition says, as a tree: elements with holes for the values of a record. Made of what `definition.ts` wrote. */
import { u16 } from '../little-endian.ts';
import { token } from './layout.ts';

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** The value with this index. `optional`: without it, the element or attribute around it is not there. */
  | { readonly kind: 'value'; readonly index: number; readonly optional: boolean };

export interface Attribute {
  readonly name: string;
  readonly pieces: readonly Piece[];
}

export interface Element {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly content: readonly (Element | Piece)[];
}

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

interface Open {
  readonly name: string;
  readonly attributes: Attribute[];
  readonly content: (Element | Piece)[];
}

/** Text that follows text is one. */
function addText(to: (Element | Piece)[] | Piece[], text: string): void {
  const last = to.at(-1);
  if (last?.kind === 'text') to[to.length - 1] = { kind: 'text', text: last.text + text };
  else to.push({ kind: 'text', text });
}

/** Instructions to programs (PI) are left out: no event has one, and none is part of its data. */
export function elementOf(bytes: Uint8Array): Element {
  const stack: Open[] = [];
  let root: Element = { kind: 'element', name: '', attributes: [], content: [] };
  /** Where text and values go: an attribute, or the content of the innermost element. */
  let pieces: (Element | Piece)[] | Piece[] = [];
  let at = 0;
  const string = (): string => {
    const end = at + 3 + u16(bytes, at + 1) * 2;
    const text = Buffer.prototype.utf16leSlice.call(bytes, at + 3, end);
    at = end;
    return text;
  };
  while (at < bytes.length) {
    switch (bytes[at]) {
      case token.openStartElement:
        stack.push({ name: string(), attributes: [], content: [] });
        break;
      case token.attribute: {
        const attribute: Piece[] = [];
        stack.at(-1)?.attributes.push({ name: string(), pieces: attribute });
        pieces = attribute;
        break;
      }
      case token.closeStartElement:
        pieces = stack.at(-1)?.content ?? [];
        at += 1;
        break;
      case token.closeEmptyElement:
      case token.endElement: {
        const open = stack.pop();
        if (open !== undefined) root = { kind: 'element', ...open };
        const parent = stack.at(-1)?.content;
        parent?.push(root);
        pieces = parent ?? [];
        at += 1;
        break;
      }
      case token.value:
      case token.cdata:
        addText(pieces, string());
        break;
      case token.charRef:
        addText(pieces, String.fromCharCode(u16(bytes, at + 1)));
        at += 3;
        break;
      case token.entityRef: {
        const name = string();
        addText(pieces, entities.get(name) ?? `&${name};`);
        break;
      }
      case token.normalSubstitution:
      case token.optionalSubstitution:
        pieces.push({
          kind: 'value',
          index: u16(bytes, at + 1),
          optional: bytes[at] === token.optionalSubstitution,
        });
        at += 4;
        break;
      default:
        string();
    }
  }
  return root;
}

/** The values without which the element or attribute around them is not there. Source: [MS-EVEN6] 3.1.4.7.2. */
export const optionalIndexes = (pieces: readonly (Element | Piece)[]): readonly number[] =>
  pieces.flatMap((piece) => (piece.kind === 'value' && piece.optional ? [piece.index] : []));
