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

/** `value` with its keys in the order of `schema`; keys the schema does not name come last, sorted. */
function ordered(value: unknown, schema: Node): unknown {
  if (Array.isArray(value)) {
    const items = nodeOf(schema.items);
    return value.map((item) => ordered(item, items));
  }
  if (!isObject(value)) return value;
  const known = Object.keys(schema.properties ?? {});
  const others = Object.keys(value)
    .filter((key) => !known.includes(key))
    .toSorted();
  const out: Record<string, unknown> = {};
  for (const key of [...known, ...others]) {
    if (Object.hasOwn(value, key)) out[key] = ordered(value[key], nodeOf(schema.properties?.[key]));
  }
  return out;
}

export function renderJson(result: ScanResult): string {
  return `${JSON.stringify(ordered(result, nodeOf(resultJsonSchema())), null, 2)}\n`;
}
