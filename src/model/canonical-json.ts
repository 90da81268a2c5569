/**
 * JSON in the one form that is hashed and signed: RFC 8785 (JCS). Members sorted by the UTF-16 units of their names, no
 * space, numbers and text as ECMAScript writes them.
 *
 * `undefined` members are left out, as JSON.stringify leaves them out.
 */

/** Objects in objects: what is nested deeper is nothing of ours, and would exhaust the stack. */
const mostDepth = 64;

/**
 * @throws TypeError for what JSON has no form of (a number that is not finite, text with half a surrogate pair), and for
 * what is nested too deep
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > mostDepth) throw new TypeError('it is nested too deep');
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('text that is not Unicode has no canonical form');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical form`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value))
        return `[${value.map((item: unknown) => canonicalJson(item, depth + 1)).join(',')}]`;
      return `{${Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member, depth + 1)}`)
        .join(',')}}`;
    default:
      throw new TypeError(`${typeof value} has no canonical form`);
  }
}
