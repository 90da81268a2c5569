/**
 * A template as steps that write its JSON: what never changes as bytes that are copied, and values between them.
 *
 * Where the record itself names its fields, or two fragments of one record would be members of one name, the steps do
 * not know what comes; then `json-tree.ts` writes it, which is the same and slower.
 */
import type { Element } from './element.ts';
import { mixedText, type Slot } from './field-plan.ts';
import { type Member, type MemberValue, membersOf } from './json-shape.ts';
import { jsonText, writeItems, writeValue } from './json-value.ts';
import type { JsonWriter } from './json-writer.ts';
import type { Values } from './values.ts';

const code = {
  literal: 0,
  /** A value, or binary XML as an object. */
  value: 1,
  /** Text with values in it. */
  mixed: 2,
  /** Goes on at `target` where the value is not there. */
  needs: 3,
  closeObject: 4,
  closeArray: 5,
  /** Values of a list: those of an array, or one. */
  items: 6,
  /** Members of binary XML, among others. */
  nested: 7,
  mark: 8,
  /** Takes back what was written since the mark, where it is an empty object. */
  dropEmpty: 9,
} as const;

interface Step {
  readonly code: number;
  readonly bytes: Uint8Array;
  readonly index: number;
  target: number;
  readonly slot: Slot | undefined;
}

/** Keys that stand beside a value which may be binary XML. */
type Taken = ReadonlySet<string>;

const none = new Uint8Array(0);
const objectEnd = 0x7d;
const arrayEnd = 0x5d;

/** Binary XML that was read: values, and what is made of them. */
export type Fragment = Values & { readonly root: Element; readonly json: JsonPlan };

export interface JsonScope {
  readonly writer: JsonWriter;
  /** Of the chunk. */
  bytes: Uint8Array;
  /** That of a value, which stands in a fragment at `level`; holds until the next of that level is read. */
  readonly fragments: { read(values: Values, index: number, level: number): Fragment | undefined };
  /** Length of the output that is not to be passed. */
  readonly most: number;
  /** Work besides what is written. */
  cost: number;
}

export class JsonPlan {
  /** The name of the fragment's element. */
  readonly key: string;
  /** The steps cannot write it. */
  readonly isOpen: boolean;
  readonly #steps: Step[] = [];
  readonly #taken = new Map<number, Taken>();
  #literal = '';

  constructor(root: Element) {
    this.key = root.name;
    const members = membersOf(root);
    this.isOpen = members.some(isOpen);
    if (!this.isOpen) this.#members(members);
    this.#flush();
  }

  /**
   * Writes the members of the fragment, each with a comma behind.
   * @returns false where the steps cannot, or may not for the length of it
   */
  write(scope: JsonScope, values: Values, level: number): boolean {
    if (this.isOpen) return false;
    const { writer, bytes, most } = scope;
    const steps = this.#steps;
    let mark = 0;
    /** Keys of fragments that were written into one object. */
    let seen: Set<string> | undefined;
    for (let at = 0; at < steps.length; at += 1) {
      const step = steps[at];
      if (step === undefined) break;
      switch (step.code) {
        case code.literal:
          writer.raw(step.bytes);
          break;
        case code.value:
          if (values.isNested(step.index)) {
            writer.byte(0x7b);
            if (!this.#nested(scope, values, step.index, level)) return false;
            writer.close(objectEnd);
          } else writeValue(writer, bytes, values, step.index);
          break;
        case code.items:
          writeItems(writer, bytes, values, step.index);
          break;
        case code.mixed:
          writer.text(mixedText(bytes, values, step.slot?.pieces ?? []));
          break;
        case code.needs:
          if (values.isNull(step.index)) at = step.target - 1;
          break;
        case code.closeObject:
          writer.close(objectEnd);
          break;
        case code.closeArray:
          writer.close(arrayEnd);
          break;
        case code.nested: {
          if (values.isEmpty(step.index)) break;
          if (!values.isNested(step.index)) {
            // Text between elements is what no event has, and is not lost.
            writer.ascii('"#text":');
            writeValue(writer, bytes, values, step.index);
            writer.byte(0x2c);
            break;
          }
          seen ??= new Set();
          const key = this.#nested(scope, values, step.index, level);
          if (key === undefined || seen.has(key) || this.#taken.get(at)?.has(key) === true) return false;
          seen.add(key);
          break;
        }
        case code.mark:
          mark = writer.length;
          break;
        case code.dropEmpty:
          // `{}` and its comma.
          if (writer.bytes[writer.length - 3] === 0x7b) writer.length = mark;
          break;
      }
      if (writer.length > most) return false;
    }
    return true;
  }

  /** @returns the key that was written; nothing for what cannot be read, which the record tells */
  #nested(scope: JsonScope, values: Values, index: number, level: number): string | undefined {
    const inner = scope.fragments.read(values, index, level);
    return inner?.json.write(scope, inner, level + 1) === true ? inner.json.key : undefined;
  }

  #step(kind: number, index = 0, slot?: Slot): Step {
    this.#flush();
    const step: Step = { code: kind, bytes: none, index, target: 0, slot };
    this.#steps.push(step);
    return step;
  }

  #flush(): void {
    if (this.#literal === '') return;
    const bytes = Buffer.from(this.#literal, 'utf8');
    this.#literal = '';
    this.#steps.push({ code: code.literal, bytes, index: 0, target: 0, slot: undefined });
  }

  #members(members: readonly Member[]): void {
    const groups = new Map<string, Member[]>();
    for (const member of members) {
      const key = member.key ?? '';
      const same = groups.get(key);
      if (same === undefined) groups.set(key, [member]);
      else same.push(member);
    }
    for (const [key, group] of groups) {
      const [only] = group;
      if (only !== undefined && group.length === 1 && !only.isList) this.#member(key, only);
      else this.#list(key, group);
    }
  }

  #member(key: string, { needed, value }: Member): void {
    const skips = needed.map((index) => this.#step(code.needs, index));
    if (value.kind === 'attributes') this.#step(code.mark);
    this.#literal += `${jsonText(key)}:`;
    this.#value(value);
    this.#literal += ',';
    if (value.kind === 'attributes') this.#step(code.dropEmpty);
    this.#flush();
    for (const skip of skips) skip.target = this.#steps.length;
  }

  #list(key: string, group: readonly Member[]): void {
    this.#literal += `${jsonText(key)}:[`;
    for (const { needed, value, isList } of group) {
      const skips = needed.map((index) => this.#step(code.needs, index));
      if (isList && value.kind === 'text' && value.slot.index >= 0) this.#step(code.items, value.slot.index);
      else {
        this.#value(value);
        this.#literal += ',';
      }
      this.#flush();
      for (const skip of skips) skip.target = this.#steps.length;
    }
    this.#step(code.closeArray);
    this.#literal += ',';
  }

  #value(value: MemberValue): void {
    switch (value.kind) {
      case 'null':
        this.#literal += 'null';
        break;
      case 'text': {
        const { slot, isNumber } = value;
        if (slot.index >= 0) this.#step(code.value, slot.index);
        else if (slot.constant === undefined) this.#step(code.mixed, 0, slot);
        else this.#literal += constantText(slot.constant, isNumber);
        break;
      }
      case 'attributes':
        this.#literal += '{';
        this.#members(value.members);
        this.#step(code.closeObject);
        break;
      case 'object': {
        this.#literal += '{';
        this.#members(value.members);
        const taken = new Set(value.members.map(({ key }) => key ?? ''));
        let text = '';
        for (const piece of value.pieces) {
          if (piece.kind === 'text') text += piece.text;
          else {
            this.#step(code.nested, piece.index);
            this.#taken.set(this.#steps.length - 1, taken);
          }
        }
        if (text !== '') this.#literal += `"#text":${jsonText(text)},`;
        this.#step(code.closeObject);
        break;
      }
    }
  }
}

export const constantText = (text: string, isNumber: boolean): string =>
  isNumber && /^(0|[1-9]\d{0,14})$/.test(text) ? text : jsonText(text);

/** A name that the record gives, anywhere within. */
function isOpen({ key, value }: Member): boolean {
  if (key === undefined) return true;
  return value.kind === 'object' || value.kind === 'attributes' ? value.members.some(isOpen) : false;
}
