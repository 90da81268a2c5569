/**
 * Whether a text is the settings file of a mining program: JSON whose own keys are a miner's.
 *
 * Why: a settings file is found on the disk long after the miner stopped, under any name. Words alone do not tell it
 * from a report, a test or a rule that quotes one: there the keys stand inside of strings.
 * How: one pass that knows strings, comments and brackets, and collects the strings that a colon follows. Miners read
 * sloppy JSON (comments, commas at the end; xmr-stak's files have no outer braces), so no strict parser can.
 * What it is NOT: a parser; values are left to `traces.ts`.
 * Bounds: 1 MiB, 4,000 keys, 8 levels. Sources: XMRig src/config.json (RapidJSON flags of src/base/io/json), xmr-stak
 * config.tpl and pools.tpl; `--config` files of T-Rex, lolMiner, SRBMiner-MULTI and cpuminer.
 */
import { configKeys } from './miners.ts';

const longest = 1 << 20;
const mostKeys = 4000;
const deepest = 8;
const longestKey = 64;

/** Keys that all mining programs' settings share; each alone is everybody's. */
const sharedKeys: ReadonlySet<string> = new Set([
  ...['algo', 'algorithm', 'coin', 'url', 'user', 'wallet', 'worker', 'pools', 'pool', 'keepalive', 'tls'],
]);
const passwords: ReadonlySet<string> = new Set(['pass', 'password']);
const enoughShared = 3;

const quote = 0x22;
const backslash = 0x5c;
const slash = 0x2f;
const star = 0x2a;
const lineBreak = 0x0a;
const colon = 0x3a;

/** As a character, and as UTF-8 read byte by byte. */
const byteOrderMarks = ['\ufeff', '\u00ef\u00bb\u00bf'] as const;

const isBlank = (code: number): boolean =>
  code === 0x20 || code === 0x09 || code === lineBreak || code === 0x0d;

/** Where the next thing that is no blank and no comment begins. */
function afterBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && isBlank(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) !== slash) return at;
    const next = text.charCodeAt(at + 1);
    if (next !== slash && next !== star) return at;
    const end = next === slash ? text.indexOf('\n', at) : text.indexOf('*/', at + 2);
    if (end < 0) return text.length;
    at = end + (next === slash ? 1 : 2);
  }
}

/** Offset after the closing quote of the string that begins at `from`; the end of the text where none closes it. */
function afterString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) return at + 1;
  }
  return text.length;
}

/** The keys of a text that is one JSON-like value; nothing where it is something else. */
function keysOf(text: string): ReadonlySet<string> {
  const keys = new Set<string>();
  let at = afterBlanks(text, byteOrderMarks.find((mark) => text.startsWith(mark))?.length ?? 0);
  if (at >= text.length || !'{["'.includes(text.charAt(at))) return keys;
  let depth = 0;
  while (at < text.length && keys.size < mostKeys) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = afterString(text, at);
      const after = afterBlanks(text, end);
      if (text.charCodeAt(after) === colon && end - at - 2 <= longestKey && depth <= deepest)
        keys.add(text.slice(at + 1, end - 1));
      at = after;
      continue;
    }
    if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    at = afterBlanks(text, at + 1);
  }
  return keys;
}

export interface MinerSettings {
  /** `unknown` where the keys are those that all mining programs share. */
  readonly program: string;
  readonly keys: readonly string[];
}

export function minerSettings(text: string): MinerSettings | undefined {
  if (text.length > longest) return undefined;
  const keys = keysOf(text);
  for (const { program, keys: own, enough } of configKeys) {
    const found = own.filter((key) => keys.has(key));
    if (found.length >= enough) return { program, keys: found.sort() };
  }
  const shared = [...sharedKeys].filter((key) => keys.has(key));
  const password = [...passwords].filter((key) => keys.has(key));
  if (shared.length >= enoughShared && password.length > 0)
    return { program: 'unknown', keys: [...shared, ...password].sort() };
  return undefined;
}
