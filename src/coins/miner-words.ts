/**
 * Words of mining programs that stay when their names, pools and wallets are taken out: option names and algorithms.
 *
 * Why: builds of droppers carry no user agent and no address, but parse options and choose an algorithm by its name.
 * What it is NOT: proof. A library of RandomX holds a few of them, and so does a scanner; only many together are told.
 * Sources: XMRig src/base/kernel/interfaces/IConfig.h and src/core/config/Config_platform.h (option names),
 * src/base/crypto/Algorithm.cpp (algorithms); cpuminer-opt algo-gate-api.c.
 */
import { KeywordSearch } from './keywords.ts';

export const minerWords: readonly string[] = [
  ...['donate-level', 'donate-over-proxy', 'huge-pages-jit', 'hugepage-size', 'randomx-1gb-pages'],
  ...['randomx-wrmsr', 'randomx-no-rdmsr', 'randomx-cache-qos', 'cpu-max-threads-hint', 'max-threads-hint'],
  ...['scratchpad_prefetch_mode', 'daemon-poll-interval', 'submit-to-origin', 'self-select', 'argon2-impl'],
  ...['astrobwt-max-size', 'cpu-memory-pool', 'health-print-time', 'pause-on-battery'],
  ...['rx/wow', 'rx/arq', 'rx/graft', 'rx/sfx', 'cn-heavy/xhv', 'cn-heavy/tube', 'cn-lite/1', 'cn-pico/tlo'],
  ...['cn/upx2', 'cn/rwz', 'cn/zls', 'cn/double', 'argon2/chukwav2', 'argon2/wrkz', 'ghostrider'],
  ...['mining.subscribe', 'mining.authorize', 'mining.extranonce.subscribe', 'keepalived'],
];

/** So many different ones stand in no program that does not mine. */
export const enoughMinerWords = 8;

const search = new KeywordSearch(minerWords);

/** Adds the words that stand in `bytes` to `found`; the same bytes in pieces give the same. */
export function findMinerWords(bytes: Uint8Array, found: Set<string>): void {
  search.search(bytes, (index) => {
    const word = minerWords[index];
    if (word !== undefined) found.add(word);
    return found.size < minerWords.length;
  });
}
