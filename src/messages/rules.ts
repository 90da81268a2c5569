/** Texts of the rules: what is claimed, why it matters, and the harmless explanations that were considered. */

/** Title in one line; explanation in two or three sentences for someone who never did this before. */
export interface RuleText {
  readonly title: string;
  readonly explanation: string;
}

export type RuleTextOf<P extends Readonly<Record<string, string | number>>> = (params: P) => RuleText;

/** A type and not an interface, so that a misspelt parameter does not compile. */
type OfProcess = { readonly process: string; readonly pid: number };

type OfEntry = {
  readonly mechanism: string;
  /** `entry` starts something, `file` lies there: in both places an intruder may have been. */
  readonly what: string;
  readonly path: string;
  readonly reasons: number;
};

/** `2018-05-01 07:08:09 UTC` */
type OfTimes = { readonly path: string; readonly modified: string; readonly changed: string };

/** Why commands are told, in the words of `RuleTexts['command.malicious']`. */
export type CommandWhy =
  | 'fetch-and-run'
  | 'miner-command'
  | 'reverse-shell'
  | 'runs-stored-code'
  | 'disguised-command'
  | 'decode-and-run'
  | 'stops-protection'
  | 'opens-account'
  | 'clears-traces'
  | 'hides'
  | 'kills-rivals'
  | 'writes-persistence'
  | 'opens-tunnel'
  | 'family-mark'
  | 'program-place'
  | 'several-ways';

type OfCommands = {
  readonly origin: 'console-history' | 'transcript' | 'script-block' | 'command-line';
  readonly path: string;
  /** Empty where that is not told. */
  readonly account: string;
  readonly why: CommandWhy;
  readonly commands: number;
};

export interface RuleTexts {
  readonly 'cpu.randomx-registers': RuleTextOf<OfProcess & { threads: number; modes: number }>;
  readonly 'cpu.randomx-full-node': RuleTextOf<OfProcess & { threads: number }>;
  readonly 'cpu.unowned': RuleTextOf<{ windows: number; percent: number }>;
  readonly 'cpu.pauses-when-watched': RuleTextOf<
    OfProcess & { watcher: string; before: number; watched: number; after: number }
  >;
  readonly 'memory.randomx-dataset': RuleTextOf<OfProcess & { sign: string; size: number }>;
  readonly 'memory.randomx-cache': RuleTextOf<OfProcess & { size: number }>;
  readonly 'memory.mining-shape': RuleTextOf<OfProcess & { algorithm: string; count: number; size: number }>;
  readonly 'gpu.mining-library': RuleTextOf<OfProcess & { library: string }>;
  readonly 'gpu.unknown-compute': RuleTextOf<OfProcess & { device: string }>;
  readonly 'kernel.msr-mining-values': RuleTextOf<{ preset: string; cpus: number }>;
  readonly 'kernel.mining-tuning': RuleTextOf<{ settings: string }>;
  readonly 'content.mining-session': RuleTextOf<OfProcess & { place: string; wallet: string; coin: string }>;
  readonly 'content.miner-configuration': RuleTextOf<
    OfProcess & { place: string; program: string; pool: string }
  >;
  readonly 'content.wallet': RuleTextOf<OfProcess & { place: string; wallet: string; coin: string }>;
  readonly 'content.pool': RuleTextOf<OfProcess & { place: string; pool: string }>;
  readonly 'content.mining-words': RuleTextOf<OfProcess & { place: string }>;
  readonly 'content.miner-api': RuleTextOf<OfProcess & { port: number; program: string }>;
  readonly 'traffic.stratum-session': RuleTextOf<OfProcess & { remote: string }>;
  readonly 'traffic.sparse-session': RuleTextOf<OfProcess & { remote: string }>;
  readonly 'traffic.mining-port': RuleTextOf<OfProcess & { remote: string }>;
  readonly 'hidden.process': RuleTextOf<OfProcess & { missing: string; seen: string }>;
  readonly 'hidden.process-by-mount': RuleTextOf<OfProcess & { mount: string }>;
  readonly 'hidden.mount-over-process': RuleTextOf<{ mount: string }>;
  readonly 'hidden.mount-over-file': RuleTextOf<{ mount: string }>;
  readonly 'hidden.socket': RuleTextOf<{ local: string; remote: string; missing: string }>;
  readonly 'hidden.module': RuleTextOf<{ module: string; missing: string; seen: string }>;
  readonly 'hidden.module-count': RuleTextOf<{ counted: number; listed: number }>;
  readonly 'kernel.taint-unexplained': RuleTextOf<{ mask: number }>;
  readonly 'kernel.listing-hooked': RuleTextOf<{ function: string }>;
  readonly 'kernel.unknown-bpf-program': RuleTextOf<OfProcess & { program: string; type: string }>;
  readonly 'disguise.deleted-executable': RuleTextOf<OfProcess & { path: string }>;
  readonly 'disguise.memory-executable': RuleTextOf<OfProcess & { path: string }>;
  readonly 'disguise.kernel-thread-name': RuleTextOf<OfProcess & { shown: string; path: string }>;
  readonly 'disguise.borrowed-name': RuleTextOf<OfProcess & { shown: string; path: string }>;
  readonly 'disguise.unusual-folder': RuleTextOf<OfProcess & { path: string }>;
  readonly 'disguise.preload': RuleTextOf<OfProcess & { variable: string; library: string }>;
  readonly 'disguise.rootkit-mark': RuleTextOf<OfProcess & { variable: string }>;
  readonly 'protection.agent-silenced': RuleTextOf<{ agent: string; signs: string }>;
  readonly 'protection.agent-not-running': RuleTextOf<{ agent: string; signs: string }>;
  readonly 'protection.agent-expected': RuleTextOf<{ agent: string }>;
  readonly 'protection.names-blocked': RuleTextOf<{ names: string; count: number }>;
  readonly 'protection.pools-blocked': RuleTextOf<{ names: string; count: number }>;
  readonly 'exposure.service': RuleTextOf<{ service: string; address: string; port: number }>;
  readonly 'exposure.remote-login': RuleTextOf<{ service: string; address: string; port: number }>;
  readonly 'forward.rule': RuleTextOf<{ from: number; to: string }>;
  readonly 'forward.relay': RuleTextOf<OfProcess & { from: number; to: string }>;
  readonly 'file.miner-program': RuleTextOf<{ path: string; program: string }>;
  readonly 'file.miner-configuration': RuleTextOf<{
    path: string;
    program: string;
    pool: string;
    wallet: string;
  }>;
  readonly 'file.miner-log': RuleTextOf<{ path: string; pool: string }>;
  readonly 'file.time-ahead': RuleTextOf<OfTimes>;
  readonly 'file.time-set-back': RuleTextOf<OfTimes>;
  readonly 'command.malicious': RuleTextOf<OfCommands>;
  readonly 'command.suspicious': RuleTextOf<OfCommands>;
  readonly 'persistence.malicious': RuleTextOf<OfEntry>;
  readonly 'persistence.suspicious': RuleTextOf<OfEntry>;
  readonly 'persistence.starts-process': RuleTextOf<OfProcess & { mechanism: string; path: string }>;
  readonly 'persistence.flooded-folder': RuleTextOf<{ path: string; names: number; unread: number }>;
  readonly 'indicator.seen': RuleTextOf<{ indicator: string; place: string }>;
  readonly 'owner.wallet-differs': RuleTextOf<OfProcess & { declared: string; found: string }>;
  readonly 'owner.pool-differs': RuleTextOf<OfProcess & { declared: string; found: string }>;
}

/** What a rule claims in a few words, for `demine rules`. */
export type RuleNames = Readonly<Record<keyof RuleTexts, string>>;

/** Harmless explanations by id, one sentence each. */
export interface BenignTexts {
  readonly 'full-node': string;
  readonly 'own-miner': string;
  readonly 'large-heap': string;
  readonly 'database-pages': string;
  readonly 'thread-stacks': string;
  readonly 'numeric-code': string;
  readonly 'machine-learning': string;
  readonly 'performance-tuning': string;
  readonly 'text-shown': string;
  readonly 'signature-database': string;
  readonly 'pool-operator': string;
  readonly 'short-lived': string;
  readonly 'tracing-tool': string;
  readonly 'security-agent': string;
  readonly 'module-unloaded': string;
  readonly 'container-runtime': string;
  readonly 'package-upgrade': string;
  readonly 'developer-build': string;
  readonly 'title-rewriting': string;
  readonly 'allocator-preload': string;
  readonly 'database-client': string;
  readonly 'interrupt-time': string;
  readonly 'bursty-work': string;
  readonly 'owner-disabled': string;
  readonly 'agent-leftover': string;
  readonly 'block-list': string;
  readonly 'intended-service': string;
  readonly 'intended-forward': string;
  readonly 'shared-address': string;
  readonly 'own-automation': string;
  readonly 'own-installation': string;
  readonly 'kept-times': string;
  readonly 'wrong-clock': string;
}

/**
 * The reasons for a verdict, one sentence each. `witnesses`, `checks` and the like are lists of ids joined by
 * `, `; a catalogue translates the ids it knows.
 */
export interface WhyTexts {
  readonly 'miner-running': (params: { process: string; pid: number; score: number }) => string;
  readonly 'miner-stopped': (params: { process: string; pid: number; score: number }) => string;
  readonly 'agreeing-witnesses': (params: { pid: number; witnesses: string; count: number }) => string;
  readonly 'single-witness': (params: { process: string; pid: number; witnesses: string }) => string;
  readonly 'suspicious-process': (params: { process: string; pid: number; score: number }) => string;
  readonly 'suspicious-host': (params: { count: number }) => string;
  readonly 'only-traces': (params: { count: number }) => string;
  readonly 'excused-by-owner': (params: { count: number }) => string;
  readonly 'nothing-found': (params: { checks: number }) => string;
  readonly 'not-checked': (params: { checks: string; count: number }) => string;
  /** In a folder of logs, which holds no host. */
  readonly 'hosts-in-logs': (params: { count: number; of: number }) => string;
  readonly 'logs-alone': (params: Readonly<Record<never, never>>) => string;
  readonly 'unowned-cpu-not-judged': (params: { interval: number }) => string;
}
