/**
 * Pool protocols: which one a JSON message is of, and who sent it.
 *
 * Why: a process that speaks to a pool must hold these messages, plain, in its memory, also when the wire is TLS.
 * What it is NOT: a TCP parser. A message is judged by the words of one JSON object; a method's bare name in
 * a program's string table is not a message.
 * Sources: Stratum v1 (BIP 310 and its draft, mining.* methods); XMRig src/base/net/stratum/Client.cpp,
 * EthStratumClient.cpp and DaemonClient.cpp; EthProxy and EthereumStratum/1.0.0 (NiceHash specification);
 * BIP 22/23 for getblocktemplate; Stratum V2 specification, 04-Protocol-Security.
 */

export type Dialect =
  | 'stratum'
  | 'cryptonote'
  | 'ethproxy'
  | 'ethereum-stratum'
  | 'getblocktemplate'
  | 'stratum-v2';

export interface StratumMessage {
  readonly dialect: Dialect;
  readonly method: string;
  readonly direction: 'client' | 'server';
  /** It stands as a string inside other JSON: somebody's record of a message, not the message. */
  readonly quoted?: true;
}

interface Method {
  readonly dialect: Dialect;
  readonly direction: 'client' | 'server';
  /** JSON keys of which at least one must stand in the same message. */
  readonly beside: readonly string[];
}

const client = (dialect: Dialect, ...beside: readonly string[]): Method => ({
  dialect,
  direction: 'client',
  beside,
});
const server = (dialect: Dialect, ...beside: readonly string[]): Method => ({
  dialect,
  direction: 'server',
  beside,
});

const methods: Readonly<Record<string, Method>> = {
  'mining.subscribe': client('stratum', 'params'),
  'mining.authorize': client('stratum', 'params'),
  'mining.submit': client('stratum', 'params'),
  'mining.configure': client('stratum', 'params'),
  'mining.suggest_difficulty': client('stratum', 'params'),
  'mining.extranonce.subscribe': client('stratum', 'id', 'params'),
  'mining.notify': server('stratum', 'params'),
  'mining.set_difficulty': server('stratum', 'params'),
  'mining.set_target': server('stratum', 'params'),
  'mining.set_extranonce': server('stratum', 'params'),
  'mining.hello': client('ethereum-stratum', 'params'),
  eth_submitlogin: client('ethproxy', 'params'),
  eth_getwork: client('ethproxy', 'id'),
  eth_submitwork: client('ethproxy', 'params'),
  eth_submithashrate: client('ethproxy', 'params'),
  login: client('cryptonote', 'login'),
  job: server('cryptonote', 'blob', 'job_id'),
  submit: client('cryptonote', 'nonce'),
  keepalived: client('cryptonote', 'id'),
  getblocktemplate: client('getblocktemplate', 'wallet_address', 'capabilities', 'rules', 'reserve_size'),
  submitblock: client('getblocktemplate', 'params'),
};

/** Words that lead to a message; the search in memory stops at these. */
export const stratumWords: readonly string[] = [
  ...Object.keys(methods).filter((name) => name.includes('.') || name.startsWith('eth_')),
  // Without the closing quote, because in a string in a string a backslash stands before it.
  ...['"login', '"job', '"submit', '"keepalived', '"seed_hash', '"getblocktemplate'],
  'EthereumStratum/1',
];

/** The string value of a JSON key in a stretch of text; keys may be escaped once, as in a string in a string. */
export function jsonValue(text: string, key: string): string | undefined {
  const at = text.search(new RegExp(`\\\\?"${key}\\\\?"\\s{0,4}:\\s{0,4}\\\\?"`));
  if (at < 0) return undefined;
  const colon = text.indexOf(':', at + key.length);
  const open = text.indexOf('"', colon);
  const close = text.indexOf('"', open + 1);
  if (close < 0) return undefined;
  const value = text.slice(open + 1, close);
  return value.endsWith('\\') ? value.slice(0, -1) : value;
}

export function hasJsonKey(text: string, key: string): boolean {
  for (let at = text.indexOf(`"${key}`); at >= 0; at = text.indexOf(`"${key}`, at + 1)) {
    if (/^\\?"\s{0,4}:/.test(text.slice(at + key.length + 1, at + key.length + 8))) return true;
  }
  return false;
}

/** A message on its way has plain keys; with a backslash before each quotation mark it is told by another one. */
const isQuoted = (text: string, key: string): boolean =>
  text.includes(`\\"${key}\\"`) && !new RegExp(`(?:^|[^\\\\])"${key}"`).test(text);

/**
 * The message in one JSON object (or one line of them), or nothing.
 * @param text at most a few kilobytes, from the object's opening brace on
 */
export function stratumMessage(text: string): StratumMessage | undefined {
  const named = jsonValue(text, 'method');
  if (named !== undefined) {
    const key = named.toLowerCase();
    const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
    if (method === undefined || !method.beside.some((word) => hasJsonKey(text, word))) return undefined;
    // `login` and `submit` are words of many protocols: CryptoNote's carry an agent, an algorithm or a nonce.
    if (key === 'login' && !['agent', 'algo', 'rigid', 'pass'].some((word) => hasJsonKey(text, word)))
      return undefined;
    if (key === 'submit' && !(hasJsonKey(text, 'job_id') && hasJsonKey(text, 'result'))) return undefined;
    if (key === 'keepalived' && !hasJsonKey(text, 'params')) return undefined;
    if (key === 'job' && !hasJsonKey(text, 'target')) return undefined;
    const dialect = text.includes('EthereumStratum/') ? 'ethereum-stratum' : method.dialect;
    return {
      dialect,
      method: named.length > 32 ? key : named,
      direction: method.direction,
      ...(isQuoted(text, 'method') ? { quoted: true } : {}),
    };
  }
  // The answer to a login, and a job that stands alone, carry no method.
  if (hasJsonKey(text, 'blob') && hasJsonKey(text, 'job_id') && hasJsonKey(text, 'target')) {
    return {
      dialect: 'cryptonote',
      method: 'job',
      direction: 'server',
      ...(isQuoted(text, 'job_id') ? { quoted: true } : {}),
    };
  }
  if (text.includes('EthereumStratum/') && hasJsonKey(text, 'result') && text.includes('mining.notify')) {
    return { dialect: 'ethereum-stratum', method: 'mining.notify', direction: 'server' };
  }
  return undefined;
}

/** Name of the Noise handshake that every Stratum V2 implementation holds as its protocol name. */
export const stratumV2Noise = 'Noise_NX_Secp256k1+EllSwift_ChaChaPoly_SHA256';
