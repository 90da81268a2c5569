/**
 * Lines that a mining program writes to its log.
 *
 * Why: the log stays when the miner is gone; it tells when it ran and for which pool.
 * How: the form of the whole line, its time stamp included, so that a rule or a manual that names a phrase is no log.
 * What it is NOT: proof of who ran it; a log pasted into a note looks the same.
 * Bounds: 2,000 lines of at most 400 characters. Sources: logs in the issues of xmrig/xmrig (804 and 422 for version 2,
 * 1743 and 3828 for version 6); cpuminer's share_result().
 */
import { type PoolAddress, parsePool } from './pools.ts';

const mostLines = 2000;
const longestLine = 400;
/** `ESC [ … m`, where the log was a terminal's; ESC may have been lost on the way. */
const colour = /\[[0-9;]{0,12}m/;
const stamp = /^\s{0,4}\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\]\s{1,8}(\S.*)$/;
/** `[…]  net      use pool …`: the tag is newer than version 2. */
const tag = /^(?:miner|net|cpu|opencl|cuda)\s{1,10}/;
const phrases: readonly RegExp[] = [
  /^speed (?:2\.5|10)s\/60s\/15m /,
  /^(?:use (?:pool|daemon)|new job from) (\S{3,300}:\d{1,5})(?:\s|$)/,
  /^(?:accepted|rejected) \(\d{1,12}\/\d{1,12}\) diff /,
  /^accepted: \d{1,12}\/\d{1,12} \(\d{1,3}(?:\.\d{1,4})?%\), \S{1,20} [kKMG]?H(?:ash)?\/s/,
];

export interface LogLine {
  /** One-based. */
  readonly line: number;
  readonly pool?: PoolAddress;
}

const escapeCode = String.fromCharCode(0x1b);

const plain = (line: string): string =>
  line
    .split(escapeCode)
    .map((part) => part.replace(colour, ''))
    .join('');

/** The lines that a miner wrote, at most `most`. */
export function minerLogLines(text: string, most = 8): readonly LogLine[] {
  const found: LogLine[] = [];
  for (const [index, line] of text.split('\n', mostLines).entries()) {
    if (line.length > longestLine || !line.includes('[')) continue;
    const body = stamp.exec(plain(line).trimEnd())?.[1]?.replace(tag, '');
    if (body === undefined) continue;
    const phrase = phrases.map((form) => form.exec(body)).find((match) => match !== null);
    if (phrase === undefined) continue;
    const pool = phrase[1] === undefined ? undefined : parsePool(phrase[1]);
    found.push({ line: index + 1, ...(pool === undefined ? {} : { pool }) });
    if (found.length >= most) break;
  }
  return found;
}
