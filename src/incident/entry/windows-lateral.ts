/**
 * What was made or started on Windows from afar: a network logon of the own network seconds before a service, a task or a
 * process of WMI, WinRM or PsExec.
 *
 * It is accused by its name or a file where the scan accuses that, by its command where that is a dropper's (so a service or
 * task that was deleted again is told too), and a new process of WMI, WinRM or PsExec, or a shell of WinRM (91), where the
 * attacker's trace follows within minutes. What such a process is was started from afar by itself; a service was perhaps not.
 *
 * Who was never here before is accused for it; who comes every day (monitoring, backup, clients of a file server) only
 * where he opened an administrative share or the pipe of the service manager or the scheduler at that time. What it is NOT:
 * remote administration: an address that makes honest services or tasks so on earlier days is a deployment tool and no door.
 * Without a log of shares (5140, 5145) `probable` is the most: an attacker at the desktop makes services too.
 * Bounds: 5,000 services and tasks, what came later is counted and told; 5,000 pairs of address and account, 256 stretches of time each. 2,000
 * commands are read. Source: knowledge on Windows §4.4; Microsoft, 4697, 4698, 5140, 5145, 7045, WinRM 91, WMI-Activity 5861.
 */
import { reachOf } from '../../detect/address.ts';
import { ReadingBudget } from '../../detect/command/read-entry.ts';
import type { SignId } from '../../detect/command/sign.ts';
import type { LogEvent, LoginEvent, ServiceEvent } from '../../model/facts/event.ts';
import type { Printable } from '../../model/text.ts';
import type { Scene } from '../scene.ts';
import { type Excluded, earlierUs, follows, type Missing, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import { ChildProcesses, hasSign } from './child-processes.ts';
import { wayIn } from './claim.ts';
import { type Kept, keep, stepOf } from './kept.ts';
import { Moments } from './moments.ts';
import { addressOf } from './tries.ts';
import type { EntryWatcher } from './watcher.ts';
import { ofSystem, owns, plain } from './windows-accounts.ts';

const dayUs = 86_400e6;
/** From the logon to what it makes. */
const beforeUs = 120e6;
const mostMade = 5_000;
const mostPeers = 5_000;
const mostClaims = 20;
const makes = new Set(['service-installed', 'task-registered', 'task-changed']);

/** What nobody makes who keeps a host in order. */
const dropping: ReadonlySet<SignId> = new Set([
  'fetch-and-run',
  'decode-and-run',
  'runs-stored-code',
  'reverse-shell',
  'miner-command',
]);
const mostRead = 2_000;
const mostStarted = 2_000;
/** Tools that run a command on another host by a service, as they name it. */
const remoteTool = /^(?:psexesvc|paexec|remcomsvc|csexecsvc|btobto|winexesvc)/;
/** Between a logon and the process that it is for. */
const atOnceUs = 15e6;

type By = 'smb' | 'wmi' | 'winrm' | 'psexec';

interface Made {
  readonly kept: Kept;
  readonly how: By;
  /** Its command is a dropper's. */
  readonly bad: boolean;
  /** Accused where the attacker's trace follows, and only then. */
  readonly telling: boolean;
  /** Its name and command in small letters. */
  readonly detail: string;
  /** Whoever made it; empty where it is not told. */
  readonly by: string;
}

interface Peer {
  readonly from: Printable;
  readonly account: Printable;
  readonly logons: Moments<Kept>;
}

/** What was seen, each in its order, when all of it is. */
interface Seen {
  readonly peers: readonly { readonly peer: Peer; readonly from: string; readonly logons: readonly Kept[] }[];
  readonly shares: ReadonlyMap<string, readonly Kept[]>;
}

interface Came {
  readonly peer: Peer;
  readonly logon: Kept;
  readonly share: Kept | undefined;
  /** Before the day of it. */
  readonly usual: boolean;
}

const isNeighbour = (from: string): boolean => reachOf(from) === 'private';
const within = ({ us }: Kept, madeUs: number): boolean => us <= madeUs + earlierUs && us >= madeUs - beforeUs;

/** The last that is within; `sorted` by time. */
function lastWithin(sorted: readonly Kept[], madeUs: number): Kept | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.us ?? 0) <= madeUs + earlierUs) low = middle + 1;
    else high = middle;
  }
  const last = sorted[low - 1];
  return last !== undefined && within(last, madeUs) ? last : undefined;
}

export class WindowsLateralWatcher implements EntryWatcher {
  readonly #children: ChildProcesses;
  readonly #budget = new ReadingBudget(8_000_000);
  #read = 0;
  readonly #peers = new Bounded<string, Peer>(mostPeers);
  readonly #shares = new Bounded<string, Moments<Kept>>(mostPeers);
  #made: Made[] = [];
  /** Services and tasks that were made when as many as are kept were. */
  #left = 0;
  #spared: readonly Excluded[] = [];

  /** @param children what services started, seen by whoever has them */
  constructor(children = new ChildProcesses()) {
    this.#children = children;
  }

  see(event: LogEvent): void {
    if (event.what === 'login') this.#logon(event);
    else if (event.what !== 'service') return;
    else if (event.service === 'windows') this.#service(event);
    else if (event.service === 'winrm' && event.action === 'shell-opened') this.#add(event, 'winrm', true);
    else if (event.service === 'wmi' && event.action === 'subscribed') this.#add(event, 'wmi', false);
  }

  #logon(event: LoginEvent): void {
    if (event.service !== 'smb' || event.outcome !== 'accepted') return;
    const from = addressOf(event.from);
    if (!isNeighbour(from)) return;
    this.#peers.update(`${from} ${plain(event.account)}`, (known) => {
      const peer = known ?? { from: event.from, account: event.account, logons: new Moments<Kept>(256) };
      peer.logons.note(event.us, () => keep(event));
      return peer;
    });
  }

  #service(event: ServiceEvent): void {
    if (event.action === 'share-opened') {
      this.#shares.update(addressOf(event.from), (known) => {
        const shares = known ?? new Moments<Kept>(256);
        shares.note(event.us, () => keep(event));
        return shares;
      });
      return;
    }
    if (!makes.has(event.action)) return;
    const isTool = event.action === 'service-installed' && remoteTool.test(event.detail.toLowerCase());
    this.#add(event, isTool ? 'psexec' : 'smb', isTool);
  }

  #add(event: ServiceEvent, how: By, telling: boolean): void {
    if (this.#made.length >= mostMade) {
      this.#left += 1;
      return;
    }
    const by = ofSystem.test(event.account) ? '' : plain(event.account);
    const detail = event.detail.slice(0, 2_000).toLowerCase();
    this.#made.push({ kept: keep(event), how, telling, bad: this.#isBad(event), detail, by });
  }

  #isBad({ detail, source }: ServiceEvent): boolean {
    const at = detail.indexOf(': ');
    if (at < 0 || this.#read >= mostRead) return false;
    this.#read += 1;
    // A part of printable text behind a colon.
    const command = detail.slice(at + 2) as Printable;
    return hasSign(dropping, { command, source }, this.#budget);
  }

  /** Processes that somebody elsewhere had started. */
  #started(): readonly Made[] {
    return (['wmi', 'winrm', 'psexec'] as const).flatMap((how) =>
      this.#children
        .of(how)
        .slice(0, mostStarted)
        .map(({ at, bad, usual, command, account }): Made => {
          const by = ofSystem.test(account) ? '' : plain(account);
          return { kept: at, how, bad, telling: !usual, detail: command, by };
        }),
    );
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const isNamed = accuserOf(scene);
    const isAccused = (made: Made): boolean =>
      made.bad || isNamed(made) || (made.telling && isFollowed(made.kept, after));
    const honest: Made[] = [];
    const accused: Made[] = [];
    for (const made of [...this.#made, ...this.#started()].toSorted((a, b) => a.kept.us - b.kept.us))
      (isAccused(made) ? accused : honest).push(made);
    const ways: WayIn[] = [];
    const told = new Set<string>();
    let deployed = 0;
    const unseen: readonly Excluded[] =
      this.#left === 0 ? [] : [{ vector: 'lateral', service: 'smb', what: 'not-kept', count: this.#left }];
    if (accused.length === 0) {
      this.#spared = unseen;
      return ways;
    }
    const seen = this.#seen();
    /** When an address first made something honest. */
    const deployedUs = new Map<string, number>();
    for (const one of honest)
      for (const { peer } of cameBefore(one, seen)) {
        const from = addressOf(peer.from);
        if (!deployedUs.has(from)) deployedUs.set(from, one.kept.us);
      }
    for (const made of accused) {
      const came = cameBefore(made, seen);
      const strangers = came.filter(
        ({ peer }) =>
          (deployedUs.get(addressOf(peer.from)) ?? Number.POSITIVE_INFINITY) >= made.kept.us - dayUs,
      );
      if (strangers.length < came.length) deployed += 1;
      const candidates = strangers.filter(({ usual, share }) => share !== undefined || !usual);
      const best = candidates.find(({ share }) => share !== undefined) ?? candidates[0];
      if (best === undefined || told.has(addressOf(best.peer.from)) || ways.length >= mostClaims) continue;
      told.add(addressOf(best.peer.from));
      const shared = candidates.filter(({ share }) => share !== undefined).length;
      const limits: Missing[] = [];
      if (best.share === undefined && !isRemote(made, best)) limits.push('no-share-logged');
      const work = accused.filter(({ kept }) => within(best.logon, kept.us));
      if (!work.some((one) => one.bad || isNamed(one))) limits.push('ordinary-command');
      if (best.share === undefined ? candidates.length > 1 : shared > 1) limits.push('several-candidates');
      const way = wayIn(
        {
          vector: 'lateral',
          service: made.how === 'psexec' ? 'smb' : made.how,
          account: best.peer.account,
          attackers: [best.peer.from],
          successes: [best.logon],
          steps: [
            ...(best.share === undefined ? [] : [stepOf('command', best.share)]),
            ...work.map(({ kept, how, telling }) =>
              stepOf(how === 'smb' && !telling ? 'persistence' : 'command', kept),
            ),
          ],
          owns: (trace) => owns(best.peer.account, trace),
          limits,
        },
        scene,
        after,
      );
      if (way !== undefined) ways.push(way);
    }
    this.#spared =
      deployed === 0
        ? unseen
        : [...unseen, { vector: 'lateral', service: 'smb', what: 'own-job', count: deployed }];
    return ways;
  }

  excluded(): readonly Excluded[] {
    return this.#spared;
  }

  #seen(): Seen {
    return {
      peers: [...this.#peers.entries()].map(([, peer]) => ({
        peer,
        from: addressOf(peer.from),
        logons: peer.logons.kept(),
      })),
      shares: new Map([...this.#shares.entries()].map(([from, shares]) => [from, shares.kept()])),
    };
  }
}

/** The last logon of each neighbour within minutes before it; of the account that made it, where that is told. */
function cameBefore({ kept: { us }, by }: Made, { peers, shares }: Seen): readonly Came[] {
  const found = new Map<string, Came>();
  for (const { peer, from, logons } of peers) {
    if (by !== '' && plain(peer.account) !== by) continue;
    const logon = lastWithin(logons, us);
    if (logon === undefined) continue;
    const known = found.get(from);
    if (known !== undefined && known.logon.us >= logon.us) continue;
    const share = lastWithin(shares.get(from) ?? [], us);
    found.set(from, { peer, logon, share, usual: (logons[0]?.us ?? us) < us - dayUs });
  }
  return [...found.values()].sort((a, b) => b.logon.us - a.logon.us);
}

/** Processes of WinRM and PsExec are from afar by themselves; those of WMI where the logon is a moment before. */
const isRemote = ({ how, kept }: Made, { logon }: Came): boolean =>
  how === 'winrm' || how === 'psexec' || (how === 'wmi' && logon.us >= kept.us - atOnceUs);

function isFollowed({ us }: Kept, after: Aftermath): boolean {
  const trace = after.firstAfter(us);
  return trace !== undefined && follows(us, trace.us);
}

/** By its name among the accused entries, or by a file that is the attacker's. */
function accuserOf({ entries, files }: Scene): (made: Made) => boolean {
  const services = entries
    .filter(({ mechanism }) => mechanism === 'windows-service' || mechanism === 'windows-driver')
    .map(({ text }) => text.toLowerCase());
  const tasks = entries
    .filter(({ mechanism }) => mechanism === 'scheduled-task')
    .map(({ text }) => text.toLowerCase());
  const paths = files.map(({ path }) => path.toLowerCase());
  const known = new Map<string, boolean>();
  return ({ detail }) => {
    const before = known.get(detail);
    if (before !== undefined) return before;
    const [name = ''] = detail.split(': ', 1);
    const found =
      (name !== '' && services.some((text) => text.includes(`\\services\\${name}: `))) ||
      (name !== '' && tasks.some((text) => text.startsWith(`${name}: `))) ||
      paths.some((path) => detail.includes(path));
    known.set(detail, found);
    return found;
  };
}
