/**
 * Web shells: scripts that somebody put where a server runs them, and asks for.
 *
 * A script that a finding accuses is one by what it holds; the log says who used it and since when. Without that, one is
 * suspected by how it is asked for: posts with a good answer, from one or two clients alone, to a script in a
 * folder of uploads, or to one that nobody had asked for in a day of the log before. That is also how an administrator
 * works, so such a one is named only where the service's own file follows within minutes, and is never more than
 * probable. What it is NOT: a reader of scripts; `pages` names those that are worth reading.
 * Bounds: 4,000 scripts, of each 4 clients, 3 senders, 16 requests; a name in the log of 512 characters.
 * Source: knowledge on entry §5.3 (web shell stage); ATT&CK T1505.003.
 */
import type { LogEvent, RequestEvent } from '../../model/facts/event.ts';
import type { PathText } from '../../model/text.ts';
import { cameToBe, type Scene, type SceneFile } from '../scene.ts';
import { earlierUs, follows, gradeOf, minutesUs, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import { type Child, ChildProcesses } from './child-processes.ts';
import { stepOf } from './kept.ts';
import { Moments } from './moments.ts';
import type { EntryWatcher } from './watcher.ts';
import { isAccountOf, isWorkOf, startedBy } from './web-accounts.ts';
import { addressOf, type KeptRequest, keep } from './web-request.ts';
import { WebText } from './web-text.ts';

const mostScripts = 4000;
const mostSenders = 3;
const mostClients = 4;
const mostStretches = 8;
const longestPath = 512;
/** Requests of a script that is asked for rarely. */
const rare = 2000;
const dayUs = 86_400e6;
const mostClaims = 5;
const mostStarted = 5;
const mostPages = 300;

const script = /\.(?:php[3-8]?|phtml|phar|jspx?|jspf|aspx?|ashx|asmx|cfm)(?=$|[/?;]|%253[fb])/i;
const uploads =
  /\/(?:uploads?|upfiles?|files?|images?|img|media|te?mp|cache|avatars?|attachments?|userfiles|storage|static|assets|css|js|fonts)\//;
/** Where administrators work: rarely asked for, and by few. */
const administration =
  /\/(?:wp-admin|wp-login\.php|admin|administrator|manager|phpmyadmin|user|typo3|backend)(?:\/|$)/;

interface Script {
  /** As it was asked for first. */
  readonly asked: string;
  firstUs: number;
  count: number;
  readonly clients: Set<string>;
  /** Whose requests can hold a command: with a body, or a query. */
  readonly senders: Set<string>;
  readonly first: KeptRequest;
  /** Undefined once more clients sent something than use a shell. */
  sent: Moments<KeptRequest> | undefined;
}

/** One shape for all ways to write a path: small letters, no doubled slashes, no steps up or aside. */
function plainPath(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return path;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

const isAnswered = (status: number): boolean => (status >= 200 && status <= 299) || status === 500;

/** @param query where it begins; -1 for none */
const scriptIn = (target: string, query: number): RegExpExecArray | null =>
  script.exec(query < 0 ? target : target.slice(0, query));

export class WebShellWatcher implements EntryWatcher {
  readonly #children: ChildProcesses;
  readonly #scripts = new Bounded<string, Script>(mostScripts);
  readonly #text = new WebText();
  #begins = Number.POSITIVE_INFINITY;

  /** @param children what services started, seen by whoever has them */
  constructor(children = new ChildProcesses()) {
    this.#children = children;
  }

  see(event: LogEvent): void {
    if (event.what !== 'request') return;
    const { us, status, target } = event;
    if (us < this.#begins) this.#begins = us;
    if (!isAnswered(status)) return;
    const query = target.indexOf('?');
    const found = scriptIn(target, query);
    if (found === null) return;
    const path = this.#pathOf(target.slice(0, found.index + found[0].length) as PathText);
    const sends = event.method === 'POST' || event.method === 'PUT' || query > 0;
    this.#scripts.update(path, (known) =>
      noted(known ?? begun(event, target.slice(0, found.index + found[0].length)), event, sends),
    );
  }

  heeds({ status, target }: RequestEvent): boolean {
    return isAnswered(status) && scriptIn(target, target.indexOf('?')) !== null;
  }

  pages(): readonly string[] {
    const asked: string[] = [];
    for (const [, seen] of this.#scripts.entries()) {
      if (asked.length >= mostPages) break;
      if (seen.sent !== undefined && seen.senders.size > 0) asked.push(seen.asked);
    }
    return asked;
  }

  #pathOf(path: PathText): string {
    this.#text.load(path);
    return plainPath(this.#text.text().replaceAll('\\', '/')).slice(-longestPath);
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const accused = scene.files
      .filter(({ path }) => script.test(path))
      .map((file) => ({ file, path: this.#pathOf(file.path) }));
    const claims: { readonly way: WayIn; readonly known: boolean }[] = [];
    for (const [path, seen] of this.#scripts.entries()) {
      const file = accused.find((one) => isAt(one.path, path))?.file;
      const way =
        file === undefined
          ? this.#suspected(path, seen, after, scene)
          : this.#known(file, seen, after, scene);
      if (way !== undefined) claims.push({ way, known: file !== undefined });
    }
    return claims
      .toSorted(
        (a, b) =>
          Number(b.known) - Number(a.known) || (a.way.firstSuccessUs ?? 0) - (b.way.firstSuccessUs ?? 0),
      )
      .slice(0, mostClaims)
      .map(({ way }) => way);
  }

  /** A finding accuses the file. */
  #known(file: SceneFile, seen: Script, after: Aftermath, scene: Scene): WayIn | undefined {
    // A page that all visitors see and somebody wrote into is no shell by its visitors.
    if (seen.clients.size >= mostClients && seen.sent === undefined) return undefined;
    const came = cameToBe(file);
    const all = seen.sent?.kept() ?? [];
    const requests = all.length > 0 ? all : [seen.first];
    // It was changed after it was used where none is left: its time is then no help.
    const since = requests.filter(({ us }) => us >= came.us - earlierUs);
    const used = since.length > 0 ? since : requests;
    const first = used[0] ?? seen.first;
    const follower = used.find(({ us }) => this.#isFollowed(us, after));
    const atOnce = first.us >= came.us - earlierUs && first.us <= came.us + minutesUs;
    // Whoever put the page there may be another account than the one that runs it.
    const work = after.following(follower?.us ?? first.us).find((trace) => isWorkOf('any', trace, scene));
    const started = this.#startedBy(used);
    const isServers = isAccountOf('any', file.owner);
    const owner = started.length > 0 || isServers || work !== undefined;
    const account = started[0]?.account ?? (isServers ? file.owner : (work?.owner ?? file.owner));
    const graded = gradeOf({
      success: true,
      nearFile: atOnce || follower !== undefined,
      owner,
      // When a process was started is told by a log, and not by its file.
      grounded: came.grounded || started.length > 0,
      certain: first.certain,
      verified: true,
    });
    if (graded === undefined) return undefined;
    // A time that anybody may set, or that copying set, and that is later than its use is none of its coming.
    const isPlaced = came.grounded || came.us <= first.us + earlierUs;
    const placed = { us: came.us, certain: came.grounded, source: file.source, text: file.text };
    const later = [
      stepOf('success', first),
      ...started.map(({ at }) => stepOf('command', at)),
      ...after.steps(follower?.us ?? first.us),
    ].filter(({ step, text }) => step !== 'file' || text !== file.text);
    const steps = [...(isPlaced ? [stepOf('file', placed)] : []), ...later];
    const chain = steps.toSorted((a, b) => a.us - b.us);
    return wayOf({ grade: graded, used, first, account, chain });
  }

  /** Nothing accuses it but how it was asked for. */
  #suspected(path: string, seen: Script, after: Aftermath, scene: Scene): WayIn | undefined {
    const isRare = seen.count <= rare && seen.clients.size <= 2 && seen.senders.size <= 2;
    if (!isRare || administration.test(path)) return undefined;
    if (!uploads.test(path) && seen.firstUs < this.#begins + dayUs) return undefined;
    const used = (seen.sent?.kept() ?? []).filter(({ status }) => status !== 500);
    const follower = used.find(({ us }) => this.#isFollowed(us, after));
    const trace = follower === undefined ? undefined : after.firstAfter(follower.us);
    if (follower === undefined || trace === undefined) return undefined;
    const started = this.#startedBy([follower]);
    if (started.length === 0 && !isWorkOf('any', trace, scene)) return undefined;
    const grade = gradeOf({
      success: true,
      nearFile: true,
      owner: true,
      grounded: trace.grounded,
      certain: follower.certain,
      verified: false,
    });
    if (grade === undefined) return undefined;
    const ran = started.map(({ at }) => stepOf('command', at));
    const chain = [stepOf('success', follower), ...ran, ...after.steps(follower.us)];
    return wayOf({ grade, used, first: follower, account: started[0]?.account ?? trace.owner, chain });
  }

  #startedBy(used: readonly KeptRequest[]): readonly Child[] {
    const found = new Set(used.flatMap(({ us }) => startedBy('any', us, this.#children)));
    return [...found].slice(0, mostStarted);
  }

  #isFollowed(us: number, after: Aftermath): boolean {
    const trace = after.firstAfter(us);
    return trace !== undefined && follows(us, trace.us);
  }
}

function wayOf(given: {
  readonly grade: Pick<WayIn, 'grade' | 'missing'>;
  readonly used: readonly KeptRequest[];
  readonly first: KeptRequest;
  readonly account: WayIn['account'];
  readonly chain: WayIn['chain'];
}): WayIn {
  const { grade, used, first, account, chain } = given;
  return {
    vector: 'web-shell',
    grade: grade.grade,
    attackers: [...new Set([first, ...used].map(({ address }) => address))],
    account,
    firstSuccessUs: first.us,
    service: first.server,
    chain,
    missing: grade.missing,
  };
}

function begun(event: RequestEvent, asked: string): Script {
  return {
    asked: Buffer.from(asked.slice(-longestPath)).toString(),
    firstUs: event.us,
    count: 0,
    clients: new Set(),
    senders: new Set(),
    first: keep(event),
    sent: undefined,
  };
}

function noted(seen: Script, event: RequestEvent, sends: boolean): Script {
  seen.count += 1;
  if (event.us < seen.firstUs) seen.firstUs = event.us;
  if (seen.clients.size < mostClients) seen.clients.add(addressOf(event));
  if (!sends || seen.senders.size > mostSenders) return seen;
  seen.senders.add(addressOf(event));
  if (seen.senders.size > mostSenders) seen.sent = undefined;
  else {
    seen.sent ??= new Moments(mostStretches);
    seen.sent.note(event.us, () => keep(event));
  }
  return seen;
}

/** The file may lie at that path of a site: the whole of it is the end of the file's, or its last folder and name are. */
function isAt(file: string, path: string): boolean {
  if (file.endsWith(path)) return true;
  const folder = path.lastIndexOf('/', path.lastIndexOf('/') - 1);
  return folder > 0 && file.endsWith(path.slice(folder));
}
