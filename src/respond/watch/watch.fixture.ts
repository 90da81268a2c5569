/** A host for a watch that is made up by the test: its clock, files, processes and scans. */
import { type PathText, printableText } from '../../model/text.ts';
import { type WatchRecord, watchVersion } from '../../model/watch.ts';
import type { Session } from './logins.ts';
import type { FoundFile } from './meaning.ts';
import type { CpuLook, Minute } from './minutes.ts';
import { ProcessBook, type ProcessWorld } from './process-book.ts';
import type { Removed } from './removed.ts';
import type { FileEvent } from './sentry.ts';
import { Watcher } from './watcher.ts';
import type { LookAnswer, LookRequest, WatchNews, WatchWorld } from './world.ts';

export const path = (text: string): PathText => printableText(text);
export const startMs = Date.parse('2026-01-02T03:00:00.000Z');

export interface MadeProcess {
  readonly parent: number;
  readonly startTicks: number;
  readonly name: string;
  readonly exe?: string;
  readonly argv?: readonly string[];
  readonly unit?: string;
  readonly cgroup?: string;
  readonly loginUid?: number;
  readonly kernel?: boolean;
  readonly cwd?: string;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** proc_pid_stat(5) with what is looked at. */
export function statLine(pid: number, one: MadeProcess, ticks = 0): Uint8Array {
  const numbers = Array.from({ length: 49 }, () => 0);
  const set = (field: number, value: number): void => {
    numbers[field - 4] = value;
  };
  set(4, one.parent);
  set(9, one.kernel === true ? 0x0020_0000 : 0);
  set(14, ticks);
  set(22, one.startTicks);
  return bytes(`${pid} (${one.name}) S ${numbers.join(' ')}\n`);
}

export function processesOf(processes: Map<number, MadeProcess>): ProcessWorld {
  return {
    file: (pid, name) => {
      const one = processes.get(pid);
      if (one === undefined) return undefined;
      switch (name) {
        case 'stat':
          return statLine(pid, one);
        case 'cmdline':
          return bytes((one.argv ?? [one.exe ?? '']).map((word) => `${word}\0`).join(''));
        case 'cgroup':
          return bytes(`0::${one.cgroup ?? (one.unit === undefined ? '/' : `/system.slice/${one.unit}`)}\n`);
        case 'status':
          return bytes('Name:\tx\nUid:\t0\t0\t0\t0\n');
        case 'loginuid':
          return bytes(String(one.loginUid ?? 4_294_967_295));
      }
    },
    link: (pid, name) => {
      const one = processes.get(pid);
      const text = name === 'exe' ? one?.exe : (one?.cwd ?? '/');
      return one === undefined || text === undefined ? undefined : bytes(text);
    },
    user: (uid) => (uid === 0 ? path('root') : undefined),
  };
}

export const noneRemoved: Removed = {
  taken: new Map(),
  edited: new Map(),
  programs: new Set(),
  hashes: new Map(),
  sizes: new Set(),
};

export const miner = path('/var/tmp/.x/kdump');
export const minersHash = 'a'.repeat(64);
export const takenMiner: Removed = {
  ...noneRemoved,
  taken: new Map([[miner, { path: miner, sha256: minersHash, size: 4096, type: 'file' }]]),
  programs: new Set([miner]),
  hashes: new Map([[minersHash, miner]]),
  sizes: new Set([4096]),
};

export const foundMiner: FoundFile = {
  type: 'file',
  size: 4096,
  sha256: minersHash,
  content: new Uint8Array(1),
};

export function recordOf(seconds = 86_400): WatchRecord {
  const begun = new Date(startMs).toISOString();
  return {
    schema: `demine-watch/${watchVersion}`,
    tool: '0',
    host: path('lab'),
    machineId: '',
    settings: {
      seconds,
      remove: false,
      acceptIrreversible: false,
      acrossReboots: false,
      language: 'en',
      name: 'kofelu',
    },
    begun,
    until: new Date(startMs + seconds * 1000).toISOString(),
    spans: [{ from: begun, to: begun, bootId: 'one' }],
    gaps: [],
    means: {
      files: 'fanotify',
      folders: 1,
      foldersWithoutWriter: 0,
      foldersLeft: 0,
      processes: 'listing',
      removed: 1,
    },
    counts: { events: 0, overflows: 0, unread: 0 },
    returns: [],
    returnsDropped: 0,
    changes: [],
    changesDropped: 0,
    logins: [],
    loginsDropped: 0,
    looks: [],
    busy: [],
  };
}

export const cleanLook: LookAnswer = { verdict: 'clean', things: [], ofPackages: [] };

export class MadeHost {
  now = startMs;
  removed: Removed = takenMiner;
  readonly files = new Map<string, FoundFile>();
  readonly processes = new Map<number, MadeProcess>([
    [1, { parent: 0, startTicks: 1, name: 'systemd', exe: '/usr/lib/systemd/systemd' }],
  ]);
  /** Numbers under which nobody is found any more when they are looked at, though the listing had them. */
  readonly hashes = new Map<number, string>();
  readonly alive = new Map<number, boolean>();
  sessions: readonly Session[] = [];
  cpu: CpuLook | undefined;
  answer: (request: LookRequest) => LookAnswer | Promise<LookAnswer> = () => cleanLook;
  events: FileEvent[] = [];
  overflow = false;
  readonly looks: LookRequest[] = [];
  readonly news: WatchNews[] = [];
  readonly minutes: Minute[] = [];
  readonly saved: WatchRecord[] = [];
  looksAtProcesses = 0;
  looksAtFiles = 0;
  readonly ours = new Set<number>();

  get world(): WatchWorld {
    return {
      now: () => ({ wallMs: this.now, upMs: this.now - startMs }),
      drain: ({ file }) => {
        const events = this.events;
        this.events = [];
        for (const event of events) file(event);
        const overflow = this.overflow;
        this.overflow = false;
        return { events: events.length, overflow };
      },
      processEvents: () => {},
      pids: () => [...this.processes.keys()],
      programSize: (pid) => (this.hashes.has(pid) ? 4096 : undefined),
      programHash: (pid) => this.hashes.get(pid),
      stillRuns: (handle) => (handle === undefined ? undefined : (this.alive.get(handle) ?? true)),
      fileAt: (one) => {
        this.looksAtFiles += 1;
        return this.files.get(one);
      },
      removed: () => this.removed,
      cpu: () => this.cpu,
      ticksPerSecond: 100,
      sessions: () => this.sessions,
      isOurs: (pid) => this.ours.has(pid),
      look: async (request) => {
        this.looks.push(request);
        return await this.answer(request);
      },
      putMinute: (minute) => this.minutes.push(minute),
      save: (record) => this.saved.push(structuredClone(record)),
      isStopWished: () => false,
      await: () => {},
    };
  }

  watcher(record = recordOf()): Watcher {
    const processes = processesOf(this.processes);
    const counted: ProcessWorld = {
      ...processes,
      file: (pid, name) => {
        if (name === 'stat') this.looksAtProcesses += 1;
        return processes.file(pid, name);
      },
    };
    return new Watcher(record, this.world, new ProcessBook(counted), (news) => this.news.push(news));
  }

  event(at: PathText, pid: number, more: Partial<FileEvent> = {}): void {
    this.events.push({ path: at, isPlace: true, isFolder: false, pid, handle: undefined, ...more });
  }

  /** Lets time go by in steps of a second, with whatever is due. */
  async pass(watcher: Watcher, seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      watcher.turn();
      // Scans of the test answer at once.
      for (let turns = 0; turns < 4; turns += 1) await Promise.resolve();
      this.now += 1_000;
    }
    watcher.turn();
    await Bun.sleep(0);
  }
}
