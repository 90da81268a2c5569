/**
 * The published result as JSON text. Keys stand in the order of the schema, whatever built the result, so that
 * two results can be compared line by line.
 */
import { resultJsonSchema, type ScanResult } from '../model/result.ts';

interface Node {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nodeOf(value: unknown): Node {
  if (!isObject(value)) return {};
  const { properties, items } = value;
  return { ...(isObject(properties) ? { properties } : {}), ...(items === undefined ? {} : { items }) };
}

/** The keys of `value` in the order of `schema`; keys the schema does not name come last, sorted. */
function shallowOrdered(value: object, schema: Node): Readonly<Record<string, unknown>> {
  const known = Object.keys(schema.properties ?? {});
  const given = new Map(Object.entries(value));
  const others = [...given.keys()].filter((key) => !known.includes(key)).toSorted();
  return Object.fromEntries(
    [...known, ...others].filter((key) => given.has(key)).map((key) => [key, given.get(key)]),
  );
}

/** The same, all the way down. */
function ordered(value: unknown, schema: Node): unknown {
  if (Array.isArray(value)) {
    const items = nodeOf(schema.items);
    return value.map((item) => ordered(item, items));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(shallowOrdered(value, schema)).map(([key, one]) => [
      key,
      ordered(one, nodeOf(schema.properties?.[key])),
    ]),
  );
}

/** What `JSON.stringify` writes with two blanks a level, `depth` levels in. A line feed in it is never text. */
const written = (value: unknown, depth: number): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${'  '.repeat(depth)}`);

/** Characters from which a piece is given. */
const piece = 64 << 10;

/**
 * The same text in pieces, entry after entry: the whole of it beside its ordered copy is 16 MB for a host with 2,000
 * processes.
 */
export function* jsonPieces(result: ScanResult): Generator<string> {
  const schema = nodeOf(resultJsonSchema());
  let text = '{';
  let first = true;
  for (const [key, value] of Object.entries(shallowOrdered(result, schema))) {
    if (value === undefined) continue;
    text += `${first ? '' : ','}\n  ${JSON.stringify(key)}: `;
    first = false;
    const node = nodeOf(schema.properties?.[key]);
    if (!Array.isArray(value) || value.length === 0) {
      text += written(ordered(value, node), 1);
      continue;
    }
    const items = nodeOf(node.items);
    text += '[';
    for (const [index, item] of value.entries()) {
      text += `${index === 0 ? '' : ','}\n    ${written(ordered(item, items), 2)}`;
      if (text.length < piece) continue;
      yield text;
      text = '';
    }
    text += '\n  ]';
  }
  yield `${text}\n}\n`;
}

export const renderJson = (result: ScanResult): string => [...jsonPieces(result)].join('');
