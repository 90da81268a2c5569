/**
 * logfmt as logrus writes it: `time="…" level=info msg="Calling POST /v1.41/containers/create" container=…`.
 *
 * A value with a blank or a quote is quoted as Go quotes it, so what stands in a value cannot begin a field.
 * Text is Latin-1. Source: github.com/sirupsen/logrus text_formatter.go (appendValue, needsQuoting); Go strconv.Quote.
 */
const field = /([A-Za-z_][\w.@/-]{0,63})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:\s|$)/y;
const mostFields = 64;

const named: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};
const unquoted = (text: string): string =>
  text.includes('\\')
    ? text.replace(
        /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gs,
        (_, hex?: string, code?: string, other?: string) => {
          if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
          if (code !== undefined) {
            const character = String.fromCharCode(Number.parseInt(code, 16));
            return Buffer.from(character, 'utf8').toString('latin1');
          }
          return named[other ?? ''] ?? other ?? '';
        },
      )
    : text;

/** The fields of a line, the first of each name; undefined where it is none from its beginning. */
export function logfmt(text: string, from = 0): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  field.lastIndex = from;
  for (let match = field.exec(text); match !== null && found.size < mostFields; match = field.exec(text)) {
    const [, name = '', quoted, bare = ''] = match;
    if (!found.has(name)) found.set(name, quoted === undefined ? bare : unquoted(quoted));
  }
  return found.size === 0 ? undefined : found;
}
