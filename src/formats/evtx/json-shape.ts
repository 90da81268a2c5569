/**
 * How an element becomes JSON: the shape that rules of Sigma are written for.
 *
 * `Event.System.Channel`, `Event.EventData.CommandLine`, `Event.UserData.EventXML.Param1`: an element is a member, its
 * text the value. Attributes are members where an element has no text (`Provider.Name`), and stand beside it where it
 * has (`EventID`, `EventID_attributes`). `<Data Name="X">` is the member `X`; data without names are the list `Data`.
 * Namespaces are left out. Elements of one name become a list.
 */
import { type Element, optionalIndexes, type Piece } from './element.ts';
import { dataName, isDeclaration, isElement, isPiece, Slot } from './field-plan.ts';

export interface Member {
  /** Undefined where the record itself names it. */
  readonly key: string | undefined;
  readonly named: Slot | undefined;
  /** Values without which it is not there. */
  readonly needed: readonly number[];
  readonly value: MemberValue;
  /** Always in a list, and lists in it are part of that. */
  readonly isList: boolean;
}

export type MemberValue =
  | { readonly kind: 'text'; readonly slot: Slot; readonly isNumber: boolean }
  /** Members, and values between them that may be binary XML with more members. */
  | { readonly kind: 'object'; readonly members: readonly Member[]; readonly pieces: readonly Piece[] }
  /** As `object`, and not there at all where it is empty. */
  | { readonly kind: 'attributes'; readonly members: readonly Member[] }
  | { readonly kind: 'null' };

/** Of System; where a template says them as text, they are numbers all the same. */
const numbers: ReadonlySet<string> = new Set([
  ...['EventID', 'Qualifiers', 'Version', 'Level', 'Task', 'Opcode', 'EventRecordID'],
  ...['ProcessID', 'ThreadID', 'ProcessorID', 'SessionID', 'KernelTime', 'UserTime', 'ProcessorTime'],
]);

const nameOf = (element: Element): Pick<Member, 'key' | 'named'> => {
  const named = dataName(element);
  if (named === undefined) return { key: element.name, named: undefined };
  const slot = new Slot(named.pieces, []);
  return slot.constant === undefined
    ? { key: undefined, named: slot }
    : { key: slot.constant, named: undefined };
};

const isBlank = (node: Element | Piece): boolean => node.kind === 'text' && node.text.trim() === '';

export function membersOf(element: Element, inSystem = false): readonly Member[] {
  const { key, named } = nameOf(element);
  const within = inSystem || element.name === 'System';
  const pieces = element.content.filter(isPiece);
  const children = element.content.filter(isElement);
  const attributes = element.attributes
    .filter(({ name }) => !isDeclaration(name) && (name !== 'Name' || dataName(element) === undefined))
    .map((attribute): Member => {
      const slot = new Slot(attribute.pieces, []);
      const isNumber = within && numbers.has(attribute.name);
      const value = { kind: 'text', slot, isNumber } as const;
      return {
        key: attribute.name,
        named: undefined,
        needed: optionalIndexes(attribute.pieces),
        value,
        isList: false,
      };
    });
  const needed = optionalIndexes(pieces);
  const isList = element.name === 'Data' && dataName(element) === undefined;
  const member = (value: MemberValue): Member => ({ key, named, needed, value, isList });
  if (children.length > 0) {
    const members = [...attributes, ...children.flatMap((child) => membersOf(child, within))];
    return [member({ kind: 'object', members, pieces: pieces.filter((piece) => !isBlank(piece)) })];
  }
  if (pieces.length === 0) {
    if (attributes.length > 0) return [member({ kind: 'object', members: attributes, pieces: [] })];
    return [member({ kind: 'null' })];
  }
  const isNumber = within && numbers.has(element.name);
  const text = member({ kind: 'text', slot: new Slot(pieces, []), isNumber });
  if (attributes.length === 0 || key === undefined) return [text];
  const beside: Member = {
    key: `${key}_attributes`,
    named: undefined,
    needed,
    value: { kind: 'attributes', members: attributes },
    isList: false,
  };
  return [text, beside];
}
