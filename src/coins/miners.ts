/**
 * How mining programs call themselves, and how they are told what to do.
 *
 * Why: a renamed miner keeps its user agent, its log lines, its option names and its configuration keys.
 * What it is NOT: proof. Strings can be removed or planted; one mark alone is never a verdict.
 * Sources: XMRig src/config.json, src/core/config/usage.h, src/base/kernel/Platform_unix.cpp (user agent) and its log
 * texts; documentation of T-Rex, lolMiner, SRBMiner-MULTI, cpuminer, xmr-stak, PhoenixMiner.
 */

/** A text that stands in a program's memory or file; matched with exact case. */
export interface ProgramMark {
  readonly program: string;
  readonly text: string;
  /** A digit must follow: `XMRig/6.21.0`. */
  readonly version?: true;
}

const marksOf = (program: string, ...texts: readonly string[]): readonly ProgramMark[] =>
  texts.map((text) => ({ program, text }));
const agentsOf = (program: string, ...texts: readonly string[]): readonly ProgramMark[] =>
  texts.map((text) => ({ program, text, version: true }));

/** In the place of a program: its command line was found in base64, and any program may be meant. */
export const encodedCommand = 'encoded-command';

export const programMarks: readonly ProgramMark[] = [
  ...agentsOf('xmrig', 'XMRig/', 'xmrig-mo/', 'XMRigCC/'),
  ...agentsOf('xmrig-proxy', 'xmrig-proxy/'),
  ...marksOf(
    'xmrig',
    'https://xmrig.com/wizard',
    'https://xmrig.com/docs/',
    'msr kernel module is not available',
    'FAILED TO APPLY MSR MOD, HASHRATE WILL BE LOW',
    'register values for "%s" preset have been set successfully',
    'speed 10s/60s/15m',
    'failed to allocate RandomX memory',
    'failed to allocate RandomX dataset, switching to slow mode',
  ),
  ...agentsOf('xmr-stak', 'xmr-stak-cpu/', 'xmr-stak/', 'xmr-stak-rx/'),
  ...agentsOf('cpuminer', 'cpuminer/', 'cpuminer-multi/', 'cpuminer-opt/', 'minerd/'),
  ...marksOf('cpuminer', 'Stratum notify: invalid Merkle branch', 'hash > target (false positive)'),
  ...agentsOf('ccminer', 'ccminer/'),
  ...agentsOf('t-rex', 'T-Rex/', 't-rex/'),
  ...agentsOf('lolminer', 'lolMiner '),
  ...agentsOf('srbminer', 'SRBMiner-MULTI/', 'SRBMiner-Multi/', 'srbminer_multi/'),
  ...agentsOf('nanominer', 'nanominer/', 'nanominer-'),
  ...agentsOf('teamredminer', 'teamredminer/', 'TeamRedMiner/'),
  ...agentsOf('gminer', 'GMiner/'),
  ...agentsOf('nbminer', 'NBMiner/', 'nbminer/'),
  ...agentsOf('phoenixminer', 'PhoenixMiner/'),
  ...agentsOf('ethminer', 'ethminer/', 'ethminer-'),
  ...agentsOf('bzminer', 'BzMiner/', 'bzminer/'),
  ...agentsOf('rigel', 'rigel/', 'Rigel/'),
  ...agentsOf('onezerominer', 'onezerominer/'),
  // `--donate-level=` and `stratum+tcp://` in base64, at their three alignments.
  ...marksOf(encodedCommand, 'LS1kb25hdGUtbGV2ZWw9', '0tZG9uYXRlLWxldmVsP', 'tLWRvbmF0ZS1sZXZlbD'),
  ...marksOf(encodedCommand, 'c3RyYXR1bSt0Y3A6Ly', 'N0cmF0dW0rdGNwOi8v', 'zdHJhdHVtK3RjcDovL'),
];

/** Base names under which miners are released. */
const programNames: ReadonlyMap<string, string> = new Map([
  ...['xmrig', 'xmrig-notls', 'xmrigmo', 'xmrig-amd', 'xmrig-nvidia', 'xmrigdaemon', 'xmrigminer'].map(
    (name) => [name, 'xmrig'] as const,
  ),
  ...['xmrig-proxy', 'xmr-stak', 'xmr-stak-rx', 'xmr-stak-cpu', 'minerd', 'cpuminer', 'cpuminer-multi'].map(
    (name) => [name, name === 'minerd' ? 'cpuminer' : name] as const,
  ),
  ...[
    'cpuminer-opt',
    'cpuminer-avx2',
    'cpuminer-sse2',
    'cpuminer-aes-sse42',
    'ccminer',
    't-rex',
    'lolminer',
  ].map((name) => [name, name.startsWith('cpuminer') ? 'cpuminer' : name] as const),
  ...[
    'srbminer-multi',
    'nanominer',
    'teamredminer',
    'gminer',
    'nbminer',
    'phoenixminer',
    'ethminer',
    'bzminer',
  ].map((name) => [name, name === 'srbminer-multi' ? 'srbminer' : name] as const),
]);

export function programNamed(path: string): string | undefined {
  return programNames.get(path.slice(path.lastIndexOf('/') + 1).toLowerCase());
}

/** JSON keys that only this program's configuration has. */
export interface ConfigKeys {
  readonly program: string;
  readonly keys: readonly string[];
  /** How many different ones must stand together. */
  readonly enough: number;
}

export const configKeys: readonly ConfigKeys[] = [
  {
    program: 'xmrig',
    enough: 3,
    keys: [
      ...['donate-level', 'donate-over-proxy', 'huge-pages', 'huge-pages-jit', 'hw-aes', 'max-threads-hint'],
      ...['memory-pool', 'argon2-impl', '1gb-pages', 'init-avx2', 'cache_qos', 'scratchpad_prefetch_mode'],
      ...['rdmsr', 'wrmsr', 'rig-id', 'nicehash', 'tls-fingerprint', 'self-select', 'submit-to-origin'],
      ...['daemon-poll-interval', 'pause-on-battery', 'pause-on-active', 'health-print-time', 'dmi'],
    ],
  },
  {
    program: 'xmr-stak',
    enough: 3,
    keys: [
      ...['pool_address', 'wallet_address', 'pool_password', 'use_nicehash', 'pool_weight', 'rig_id'],
      ...[
        'tls_fingerprint',
        'call_timeout',
        'giveup_limit',
        'low_power_mode',
        'no_prefetch',
        'affine_to_cpu',
      ],
    ],
  },
];

/** Options of command lines that only this program takes. */
const options: Readonly<Record<string, readonly string[]>> = {
  xmrig: [
    ...[
      'donate-level',
      'donate-over-proxy',
      'randomx-init',
      'randomx-mode',
      'randomx-1gb-pages',
      'randomx-wrmsr',
    ],
    ...['randomx-no-rdmsr', 'randomx-no-numa', 'randomx-cache-qos', 'cpu-max-threads-hint', 'max-cpu-usage'],
    ...['cpu-memory-pool', 'cpu-no-yield', 'no-huge-pages', 'huge-pages-jit', 'hugepage-size', 'argon2-impl'],
    ...['rig-id', 'nicehash', 'tls-fingerprint', 'self-select', 'submit-to-origin', 'daemon-poll-interval'],
    ...[
      'daemon-zmq-port',
      'cuda-loader',
      'opencl-loader',
      'pause-on-active',
      'pause-on-battery',
      'health-print-time',
    ],
    ...['astrobwt-max-size', 'astrobwt-avx2', 'cpu-priority', 'print-time', 'userpass', 'av'],
  ],
  cpuminer: [
    'no-longpoll',
    'no-getwork',
    'no-gbt',
    'no-stratum',
    'scantime',
    'coinbase-addr',
    'coinbase-sig',
    'retry-pause',
  ],
  'xmr-stak': ['noAMD', 'noNVIDIA', 'noCPU', 'noUAC', 'httpd', 'tlsurl', 'use-nicehash'],
  srbminer: [
    'disable-gpu',
    'disable-cpu',
    'cpu-threads',
    'disable-msr-tweaks',
    'randomx-use-1gb-pages',
    'nicehash',
  ],
  lolminer: ['ethstratum', 'dns-over-https', 'apiport', 'maxdualimpact', 'cclk', 'mclk'],
  't-rex': [
    'no-watchdog',
    'watchdog-exit-mode',
    'script-exit',
    'lhr-tune',
    'lhr-autotune-mode',
    'gpu-report-interval',
  ],
  phoenixminer: ['epool', 'ewal', 'epsw', 'wal', 'eworker', 'mport'],
  ethminer: ['farm-recheck', 'cuda-grid-size', 'cl-local-work', 'report-hashrate'],
};

/** Names that other programs use too: they count only beside a pool, wallet or algorithm. */
const sharedOptions: ReadonlySet<string> = new Set([
  ...[
    'nicehash',
    'av',
    'print-time',
    'userpass',
    'wal',
    'apiport',
    'httpd',
    'retry-pause',
    'scantime',
    'mport',
  ],
  ...['cpu-threads', 'dns-over-https', 'no-watchdog', 'cpu-priority', 'disable-gpu', 'disable-cpu', 'rig-id'],
]);

const optionPrograms: ReadonlyMap<string, string> = new Map(
  Object.entries(options)
    .toReversed()
    .flatMap(([program, names]) => names.map((name) => [name, program] as const)),
);

/** The program an option belongs to, and whether the option is used by it alone. */
export function minerOption(name: string): { readonly program: string; readonly alone: boolean } | undefined {
  const program = optionPrograms.get(name);
  return program === undefined ? undefined : { program, alone: !sharedOptions.has(name) };
}
