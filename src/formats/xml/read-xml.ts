/**
 * A small reader of XML, for settings that Windows keeps in it (scheduled tasks). Strict: a document type is refused, so
 * that no entity can be made; only the five of XML and numbers of characters are known. Bounded in depth and elements.
 *
 * What it is NOT: a validating parser; names keep no namespace but lose their prefix. What stands before the first error is
 * given with it: a task that somebody damaged is read as far as it goes.
 * Source: Extensible Markup Language (XML) 1.0, fifth edition, productions named below.
 */

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** By name with its prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly elements: readonly XmlElement[];
  /** Its own characters, those of its elements left out. */
  readonly text: string;
}

/**
 * `doctype`, `entity`: one that is not allowed; `tags`: what is opened and closed does not fit; `markup`: something that is
 * no markup; `depth`, `size`: bounds of our own; `end`: it ends before its root does; `empty`: no element in it.
 */
export type XmlFlaw = 'doctype' | 'entity' | 'tags' | 'markup' | 'depth' | 'size' | 'end' | 'empty';

export interface XmlDocument {
  readonly root: XmlElement | undefined;
  readonly flaw: XmlFlaw | undefined;
}

const deepest = 64;
const mostElements = 20_000;
const mostAttributes = 64;
/** Characters of one document. */
const mostText = 4 << 20;

/** [68] EntityRef: those that need no declaration. */
const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['apos', "'"],
  ['quot', '"'],
]);

/** Thrown and caught in this module. */
class Flaw extends Error {
  readonly flaw: XmlFlaw;
  constructor(flaw: XmlFlaw) {
    super(flaw);
    this.flaw = flaw;
  }
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly elements: XmlElement[];
  text: string;
}

/** [66] CharRef: a number that is a character. Halves of pairs are none in XML, but what is written is kept. */
function characterOf(reference: string): string {
  const hex = /^#x([0-9a-f]{1,6})$/i.exec(reference)?.[1];
  const code = hex === undefined ? Number(/^#([0-9]{1,7})$/.exec(reference)?.[1]) : Number.parseInt(hex, 16);
  if (!(code >= 0 && code <= 0x10_ffff)) throw new Flaw('entity');
  return String.fromCodePoint(code);
}

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&<]{0,12});?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new Flaw('entity');
    const known = entities.get(name);
    if (known !== undefined) return known;
    if (!name.startsWith('#')) throw new Flaw('entity');
    return characterOf(name);
  });
}

/** [5] Name, and [41] Attribute, each from where the last one ended. */
const name = /[\p{L}_:][\p{L}\p{N}_:.-]{0,255}/uy;
const attribute = /\s+([\p{L}_:][\p{L}\p{N}_:.-]{0,255})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const tagEnd = /\s*(\/?)>/y;

const localName = (full: string): string => full.slice(full.indexOf(':') + 1);
const closed = ({ name: own, attributes, elements, text }: Open): XmlElement => ({
  name: localName(own),
  attributes,
  elements,
  text,
});

class Reader {
  readonly #text: string;
  #at = 0;
  #count = 0;
  readonly #open: Open[] = [];
  root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  /** Goes behind the next `end`; the text before it. */
  #until(end: string): string {
    const found = this.#text.indexOf(end, this.#at);
    if (found < 0) throw new Flaw('end');
    const before = this.#text.slice(this.#at, found);
    this.#at = found + end.length;
    return before;
  }

  #startTag(): void {
    if (this.root !== undefined) throw new Flaw('tags');
    const own = this.#match(name)?.[0];
    if (own === undefined) throw new Flaw('markup');
    const attributes = new Map<string, string>();
    for (let found = this.#match(attribute); found !== undefined; found = this.#match(attribute)) {
      const [, key = '', double, single] = found;
      if (attributes.has(key) || attributes.size >= mostAttributes) throw new Flaw('markup');
      attributes.set(key, unescaped(double ?? single ?? ''));
    }
    const end = this.#match(tagEnd);
    if (end === undefined) throw new Flaw(this.#at >= this.#text.length ? 'end' : 'markup');
    this.#count += 1;
    if (this.#count > mostElements) throw new Flaw('size');
    if (this.#open.length >= deepest) throw new Flaw('depth');
    this.#open.push({ name: own, attributes, elements: [], text: '' });
    if (end[1] === '/') this.#close();
  }

  #close(): void {
    const own = this.#open.pop();
    if (own === undefined) throw new Flaw('tags');
    const above = this.#open.at(-1);
    if (above === undefined) this.root = closed(own);
    else above.elements.push(closed(own));
  }

  #endTag(): void {
    const own = this.#match(name)?.[0];
    if (own === undefined || this.#match(tagEnd)?.[1] !== '') throw new Flaw('markup');
    if (this.#open.at(-1)?.name !== own) throw new Flaw('tags');
    this.#close();
  }

  /** What begins with `<`. */
  #markup(): void {
    const follows = (start: string): boolean => {
      if (!this.#text.startsWith(start, this.#at)) return false;
      this.#at += start.length;
      return true;
    };
    if (follows('<!--')) this.#until('-->');
    else if (follows('<![CDATA[')) this.#add(this.#until(']]>'));
    else if (follows('<?')) this.#until('?>');
    else if (follows('<!')) throw new Flaw('doctype');
    else if (follows('</')) this.#endTag();
    else {
      this.#at += 1;
      this.#startTag();
    }
  }

  #add(text: string): void {
    const own = this.#open.at(-1);
    if (own !== undefined) own.text += text;
    else if (/[^\s\0\ufeff]/.test(text)) throw new Flaw('markup');
  }

  read(): void {
    while (this.#at < this.#text.length) {
      if (this.#text.charCodeAt(this.#at) === 0x3c) {
        this.#markup();
        continue;
      }
      const next = this.#text.indexOf('<', this.#at);
      const end = next < 0 ? this.#text.length : next;
      this.#add(unescaped(this.#text.slice(this.#at, end)));
      this.#at = end;
    }
    if (this.#open.length > 0) throw new Flaw('end');
    if (this.root === undefined) throw new Flaw('empty');
  }

  /** Closes what is still open, so that what was read of it can be given. */
  close(): void {
    while (this.#open.length > 0) this.#close();
  }
}

/** Never throws; what stands before a flaw is given with it. */
export function readXml(text: string): XmlDocument {
  const reader = new Reader(text.slice(0, mostText));
  try {
    reader.read();
    return { root: reader.root, flaw: text.length > mostText ? 'size' : undefined };
  } catch (thrown) {
    if (!(thrown instanceof Flaw)) throw thrown;
    reader.close();
    return { root: reader.root, flaw: thrown.flaw };
  }
}

/** The first element of each name on a way down; undefined where one is missing. */
export function elementAt(root: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  let own = root;
  for (const wanted of names) own = own?.elements.find((one) => one.name === wanted);
  return own;
}

/** The characters of an element on a way down, blanks around them left out; undefined where it is missing or empty. */
export function textAt(root: XmlElement | undefined, ...names: readonly string[]): string | undefined {
  const text = elementAt(root, ...names)?.text.trim();
  return text === '' ? undefined : text;
}
