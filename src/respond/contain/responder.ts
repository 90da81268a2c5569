/**
 * The connection by which the responder sits on this host, so that isolation does not cut it.
 *
 * How: the sockets that our own ancestors hold (sshd-session, an agent), and the addresses that sshd wrote into the
 * environment of the session ($SSH_CONNECTION, sshd(8)), which `sudo` may drop and `tmux` may keep for too long. Either
 * counts only where the kernel has just such a connection now.
 * What it is NOT: a guess. Where nothing is found, the caller is told so and must say whom to keep.
 */
import { addressBytes, addressText } from '../../formats/inet-address.ts';
import { parseProcStat } from '../../formats/proc-pid-stat.ts';
import { parseInetDiag } from '../../formats/socket-diag.ts';
import { readLinks } from '../../native/links.ts';
import type { Native } from '../../native/port.ts';
import type { KeptConnection } from './containment.ts';

export interface Responder {
  readonly connections: readonly KeptConnection[];
  /** The session is on a console or a serial line of the host itself. */
  readonly atTheHost: boolean;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const mostAncestors = 64;
const mostDescriptors = 4096;
/** TTY_MAJOR of include/uapi/linux/major.h: consoles and serial lines; those of a network are pseudo-terminals. */
const consoleMajor = 4;

interface Known extends KeptConnection {
  readonly inode: number;
}

function established(native: Native): readonly Known[] {
  const found: Known[] = [];
  for (const family of ['inet', 'inet6'] as const) {
    const answer = native.netlink({ kind: 'inet-diag', family, protocol: 'tcp' });
    const messages = answer.status === 'ok' ? answer.value : (answer.partial ?? []);
    for (const { payload } of messages) {
      const socket = parseInetDiag(payload, 'tcp');
      if (socket?.state !== 'established') continue;
      found.push({ local: socket.local, remote: socket.remote, inode: socket.inode });
    }
  }
  return found;
}

interface Ancestor {
  readonly pid: number;
  readonly terminal: number;
}

function ancestors(native: Native, pid: number): readonly Ancestor[] {
  const out: Ancestor[] = [];
  for (let at = pid; at > 1 && out.length < mostAncestors; ) {
    const file = native.readFile(encode(`/proc/${at}/stat`), 4096);
    const stat = file.status === 'ok' ? parseProcStat(file.value) : undefined;
    if (stat === undefined) break;
    out.push({ pid: at, terminal: stat.terminal });
    at = stat.parent;
  }
  return out;
}

function socketsOf(pid: number): ReadonlySet<number> {
  const inodes = new Set<number>();
  readLinks(encode(`/proc/${pid}/fd`), mostDescriptors, (_number, text, size) => {
    const inode = /^socket:\[(\d+)\]$/.exec(Buffer.from(text.subarray(0, size)).toString('latin1'))?.[1];
    if (inode !== undefined) inodes.add(Number(inode));
  });
  return inodes;
}

/** `client client-port server server-port`, as sshd(8) writes it. */
export function parseSshConnection(text: string | undefined): KeptConnection | undefined {
  const [client, clientPort, server, serverPort, ...more] = text?.split(' ') ?? [];
  if (client === undefined || server === undefined || more.length > 0) return undefined;
  const end = (address: string, port: string | undefined) => {
    const bytes = addressBytes(address);
    const number = /^\d{1,5}$/.test(port ?? '') ? Number(port) : 0;
    if (bytes === undefined || number < 1 || number > 65_535) return undefined;
    return { address: addressText(bytes), port: number };
  };
  const [remote, local] = [end(client, clientPort), end(server, serverPort)];
  return remote === undefined || local === undefined ? undefined : { local, remote };
}

const same = (a: KeptConnection, b: KeptConnection): boolean =>
  a.local.address === b.local.address &&
  a.local.port === b.local.port &&
  a.remote.address === b.remote.address &&
  a.remote.port === b.remote.port;

const isLoopback = ({ remote }: KeptConnection): boolean =>
  remote.address === '::1' || remote.address.startsWith('127.');

export function findResponder(
  native: Native,
  pid: number,
  environment: Readonly<Record<string, string | undefined>>,
): Responder {
  const known = established(native);
  const line = ancestors(native, pid);
  const told = parseSshConnection(environment['SSH_CONNECTION']);
  const held = new Set(line.flatMap((one) => [...socketsOf(one.pid)]));
  const connections = known
    .filter((one) => held.has(one.inode) || (told !== undefined && same(one, told)))
    .filter((one) => !isLoopback(one))
    .map(({ local, remote }) => ({ local, remote }));
  return {
    connections,
    atTheHost: line.some(({ terminal }) => terminal !== 0 && ((terminal >> 8) & 0xfff) === consoleMajor),
  };
}
