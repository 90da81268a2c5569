/**
 * What a command line says of mining.
 *
 * Why: it is read for every process at no cost, and most miners that are not renamed by their makers say all there.
 * What it is NOT: proof. A process writes its own command line; and `curl -o file -u user:password` has the same
 * letters as a miner, so short options count only when their values or their company are a miner's.
 * Sources: option lists in `miners.ts`.
 */
import type { MiningTrace } from '../model/facts/process.ts';
import { algorithmNamed, isCoin, isDistinctAlgorithm } from './algorithms.ts';
import { findWallets } from './find-wallets.ts';
import { minerOption, programMarks, programNamed } from './miners.ts';
import { isMiningScheme, type PoolAddress, parsePool } from './pools.ts';

const poolOptions: ReadonlySet<string> = new Set(['o', 'url', 'P', 'pool', 'server', 'epool', 'pool1', 's']);
/** Schemes that mean nothing alone: `-pool ssl://host:5555` of PhoenixMiner. */
const plainSchemes: ReadonlySet<string> = new Set(['', 'tcp', 'ssl', 'tls', 'http', 'ws', 'wss']);
const userOptions: ReadonlySet<string> = new Set(['u', 'user', 'w', 'wallet', 'wal', 'ewal']);
const algorithmOptions: ReadonlySet<string> = new Set(['a', 'algo', 'algorithm', 'coin', 'mine']);
const coinOptions: ReadonlySet<string> = new Set(['coin', 'currency']);
/** Arguments and bytes past these are not looked at: 2 MiB is the kernel's bound for all of them together. */
const mostArguments = 512;
const longestArgument = 8192;

interface Option {
  readonly name: string;
  readonly value: string;
}

function optionsOf(argv: readonly string[]): readonly Option[] {
  const options: Option[] = [];
  argv.forEach((argument, index) => {
    if (!argument.startsWith('-') || argument.length < 2) return;
    const long = argument.startsWith('--');
    const body = argument.slice(long ? 2 : 1);
    const equals = body.indexOf('=');
    if (equals > 0) {
      options.push({ name: body.slice(0, equals), value: body.slice(equals + 1) });
      return;
    }
    const next = argv[index + 1] ?? '';
    const value = next.startsWith('-') && next.length > 1 ? '' : next;
    options.push({ name: body, value });
    // `-ostratum+tcp://…`, `-akawpow`: a letter glued to its value.
    if (!long && body.length > 2 && ['o', 'a', 'P'].includes(body.charAt(0))) {
      options.push({ name: body.charAt(0), value: body.slice(1) });
    }
  });
  return options;
}

/** `--coin XMR` beside a pool and a user: an exchange's tool has the first, and none of the others. */
function namesCoin(options: readonly Option[]): boolean {
  const has = (wanted: ReadonlySet<string>, fits: (value: string) => boolean): boolean =>
    options.some(({ name, value }) => wanted.has(name) && fits(value));
  return (
    has(coinOptions, isCoin) &&
    has(userOptions, (value) => value !== '') &&
    has(poolOptions, (value) => (parsePool(value)?.port ?? 0) > 0)
  );
}

/** `--server host --port 6060`, as GMiner takes it. */
function withPort(host: string, options: readonly Option[]): string {
  const port = options.find(({ name }) => name === 'port')?.value ?? '';
  return /^\d{1,5}$/.test(port) && parsePool(host)?.port === 0 ? `${host}:${port}` : host;
}

/** All that the arguments say of mining, each thing once. */
export function tracesOfArgv(argv: readonly string[]): readonly MiningTrace[] {
  const bounded = argv.slice(0, mostArguments).map((argument) => argument.slice(0, longestArgument));
  // The command of `sh -c` is one argument that holds a whole command line.
  const words = bounded.flatMap((argument, index) =>
    index > 0 && argument.includes(' ') ? [argument, ...argument.split(/[\s"';|&]+/)] : [argument],
  );
  const traces: MiningTrace[] = [];
  const seen = new Set<string>();
  const add = (trace: MiningTrace): void => {
    const key = JSON.stringify(trace);
    if (seen.has(key)) return;
    seen.add(key);
    traces.push(trace);
  };

  const named = programNamed(words[0] ?? '');
  if (named !== undefined) add({ kind: 'program', program: named, mark: 'name' });
  let wallets = 0;
  const pools: PoolAddress[] = [];
  const unverified: MiningTrace[] = [];
  for (const word of words) {
    for (const { coin, address, verified } of findWallets(word)) {
      if (!verified) {
        unverified.push({ kind: 'wallet', coin, address, verified });
        continue;
      }
      wallets += 1;
      add({ kind: 'wallet', coin, address, verified });
    }
    const mark = word.indexOf('://');
    if (mark > 0 && !word.includes(' ')) {
      const url = word.slice(Math.max(word.lastIndexOf('=', mark), word.lastIndexOf(',', mark)) + 1);
      const pool = parsePool(url.startsWith('-o') ? url.slice(2) : url);
      if (pool !== undefined && (isMiningScheme(pool.scheme) || pool.known)) pools.push(pool);
    }
    if (word.length >= 16) {
      for (const { program, text, version } of programMarks) {
        if (version === undefined && word.includes(text)) add({ kind: 'program', program, mark: text });
      }
    }
  }

  const options = optionsOf(words);
  const keys = new Map<string, string>();
  let alone = 0;
  for (const { name } of options) {
    const option = minerOption(name);
    if (option === undefined || keys.has(name)) continue;
    keys.set(name, option.program);
    if (option.alone) alone += 1;
  }
  const algorithms = options.filter(
    ({ name, value }) =>
      algorithmOptions.has(name) && algorithmNamed(value.split(/[,;]/)[0] ?? '') !== undefined,
  );
  const distinct = algorithms.some(({ value }) => isDistinctAlgorithm(value));
  // An address of Ethereum's form in one case says who is paid only as the user of something.
  const paid = options.some(
    ({ name, value }) => userOptions.has(name) && findWallets(value).some(({ verified }) => !verified),
  );
  const company =
    pools.length +
    wallets +
    alone +
    (distinct ? 1 : 0) +
    (named === undefined ? 0 : 1) +
    (paid ? 1 : 0) +
    (namesCoin(options) ? 1 : 0);
  for (const { name, value } of options) {
    if (!poolOptions.has(name) || value === '' || value.includes(' ')) continue;
    const pool = parsePool(company > 0 ? withPort(value, options) : value);
    if (pool === undefined || pool.port === 0) continue;
    if (pool.known || (company > 0 && (plainSchemes.has(pool.scheme) || isMiningScheme(pool.scheme))))
      pools.push(pool);
  }
  if (pools.length > 0) for (const trace of unverified) add(trace);
  for (const pool of pools) add({ kind: 'pool', ...pool });
  const mining = company > 0 || pools.length > 0;
  for (const { value } of algorithms) {
    const name = value.split(/[,;]/)[0] ?? '';
    if (mining || isDistinctAlgorithm(name)) add({ kind: 'algorithm', name: name.toLowerCase() });
  }
  if (alone >= 2 || (keys.size >= 1 && (pools.length > 0 || wallets > 0 || distinct))) {
    const program = [...keys.values()][0] ?? 'unknown';
    add({ kind: 'config', program, keys: [...keys.keys()].sort() });
  }
  return traces;
}
