/**
 * Asks a suspect's own loopback interface what it is (`--active` only).
 *
 * Why: miners answer with program, algorithm, pool and hash rate to whoever asks on their local port.
 * How: plain GET, only to 127.0.0.1 or ::1 and only to ports that the suspect itself listens on; one second, 64 KiB,
 * no redirects, no credentials. The caller lists the requests before they are made, and they are recorded.
 * What it is NOT: passive; the miner sees the request. And no answer says nothing: most have the interface off.
 * Sources: XMRig doc/API.md; T-Rex README (port 4067, /summary); lolMiner and SRBMiner documentation.
 */
import { connect, type Socket } from 'node:net';
import { algorithmNamed } from '../coins/algorithms.ts';
import type { SocketFact } from '../model/facts/network.ts';
import type { MinerApiFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import { maskSecrets } from '../model/mask.ts';
import type { SourceRecord } from '../model/source.ts';
import { phrase, printableText } from '../model/text.ts';

const artifact = 'probe.miner-api';
const answerLimit = 64 << 10;
const defaultTimeoutMs = 1000;
const mostPorts = 8;
const paths = ['/1/summary', '/2/summary', '/summary'] as const;

export interface ApiListener {
  readonly address: '127.0.0.1' | '::1';
  readonly port: number;
}

/**
 * Loopback addresses at which a listener can be asked; a listener on all addresses is also there.
 * @param namespace our own network namespace: the loopback of another one is another host's
 */
export function apiListeners(
  sockets: readonly SocketFact[],
  process: ProcessIdentity,
  namespace: number,
): readonly ApiListener[] {
  const found = new Map<number, ApiListener>();
  for (const socket of sockets) {
    if (socket.state !== 'listen' || socket.namespace !== namespace) continue;
    if (!socket.owners.includes(process.pid)) continue;
    const { address, port } = socket.local;
    if (port === 0 || found.has(port)) continue;
    if (['127.0.0.1', '0.0.0.0', '::ffff:127.0.0.1', '::ffff:0.0.0.0'].includes(address)) {
      found.set(port, { address: '127.0.0.1', port });
    } else if (address === '::1' || address === '::') found.set(port, { address: '::1', port });
  }
  return [...found.values()].slice(0, mostPorts);
}

/** What will be asked, for the list that is shown and recorded before. */
export function apiRequests(listeners: readonly ApiListener[]): readonly string[] {
  return listeners.flatMap(({ address, port }) => {
    const host = address === '::1' ? '[::1]' : address;
    return paths.map((path) => `GET http://${host}:${port}${path}`);
  });
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** One GET by hand: a client library would follow redirects, proxies of the environment and content encodings. */
function ask(listener: ApiListener, path: string, timeoutMs: number): Promise<Reply | string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const socket: Socket = connect({ host: listener.address, port: listener.port });
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    const end = (failed?: string): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => socket.destroy());
      socket.destroy();
      const text = Buffer.concat(parts).toString('latin1').slice(0, answerLimit);
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? Number.NaN);
      const body = text.indexOf('\r\n\r\n');
      if (Number.isNaN(status) || body < 0) resolve(failed ?? 'no HTTP answer');
      else resolve({ status, body: text.slice(body + 4) });
    };
    socket.on('connect', () => {
      socket.write(
        `GET ${path} HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close\r\n\r\n`,
      );
    });
    socket.on('data', (piece: Buffer) => {
      parts.push(piece);
      size += piece.length;
      if (size >= answerLimit) end();
    });
    socket.on('end', () => end());
    socket.on('error', (error) => end(error.message));
  });
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
const string = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= 300 ? value : undefined;

function parsed(body: string): Readonly<Record<string, unknown>> {
  const open = body.indexOf('{');
  const close = body.lastIndexOf('}');
  if (open < 0 || close <= open) return {};
  try {
    return record(JSON.parse(body.slice(open, close + 1)));
  } catch {
    return {};
  }
}

export interface ApiAnswer {
  readonly program: string;
  readonly algorithm?: string;
  readonly pool?: string;
}

/** Program, algorithm and pool where the answer is a miner's, by the keys that its documentation names. */
export function readApiAnswer(body: string): ApiAnswer | undefined {
  const json = parsed(body);
  const connection = record(json['connection']);
  const active = record(json['active_pool']);
  const hashrate = json['hashrate'] !== undefined || json['hashrate_total_now'] !== undefined;
  const algorithm = string(json['algo']) ?? string(json['algorithm']);
  // XMRig: hash rate beside its user agent or its connection; T-Rex: hash rate beside its active pool.
  const agent = string(json['ua']) ?? string(json['name']);
  const isXmrig =
    hashrate && (agent !== undefined || string(json['kind']) === 'miner') && connection['pool'] !== undefined;
  const isTrex = hashrate && (active['url'] !== undefined || json['accepted_count'] !== undefined);
  const isOther = hashrate && algorithm !== undefined && algorithmNamed(algorithm) !== undefined;
  if (!isXmrig && !isTrex && !isOther) return undefined;
  const pool = string(connection['pool']) ?? string(active['url']);
  return {
    program: agent ?? 'unknown',
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(pool === undefined ? {} : { pool }),
  };
}

export interface MinerApiResult {
  readonly facts: readonly MinerApiFact[];
  readonly sources: readonly SourceRecord[];
}

export async function probeMinerApi(
  process: ProcessIdentity,
  listeners: readonly ApiListener[],
  timeoutMs: number = defaultTimeoutMs,
): Promise<MinerApiResult> {
  const facts: MinerApiFact[] = [];
  const sources: SourceRecord[] = [];
  for (const listener of listeners.slice(0, mostPorts)) {
    const host = listener.address === '::1' ? '[::1]' : listener.address;
    for (const path of paths) {
      const source = phrase`http://${printableText(host)}:${listener.port}${printableText(path)}`;
      const reply = await ask(listener, path, timeoutMs);
      if (typeof reply === 'string') {
        const status = reply === 'timeout' ? 'timeout' : 'error';
        sources.push({ source, artifact, status, reason: reply, bytes: 0 });
        // A listener that does not speak HTTP will not for the next path either.
        break;
      }
      sources.push({ source, artifact, status: 'ok', bytes: reply.body.length });
      const answer = reply.status === 200 ? readApiAnswer(reply.body) : undefined;
      if (answer === undefined) continue;
      const masked = (text: string) => printableText(maskSecrets(text).slice(0, 200));
      facts.push({
        kind: 'miner-api',
        source: { source },
        pid: process.pid,
        startTicks: process.startTicks,
        port: listener.port,
        program: masked(answer.program),
        ...(answer.algorithm === undefined ? {} : { algorithm: masked(answer.algorithm) }),
        ...(answer.pool === undefined ? {} : { pool: masked(answer.pool) }),
        text: masked(reply.body.replace(/\s+/g, ' ')),
      });
      break;
    }
  }
  return { facts, sources };
}
