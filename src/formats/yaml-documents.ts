/**
 * YAML of a target: several documents, each by itself, with the lines they stand on.
 *
 * Why: Compose and Kubernetes write YAML, and an intruder may too. A document that cannot be read does not hide the
 * ones beside it; control characters, which no YAML has, become blanks so that one odd byte hides nothing.
 * What it is NOT: positions of values; `lineOf` looks for the text in the lines. Values are read with the members
 * of `loose-json.ts`, which believe no type. Texts of `!!binary` are decoded, as those who read manifests do.
 * Bounds: 10 MiB, 2 MiB of a document, 500 documents, 500 references a document (a reference costs nothing by
 * itself, but those that stand on each other multiply), nesting of 64 on one line.
 * Sources: YAML 1.2.2 §6.9.2, §7.1, §9.1.
 */

export interface YamlDocument {
  readonly value: unknown;
  /** One-based line on which it begins. */
  readonly line: number;
  readonly lines: readonly string[];
}

export interface YamlReading {
  readonly documents: readonly YamlDocument[];
  /** Why parts of it were not read; empty when all was. */
  readonly refused: readonly string[];
}

/** What a kubelet reads of a manifest (10 MiB); who pads a file hides nothing in it. */
export const yamlLimit = 10 << 20;
/** Of one document, without comments and empty lines. */
const documentLimit = 2 << 20;
const mostDocuments = 500;
const mostReferences = 500;

function refusal(text: string): string | undefined {
  if (/[[{]\s*(?:[[{]\s*){63}/.test(text) || /(?:[-?:] ){64}/.test(text)) return 'nested too deep';
  let references = 0;
  for (const _ of text.matchAll(/(?<=[\s[,{:-])\*[^\s\],}]/g)) {
    references += 1;
    if (references > mostReferences) return 'too many references';
  }
  return undefined;
}

/** `!!binary "…"` on one line becomes the text that it stands for. */
const decoded = (text: string): string =>
  text.replace(
    /!(?:!binary|<tag:yaml\.org,2002:binary>)[ \t]+(["']?)([A-Za-z0-9+/=]{1,65536})\1/g,
    (_, _quote: string, base64: string) => JSON.stringify(Buffer.from(base64, 'base64').toString('utf8')),
  );

function parsed(given: string): { readonly value: unknown } | { readonly reason: string } {
  const text =
    given.length <= documentLimit
      ? decoded(given)
      : given.replace(/^[ \t]*(?:#.*)?\n/gm, '').slice(0, documentLimit + 1);
  if (text.length > documentLimit) return { reason: 'a document larger than 2 MiB' };
  const reason = refusal(text);
  if (reason !== undefined) return { reason };
  try {
    return { value: Bun.YAML.parse(text) };
  } catch {
    // The parser's message quotes the input, which is the target's text.
    return { reason: 'not YAML' };
  }
}

export function readYaml(bytes: Uint8Array): YamlReading {
  if (bytes.length > yamlLimit) return { documents: [], refused: ['larger than 10 MiB'] };
  const text = new TextDecoder()
    .decode(bytes)
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]/g, ' ');
  const lines = text.split(/\r?\n/);
  const starts = [0, ...lines.flatMap((line, at) => (/^---(?:\s|$)/.test(line) ? [at] : []))];
  const documents: YamlDocument[] = [];
  const refused = new Set<string>();
  if (starts.length > mostDocuments) refused.add('more than 500 documents');
  for (const [at, start] of starts.slice(0, mostDocuments).entries()) {
    const own = lines.slice(start, starts[at + 1] ?? lines.length);
    if (!own.some((line) => /^(?!---\s*$|\.\.\.|\s*#|%)\s*\S/.test(line))) continue;
    // A directive belongs to the marker after it.
    const body = own.filter((line) => !/^(?:%YAML|%TAG|\.\.\.)/.test(line)).join('\n');
    const result = parsed(body);
    if ('reason' in result) refused.add(result.reason);
    else documents.push({ value: result.value, line: start + 1, lines: own });
  }
  return { documents, refused: [...refused] };
}

/**
 * The first line that holds all of these, in this order, each at or after the line of the one before: `services`,
 * then `web`, then `command`. Without such a line, that of the last that was found.
 */
export function lineOf(document: YamlDocument, ...needles: readonly string[]): number {
  let at = 0;
  for (const needle of needles) {
    const found = document.lines.findIndex((line, index) => index >= at && line.includes(needle));
    if (found < 0) break;
    at = found;
  }
  return document.line + at;
}

/** The line as it stands there, without blanks around it. */
export const textAt = (document: YamlDocument, line: number): string =>
  (document.lines[line - document.line] ?? '').trim().slice(0, 8192);
