/**
 * Services of Windows that were made to run commands, seen by what they started: web servers whose request no log tells of,
 * databases.
 *
 * A shell under w3wp.exe, java.exe or sqlservr.exe is a success by itself where its command is a miner's or a dropper's; any
 * other counts where it is new and the attacker's trace follows within minutes, since sites convert pictures and databases
 * write backups by commands too. Requests that a server failed at (500) within seconds name who asked; without them nobody is
 * named and `probable` is the most. What it is NOT: a request; where one is known for its shape or its page, that way in has
 * the same line and this one is left out (`rank.ts`).
 * Bounds: 2,000 clients, 32 stretches of time each, 20 claims. Source: knowledge on Windows §4.2 (web server, MSSQL).
 */
import type { LogEvent, RequestEvent } from '../../model/facts/event.ts';
import type { Printable } from '../../model/text.ts';
import type { Scene } from '../scene.ts';
import { type Excluded, follows, type Missing, type Vector, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import type { Child, ChildProcesses, Service } from './child-processes.ts';
import { wayIn } from './claim.ts';
import { stepOf } from './kept.ts';
import { Moments } from './moments.ts';
import type { EntryWatcher } from './watcher.ts';
import { type KeptRequest, keep } from './web-request.ts';

const mostClients = 2_000;
const mostStretches = 32;
const mostSteps = 5;
const mostNamed = 500;
/** A request has its line when it is answered. */
const answeredUs = 30e6;
const startedUs = 5e6;

const doors: readonly { readonly service: Service; readonly vector: Vector }[] = [
  { service: 'iis', vector: 'web-exploit' },
  { service: 'php', vector: 'web-exploit' },
  { service: 'java', vector: 'web-exploit' },
  { service: 'node', vector: 'web-exploit' },
  { service: 'sqlserver', vector: 'database-exec' },
  { service: 'mysql', vector: 'database-exec' },
  { service: 'postgresql', vector: 'database-exec' },
];

interface Client {
  readonly address: Printable;
  readonly failed: Moments<KeptRequest>;
}

/** A request that a program broke down in. */
const isFailed = ({ method, status }: RequestEvent): boolean => method === 'POST' && status === 500;

export class WindowsServedWatcher implements EntryWatcher {
  readonly #children: ChildProcesses;
  readonly #clients = new Bounded<string, Client>(mostClients);
  #excluded: readonly Excluded[] = [];

  constructor(children: ChildProcesses) {
    this.#children = children;
  }

  see(event: LogEvent): void {
    if (event.what !== 'request' || !isFailed(event)) return;
    const kept = keep(event);
    this.#clients.update(kept.address, (known) => {
      const client = known ?? { address: kept.address, failed: new Moments<KeptRequest>(mostStretches) };
      client.failed.note(event.us, () => kept);
      return client;
    });
  }

  heeds(event: RequestEvent): boolean {
    return isFailed(event);
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const isNamed = namingOf(scene);
    const excluded: Excluded[] = [];
    const ways = doors.flatMap(({ service, vector }) => {
      const children = this.#children.of(service);
      const told = children.filter(
        (child) => child.bad || (!child.usual && isFollowed(child, after)) || isNamed(child),
      );
      const own = children.length - told.length;
      if (own > 0) excluded.push({ vector, service, what: 'own-job', count: own });
      const isOrdinary = !told.some((child) => child.bad || isNamed(child));
      return this.#claim(vector, service, told, isOrdinary, scene, after) ?? [];
    });
    this.#excluded = excluded;
    return ways;
  }

  excluded(): readonly Excluded[] {
    return this.#excluded;
  }

  #claim(
    vector: Vector,
    service: Service,
    told: readonly Child[],
    isOrdinary: boolean,
    scene: Scene,
    after: Aftermath,
  ): WayIn | undefined {
    const [first] = told;
    if (first === undefined) return undefined;
    const asked = vector === 'web-exploit' ? this.#askers(told) : [];
    const attackers = [...new Set(asked.map(({ address }) => address))];
    const limits: Missing[] = attackers.length === 0 ? ['address-hidden'] : [];
    if (attackers.length > 1) limits.push('several-candidates');
    if (isOrdinary) limits.push('ordinary-command');
    const children = told.slice(1, mostSteps).map(({ at }) => stepOf('command', at));
    return wayIn(
      {
        vector,
        service,
        account: first.account,
        attackers,
        successes: told.map(({ at }) => at),
        steps: [...asked.slice(0, mostSteps).map((request) => stepOf('attempt', request)), ...children],
        // Of what a file's owner is not known, the process that came before it tells.
        owns: ({ us }) => told.some(({ at }) => follows(at.us, us)),
        limits,
      },
      scene,
      after,
    );
  }

  #askers(told: readonly Child[]): readonly KeptRequest[] {
    const times = told.map(({ at }) => at.us);
    return [...this.#clients.entries()]
      .flatMap(([, { failed }]) =>
        failed.kept().filter(({ us }) => hasWithin(times, us - answeredUs, us + startedUs)),
      )
      .toSorted((a, b) => a.us - b.us);
  }
}

/** @param sorted times */
function hasWithin(sorted: readonly number[], fromUs: number, toUs: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < fromUs) low = middle + 1;
    else high = middle;
  }
  return (sorted[low] ?? Number.POSITIVE_INFINITY) <= toUs;
}

function isFollowed({ at }: Child, after: Aftermath): boolean {
  const trace = after.firstAfter(at.us);
  return trace !== undefined && follows(at.us, trace.us);
}

/** It starts a file that is the attacker's. */
function namingOf({ files }: Scene): (child: Child) => boolean {
  const paths = files.slice(0, mostNamed).map(({ path }) => path.toLowerCase());
  const known = new Map<string, boolean>();
  return ({ command }) => {
    const found = known.get(command) ?? paths.some((path) => command.includes(path));
    known.set(command, found);
    return found;
  };
}
