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

const nothing: Node = {};
/** Of each part of the schema once: a result has tens of thousands of values. */
const nodes = new WeakMap<object, Node>();

function nodeOf(value: unknown): Node {
  if (!isObject(value)) return nothing;
  let node = nodes.get(value);
  if (node === undefined) {
    const { properties, items } = value;
    node = { ...(isObject(properties) ? { properties } : {}), ...(items === undefined ? {} : { items }) };
    nodes.set(value, node);
  }
  return node;
}

const noProperties: Readonly<Record<string, unknown>> = {};

/** The keys of `value` in the order of `schema`; keys the schema does not name come last, sorted. */
function keysOf(value: object, { properties = noProperties }: Node): readonly string[] {
  const known = Object.keys(properties).filter((key) => Object.hasOwn(value, key));
  const all = Object.keys(value);
  if (all.length === known.length) return known;
  return [...known, ...all.filter((key) => !Object.hasOwn(properties, key)).toSorted()];
}

/** The same value with its keys in that order, all the way down. */
function ordered(value: unknown, schema: Node): unknown {
  if (Array.isArray(value)) {
    const items = nodeOf(schema.items);
    return value.map((item) => ordered(item, items));
  }
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = {};
  for (const key of keysOf(value, schema)) out[key] = ordered(value[key], nodeOf(schema.properties?.[key]));
  return out;
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
  const given: Readonly<Record<string, unknown>> = result;
  for (const key of keysOf(result, schema)) {
    const value = given[key];
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
