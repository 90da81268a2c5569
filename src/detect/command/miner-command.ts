/**
 * Arguments of a miner in a command that starts by itself: a pool's scheme, a wallet with its checksum, options
 * that only miners have.
 *
 * What it is NOT: a word search; a pool's name without a miner's options (a block list, a ping) is none.
 */
import { tracesOfArgv } from '../../coins/argv.ts';
import { isMiningScheme } from '../../coins/pools.ts';
import type { Session } from './session.ts';
import { clean } from './value.ts';

const mayMine =
  /stratum|ethproxy|nicehash|xmr|pool|:\d{4,5}\b|[A-Za-z0-9]{34}|--(?:algo|coin|donate|randomx|cpu-max|url)/i;
/** They show text or keep others from mining. */
const others =
  /^(?:echo|printf|grep|egrep|fgrep|pgrep|pkill|killall|sed|awk|cat|logger|iptables|ip6tables|nft|ufw|ping|dig|host|nslookup|curl|wget|git|test|\[|\[\[|docker)$/;

const server = /^(?:[\w-]+\.)*[\w-]+:\d{2,5}$/;
/** Together with a server and a user they are a miner's. */
const beside =
  /^(?:-k|--keepalive|--tls|--nicehash|--rig-id(?:=.*)?|--coin(?:=.*)?|--donate-level(?:=.*)?|--cpu-priority(?:=.*)?|--cpu-max-threads-hint(?:=.*)?|--threads(?:=.*)?|--asm(?:=.*)?|--no-color)$/;

/** `-o HOST:PORT -u WALLET -k`: the server's name says nothing, its neighbours do. */
function poolOption(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => /^(?:-o|--url)$/.test(word));
  const glued = words.find((word) => /^(?:-o\S|--url=)/.test(word))?.replace(/^(?:-o|--url=)/, '');
  const pool = at < 0 ? glued : words[at + 1];
  const user = words.some((word) => /^(?:-u|--user(?:=.*)?)$/.test(word));
  if (pool === undefined || !server.test(pool) || !user) return undefined;
  return words.some((word) => beside.test(word)) ? pool : undefined;
}

export function minerIn(argv: readonly string[], session: Pick<Session, 'sign'>): void {
  const [program = ''] = argv;
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (others.test(name)) return;
  const itself = tracesOfArgv([clean(program)]).find((one) => one.kind === 'program');
  if (itself?.kind === 'program') {
    session.sign('miner-command', itself.program);
    return;
  }
  if (argv.length < 2) return;
  const words = argv.map(clean);
  const aimed = poolOption(words);
  if (aimed !== undefined) {
    session.sign('miner-command', aimed);
    return;
  }
  if (!mayMine.test(words.join(' ').slice(0, 4096))) return;
  const traces = tracesOfArgv(words);
  const pool = traces.find((one) => one.kind === 'pool' && (isMiningScheme(one.scheme) || one.known));
  const wallet = traces.find((one) => one.kind === 'wallet' && one.verified);
  const config = traces.find((one) => one.kind === 'config');
  const own = traces.find((one) => one.kind === 'program');
  const algorithm = traces.find((one) => one.kind === 'algorithm');
  if (pool?.kind === 'pool') {
    const alone =
      wallet === undefined && config === undefined && own === undefined && algorithm === undefined;
    if (isMiningScheme(pool.scheme) || !alone) session.sign('miner-command', `${pool.host}:${pool.port}`);
    return;
  }
  if (wallet?.kind === 'wallet' && (config !== undefined || own !== undefined || algorithm !== undefined)) {
    session.sign('miner-command', wallet.address);
    return;
  }
  if (config?.kind === 'config' && (own !== undefined || algorithm !== undefined)) {
    session.sign('miner-command', config.program);
  }
}
