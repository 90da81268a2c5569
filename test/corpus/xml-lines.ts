/** XML of an event as lines: the way to each attribute and to each element without elements, and its text. */

const escapes: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const plainText = (text: string): string =>
  text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([0-9a-f]+));/gi, (found, name, decimal, hex) =>
    name === undefined
      ? String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
      : (escapes[name.toLowerCase()] ?? found),
  );

interface Open {
  readonly way: string;
  text: string;
  hasElements: boolean;
}

/** `Event/System/Provider@Name=…`, `Event/EventData/Data=…`; blanks between elements are none. */
export function xmlLines(xml: string): readonly string[] {
  const lines: string[] = [];
  const open: Open[] = [];
  const close = (): void => {
    const { way = '', text = '', hasElements = false } = open.pop() ?? {};
    if (!hasElements) lines.push(`${way}=${plainText(text)}`);
    else if (text.trim() !== '') lines.push(`${way}#=${plainText(text)}`);
  };
  for (const found of xml.matchAll(/<(\/?)([^\s<>/]+)((?:\s+[^\s=]+="[^"]*")*)\s*(\/?)>|([^<]+)/g)) {
    const [, closing, name = '', attributes = '', empty, text] = found;
    const around = open.at(-1);
    if (text !== undefined) {
      if (around !== undefined) around.text += text;
      continue;
    }
    if (closing === '/') {
      close();
      continue;
    }
    if (around !== undefined) around.hasElements = true;
    const way = around === undefined ? name : `${around.way}/${name}`;
    open.push({ way, text: '', hasElements: false });
    for (const [, key = '', value = ''] of attributes.matchAll(/([^\s=]+)="([^"]*)"/g))
      lines.push(`${way}@${key}=${plainText(value)}`);
    if (empty === '/') close();
  }
  return lines;
}
