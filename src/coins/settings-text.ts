/**
 * Whether a text is the settings file of a mining program: JSON whose own keys are a miner's.
 *
 * Why: a settings file is found on the disk long after the miner stopped, under any name. Words alone do not tell it
 * from a report, a test or a rule that quotes one: there the keys stand inside of strings.
 * How: one pass that knows strings, comments and brackets, and collects the strings that a colon follows. Miners read
 * sloppy JSON (comments, commas at the end; xmr-stak's files have no outer braces), so no strict parser can. A dropper
 * writes the fewest keys that work: one of a program's own beside a list of pools, each with its url and user, is enough.
 * What it is NOT: a parser. Of values only the pools are read; the others are left to `traces.ts`.
 * Bounds: 1 MiB, 4,000 keys, 8 levels, 100 pools. Sources: XMRig src/config.json (RapidJSON flags of src/base/io/json), xmr-stak
 * config.tpl and pools.tpl; `--config` files of T-Rex, lolMiner, SRBMiner-MULTI and cpuminer.
 */
import type { MiningTrace } from '../model/facts/process.ts';
import { configKeys } from './miners.ts';
import { isMiningScheme, parsePool } from './pools.ts';

const longest = 1 << 20;
const mostKeys = 4000;
const deepest = 8;
const longestKey = 128;
const mostPools = 100;

/** Keys that all mining programs' settings share; each alone is everybody's. */
const sharedKeys: ReadonlySet<string> = new Set([
  ...['algo', 'algorithm', 'coin', 'url', 'user', 'wallet', 'worker', 'pools', 'pool', 'keepalive', 'tls'],
]);
const passwords: ReadonlySet<string> = new Set(['pass', 'password']);
const enoughShared = 3;

/** What each entry of a list of pools has; a password is left out where the pool asks for none. */
const poolList = ['pools', 'url', 'user'] as const;
/** Keys of XMRig that mean nothing else; `cpu` or `huge-pages` beside a list of pools are of databases too. */
const tellingKeys = ['donate-level', 'donate-over-proxy', 'randomx', 'max-threads-hint', 'rig-id'] as const;

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

/** `\u0070ools` is `pools` to every miner. */
function unescaped(content: string): string {
  return content.replace(/\\(?:u([0-9a-fA-F]{4})|([/"\\]))/g, (_, code?: string, plain?: string) =>
    code === undefined ? (plain ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
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
        keys.add(unescaped(text.slice(at + 1, end - 1)));
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
  const lists = poolList.every((key) => keys.has(key));
  const telling = tellingKeys.filter((key) => keys.has(key));
  if (lists && telling.length > 0) return { program: 'xmrig', keys: [...telling, ...poolList].sort() };
  const shared = [...sharedKeys].filter((key) => keys.has(key));
  const password = [...passwords].filter((key) => keys.has(key));
  if (lists || (shared.length >= enoughShared && password.length > 0))
    return { program: 'unknown', keys: [...shared, ...password].sort() };
  return undefined;
}

export interface SettingsPool {
  readonly pool: Omit<Extract<MiningTrace, { readonly kind: 'pool' }>, 'kind'>;
  /** Characters from the start of the text, of the key and its value. */
  readonly offset: number;
  readonly length: number;
}

/** Pools as settings name them, `"url": "host:port"`: without a scheme or a known name, but with a port. */
export function poolsOfSettings(text: string): readonly SettingsPool[] {
  const pools: SettingsPool[] = [];
  for (const match of text.matchAll(
    /"(?:url|pool_address)\\?"\s{0,4}:\s{0,4}\\?"((?:[^"\\\s]|\\[u/]){3,400})/g,
  )) {
    const pool = parsePool(unescaped(match[1] ?? ''));
    if (pool === undefined || pool.port === 0) continue;
    if (pool.scheme !== '' && !isMiningScheme(pool.scheme)) continue;
    if (pools.length >= mostPools) break;
    pools.push({ pool, offset: match.index, length: match[0].length });
  }
  return pools;
}
