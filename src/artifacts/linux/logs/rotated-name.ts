/**
 * What rotation makes of a log's name, and which of two files is older.
 *
 * Read: `auth.log`, `auth.log.1`, `auth.log.2.gz`, `auth.log.0` (newsyslog), `messages-20240107`,
 * `messages-20240107.xz`, `messages-20240107-1704585601`, `messages-20240107-03`, `messages-2024-01-07`,
 * `auth-20240107.log.gz` (`extension`), `auth.log.2024-01-07`, `auth.1.log`, `auth.log.old`.
 * Source: logrotate(8) (dateext, dateformat, extension, compressext, start); newsyslog(8).
 */

const packed = /\.(?:gz|z|xz|lzma|bz2|zst|zstd|lz4)$/i;

export interface Rotation {
  /** 0 for the log that is written now, 1 and up for older ones; NaN where a date tells it. */
  readonly generation: number;
  /** The date in its name as `20240107`; 0 where it has none. */
  readonly date: number;
  readonly packed: boolean;
}

const current: Rotation = { generation: 0, date: 0, packed: false };

const numbered = /^[.-](\d{1,4})$/;
const dated = /^[.-](\d{4})-?(\d{2})-?(\d{2})(?:[-T_.]?\d{1,10})?$/;
const old = /^\.(?:old|bak|prev|previous)$/;

function rotationOf(suffix: string, isPacked: boolean): Rotation | undefined {
  if (suffix === '') return { ...current, packed: isPacked };
  const date = dated.exec(suffix);
  if (date !== null && Number(date[2]) <= 12 && Number(date[3]) <= 31) {
    return { generation: Number.NaN, date: Number(`${date[1]}${date[2]}${date[3]}`), packed: isPacked };
  }
  const number = numbered.exec(suffix);
  // `.0` is older than the log without a number.
  if (number !== null) return { generation: Number(number[1]) + 1, date: 0, packed: isPacked };
  return old.test(suffix) ? { generation: 1, date: 0, packed: isPacked } : undefined;
}

/** How `name` follows from `base` by rotation; undefined where it does not. `base` may hold `*`. */
export function rotatedFrom(base: string, name: string): Rotation | undefined {
  if (!base.includes('*')) {
    if (name === base) return current;
    const isPacked = packed.test(name);
    const bare = isPacked ? name.replace(packed, '') : name;
    if (bare.startsWith(base)) return rotationOf(bare.slice(base.length), isPacked);
    // `extension .log`: the date stands before it.
    const extension = /\.[a-z]{2,5}$/.exec(base)?.[0] ?? '';
    const stem = base.slice(0, base.length - extension.length);
    if (extension === '' || !bare.startsWith(stem) || !bare.endsWith(extension)) return undefined;
    return rotationOf(bare.slice(stem.length, -extension.length), isPacked);
  }
  // A pattern stands for many logs: the name without what rotation added must fit it.
  for (const candidate of bareNames(name)) {
    if (fits(base, candidate)) return rotatedFrom(candidate, name);
  }
  return undefined;
}

/** The names that a file may have had before it was rotated, its own first. */
export function bareNames(name: string): readonly string[] {
  const bare = name.replace(packed, '');
  const shorter = bare.replace(/[.-](?:\d{1,4}|\d{4}-?\d{2}-?\d{2}(?:[-T_.]?\d{1,10})?|old|bak)$/, '');
  const within = bare.replace(/[.-](?:\d{1,4}|\d{4}-?\d{2}-?\d{2}(?:[-T_.]?\d{1,10})?)(\.[a-z]{2,5})$/, '$1');
  // The most is taken away that can be: `access.log.1` is `access.log` rotated, whatever the pattern is.
  return [...new Set([shorter, within, bare, name])].sort((a, b) => a.length - b.length);
}

/** Glob of one name: `*` is the only sign. */
export function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
