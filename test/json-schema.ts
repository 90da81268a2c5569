/** Whether a value keeps to the published schema, without the library that made it. */
interface Schema {
  readonly [key: string]: unknown;
}
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a value breaks a schema: the part of JSON Schema 2020-12 that this schema uses. */
export function violations(schema: unknown, value: unknown, at = '$'): readonly string[] {
  if (!isSchema(schema)) return [`${at}: no schema`];
  const found: string[] = [];
  const options = schema['anyOf'];
  if (Array.isArray(options) && !options.some((one) => violations(one, value, at).length === 0)) {
    found.push(`${at}: none of its forms`);
  }
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) found.push(`${at}: not in the list`);
  if ('const' in schema && schema['const'] !== value) found.push(`${at}: not ${String(schema['const'])}`);
  const type = schema['type'];
  const is = (wanted: unknown): boolean =>
    wanted === 'integer'
      ? Number.isInteger(value)
      : wanted === 'array'
        ? Array.isArray(value)
        : wanted === 'object'
          ? isSchema(value)
          : wanted === 'null'
            ? value === null
            : typeof value === wanted;
  if (type !== undefined && !is(type)) return [...found, `${at}: not ${String(type)}`];
  if (typeof value === 'number') {
    const [least, most] = [schema['minimum'], schema['maximum']];
    if (typeof least === 'number' && value < least) found.push(`${at}: below ${least}`);
    if (typeof most === 'number' && value > most) found.push(`${at}: above ${most}`);
  }
  if (Array.isArray(value) && 'items' in schema) {
    found.push(...value.flatMap((item, index) => violations(schema['items'], item, `${at}[${index}]`)));
  }
  if (isSchema(value) && type === 'object') {
    const properties = isSchema(schema['properties']) ? schema['properties'] : {};
    for (const name of Array.isArray(schema['required']) ? schema['required'] : []) {
      if (typeof name === 'string' && !(name in value)) found.push(`${at}.${name}: missing`);
    }
    for (const [name, item] of Object.entries(value)) {
      if (name in properties) found.push(...violations(properties[name], item, `${at}.${name}`));
      else if (schema['additionalProperties'] === false) found.push(`${at}.${name}: unknown`);
    }
  }
  return found;
}
