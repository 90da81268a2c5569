/**
 * Which sockets on this host are those of a container engine that the target itself runs.
 *
 * Why: whoever may write to a folder can put a socket into it and answer as Docker would: "paused", and nothing is. So a
 * socket is spoken to only where it and every folder above it belong to root (or to the user whose rootless engine it is)
 * and nobody else may write there, where one process listens on that very path, and where those who hold it run an
 * engine's program that nobody but root may write, or are systemd, which holds it for one.
 * A docker.socket that systemd holds alone is left asleep: waking the daemon starts what has `restart: always`. That of
 * podman starts nothing but its answer.
 * What it is NOT: safe against somebody who is root and made his own engine; what an engine answers is bounded and asked
 * again, and a container that only says that it stands still is seen by the scan that follows.
 * Sources: unix(7), "the write permission of the folder"; proc_pid_net(5); dockerd(8), `-H`; podman-system-service(1).
 */
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseUnixTable } from '../../formats/proc-net.ts';
import { errorText } from '../../model/error.ts';
import type { Engine } from '../../model/plan.ts';
import { bytesOf, type PathText, printableText } from '../../model/text.ts';
import type { Native } from '../../native/port.ts';
import { processFolder } from '../../native/process-folder.ts';
import type { Distrust } from '../plan/container-view.ts';
import { callEngine } from './engine-client.ts';

export type EngineKind = Engine['kind'];

export type FoundEngine =
  | {
      readonly kind: 'engine';
      readonly engine: Engine;
      /** Whether it gives a container that is there another restart policy. */
      readonly changesPolicy: boolean;
    }
  | {
      readonly kind: 'distrusted';
      readonly socket: PathText;
      readonly why: Distrust;
      readonly detail: string;
    };

export interface EngineWorld {
  readonly native: Native;
  /** Whether a program may be an engine's, by the path that it runs from. */
  readonly isEngine?: (program: string, kind: EngineKind) => boolean;
}

interface Candidate {
  readonly path: string;
  readonly kind: EngineKind;
  readonly uid: number;
}

const programs: Readonly<Record<EngineKind, RegExp>> = {
  docker:
    /^\/(?:usr\/(?:local\/)?s?bin|snap\/docker\/\w+\/s?bin|opt\/docker)\/(?:dockerd|docker|balena-engine-daemon|balenad)$/,
  podman: /^\/(?:usr\/(?:local\/)?s?bin|opt\/podman\/bin)\/podman$/,
};
const systemd = /^\/(?:usr\/)?lib\/systemd\/systemd$/;

const mostUsers = 200;
const mostPids = 40_000;
const mostDescriptors = 4_096;
const tableBytes = 8 << 20;
const answerMs = 5_000;
/** Of the Engine API: the first that is spoken here, and the last that is asked for. */
const [oldest, newest] = [24, 60];

const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes);

function namesIn(folder: string, most: number): readonly string[] {
  try {
    return readdirSync(folder).slice(0, most);
  } catch {
    // A folder that is not there, or a process that ended.
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Sockets where engines put them, and where the words of a running one say. */
function candidates(native: Native, pids: readonly string[]): readonly Candidate[] {
  const users = namesIn('/run/user', mostUsers).filter((name) => /^\d{1,10}$/.test(name));
  const named = pids.flatMap((pid): readonly Candidate[] => {
    const program = linkOf(`/proc/${pid}/exe`);
    const kind = (['docker', 'podman'] as const).find((one) => programs[one].test(program));
    if (kind === undefined) return [];
    const line = native.readFile(text(`${processFolder(Number(pid))}/cmdline`), 65_536);
    if (line.status !== 'ok') return [];
    const words = Buffer.from(line.value).toString('utf8').split('\0');
    const uid = ownerOf(`/proc/${pid}`);
    return words.flatMap((word) => {
      const path = /(?:^|=)unix:\/\/(\/[^\0]{1,100})$/.exec(word)?.[1];
      return path === undefined || uid === undefined ? [] : [{ path, kind, uid }];
    });
  });
  const all: readonly Candidate[] = [
    { path: '/run/docker.sock', kind: 'docker', uid: 0 },
    { path: '/var/run/docker.sock', kind: 'docker', uid: 0 },
    { path: '/run/podman/podman.sock', kind: 'podman', uid: 0 },
    ...users.flatMap((uid): readonly Candidate[] => [
      { path: `/run/user/${uid}/docker.sock`, kind: 'docker', uid: Number(uid) },
      { path: `/run/user/${uid}/podman/podman.sock`, kind: 'podman', uid: Number(uid) },
    ]),
    ...named,
  ];
  return [...new Map(all.map((one) => [`${one.kind} ${realOf(one.path) ?? one.path}`, one])).values()];
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Whether only root and one user may put anything in the place of a file. */
function isClosed(path: string, uid: number): boolean {
  for (let at = dirname(path); ; at = dirname(at)) {
    const folder = lstatSync(at);
    if (!folder.isDirectory() || (folder.uid !== 0 && folder.uid !== uid)) return false;
    if ((folder.mode & 0o022) !== 0) return false;
    if (at === '/') return true;
  }
}

/** Sockets that listen on a path, under either name of /run. */
function listeners(native: Native, path: string): readonly number[] {
  const table = native.readFile(text('/proc/self/net/unix'), tableBytes);
  const bytes = table.status === 'ok' ? table.value : (table.partial ?? new Uint8Array(0));
  const names = new Set<string>(
    [path, path.replace(/^\/run\//, '/var/run/')].map((one) => printableText(one)),
  );
  return parseUnixTable(bytes).flatMap(({ state, inode, path: bound }) =>
    state === 'listen' && bound !== undefined && names.has(bound) ? [inode] : [],
  );
}

function holders(pids: readonly string[], inode: number): readonly string[] {
  const wanted = `socket:[${inode}]`;
  return pids.filter((pid) =>
    namesIn(`/proc/${pid}/fd`, mostDescriptors).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === wanted),
  );
}

/** Nobody but root may write the program that runs; asked of the inode, which no path can belie. */
function isRootsProgram(pid: string): boolean {
  try {
    const { uid, mode } = statSync(`/proc/${pid}/exe`);
    return uid === 0 && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

type Judged = { readonly ok: true } | { readonly ok: false; readonly why: Distrust; readonly detail: string };
const no = (why: Distrust, detail = ''): Judged => ({ ok: false, why, detail });

function judge(candidate: Candidate, pids: readonly string[], world: EngineWorld): Judged {
  try {
    return judged(candidate, pids, world);
  } catch (thrown) {
    // It went while it was looked at.
    return no('missing', errorText(thrown));
  }
}

function judged({ path, kind, uid }: Candidate, pids: readonly string[], world: EngineWorld): Judged {
  const real = realOf(path);
  if (real === undefined) return no('missing');
  const own = lstatSync(real);
  if (!own.isSocket()) return no('no-socket');
  if (own.uid !== uid || (own.mode & 0o002) !== 0 || !isClosed(real, uid)) return no('open-to-others');
  const [inode, second] = listeners(world.native, real);
  if (inode === undefined || second !== undefined) return no('nobody-listens');
  const holding = holders(pids, inode);
  const isEngine = world.isEngine ?? ((program, of) => programs[of].test(program));
  let awake = kind === 'podman';
  for (const pid of holding) {
    const program = linkOf(`/proc/${pid}/exe`);
    const engine = isEngine(program, kind);
    const owner = ownerOf(`/proc/${pid}`);
    const trusted =
      (engine || systemd.test(program)) && isRootsProgram(pid) && (owner === 0 || owner === uid);
    if (!trusted) return no('other-program', `${program} (${pid})`);
    awake ||= engine;
  }
  if (holding.length === 0) return no('nobody-listens');
  return awake ? { ok: true } : no('asleep');
}

/**
 * Whether an engine gives a container that is there another restart policy. Docker does since its API 1.22, podman since 5.1
 * (containers/podman#22322): those before have no such endpoint.
 * @param libpod its own version, as podman says it in a header that Docker has not
 */
export function changesPolicyOf(libpod: string | undefined): boolean {
  if (libpod === undefined) return true;
  const [, major = '0', second = '0'] = /^(\d{1,3})\.(\d{1,3})/.exec(libpod) ?? [];
  return Number(major) > 5 || (major === '5' && Number(second) >= 1);
}

/** The version that it speaks, of those that we do; asked at the usual path, which has no version. */
async function versionOf(
  socket: PathText,
): Promise<{ readonly api: string; readonly changesPolicy: boolean } | { readonly detail: string }> {
  const answer = await callEngine(bytesOf(socket), {
    method: 'GET',
    path: '/_ping',
    most: 4096,
    waitMs: answerMs,
  });
  if (answer.status !== 'ok') return { detail: answer.reason };
  const { status, headers } = answer.value;
  const minor = /^1\.(\d{1,3})$/.exec(headers.get('api-version') ?? '')?.[1];
  if (status !== 200 || minor === undefined || Number(minor) < oldest) return { detail: `HTTP ${status}` };
  const changesPolicy = changesPolicyOf(headers.get('libpod-api-version'));
  return { api: `1.${Math.min(Number(minor), newest)}`, changesPolicy };
}

/** Every socket that there is, with why it is or is not spoken to. Those that are not there are left out. */
export async function findEngines(world: EngineWorld): Promise<readonly FoundEngine[]> {
  const pids = namesIn('/proc', mostPids).filter((name) => /^[1-9]\d*$/.test(name));
  const found: FoundEngine[] = [];
  for (const candidate of candidates(world.native, pids)) {
    const trust = judge(candidate, pids, world);
    const socket = printableText(realOf(candidate.path) ?? candidate.path);
    if (!trust.ok) {
      if (trust.why !== 'missing') {
        found.push({ kind: 'distrusted', socket, why: trust.why, detail: trust.detail });
      }
      continue;
    }
    const version = await versionOf(socket);
    found.push(
      'api' in version
        ? {
            kind: 'engine',
            engine: { kind: candidate.kind, socket, uid: candidate.uid, api: version.api },
            changesPolicy: version.changesPolicy,
          }
        : { kind: 'distrusted', socket, why: 'no-answer', detail: version.detail },
    );
  }
  return found;
}

/** Whether an engine of a plan is still one that may be spoken to; why not, else. */
export async function distrustOf(engine: Engine, world: EngineWorld): Promise<Distrust | undefined> {
  const pids = namesIn('/proc', mostPids).filter((name) => /^[1-9]\d*$/.test(name));
  const path = Buffer.from(bytesOf(engine.socket)).toString();
  const trust = judge({ path, kind: engine.kind, uid: engine.uid }, pids, world);
  if (!trust.ok) return trust.why;
  return 'api' in (await versionOf(engine.socket)) ? undefined : 'no-answer';
}
