/**
 * A record as XML, as Windows shows it.
 *
 * What XML 1.0 cannot hold, most control characters and lone surrogates, becomes U+FFFD; the JSON has all of it.
 * Source: [MS-EVEN6] 2.2.12.1 to 2.2.12.3 (how each rule is written); XML 1.0 §2.2 (characters).
 */
import type { FilledElement, FilledValue } from './tree.ts';
import { type EvtxValue, valueText } from './value.ts';

const escapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

const unwritable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** `inAttribute` where quotes and ends of lines would not come back as they are. */
function escaped(text: string, inAttribute: boolean): string {
  const clean = text.toWellFormed().replace(unwritable, '\ufffd');
  return inAttribute
    ? clean
        .replace(/[<>&"']/g, (found) => escapes[found] ?? found)
        .replace(/[\t\r\n]/g, (found) => `&#${found.charCodeAt(0)};`)
    : clean.replace(/[<>&]/g, (found) => escapes[found] ?? found).replaceAll('\r', '&#13;');
}

const textOf = (value: EvtxValue): string => escaped(valueText(value), false);

class XmlText {
  readonly #most: number;
  readonly #parts: string[] = [];
  #length = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isCut(): boolean {
    return this.#length > this.#most;
  }

  get text(): string {
    return this.#parts.join('');
  }

  put(text: string): void {
    this.#length += text.length;
    if (!this.isCut) this.#parts.push(text);
  }

  element({ element: { name }, attributes, content }: FilledElement): void {
    const start = `<${name}${attributes.map((one) => ` ${one.name}="${escaped(valueText(one.value), true)}"`).join('')}`;
    const [only] = content;
    const items = content.length === 1 && only?.kind === 'value' ? only.value : undefined;
    // An array repeats the element around it, and an empty one leaves it empty.
    if (Array.isArray(items) && items.length > 0)
      for (const item of items) this.#leaf(start, name, [{ kind: 'value', value: item }]);
    else this.#leaf(start, name, content);
  }

  #leaf(start: string, name: string, content: readonly (FilledElement | FilledValue)[]): void {
    if (this.isCut) return;
    if (content.length === 0) {
      this.put(`${start}/>`);
      return;
    }
    this.put(`${start}>`);
    for (const node of content) {
      if (node.kind === 'element') this.element(node);
      else this.put(textOf(node.value));
    }
    this.put(`</${name}>`);
  }
}

/** Undefined where it would have more than `most` characters. */
export function xmlText(root: FilledElement, most: number): string | undefined {
  const out = new XmlText(most);
  out.element(root);
  return out.isCut ? undefined : out.text;
}
