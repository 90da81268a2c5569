/**
 * What services of Windows started, as records of process creation tell (4688, Sysmon 1): the proof of whose work it was
 * where a file keeps no owner.
 *
 * Only programs that run commands or fetch things count, all of WMI, WinRM and PsExec, and programs in places where anybody may write: a web server starts
 * compilers and its own workers all day. A row is what one service starts as one account with one command, its numbers
 * aside; what it started for more than a day is its usual work. Its command is read once: `bad` has the signs of a miner or
 * a dropper, which no honest service shows.
 * Where a record has no name of the parent (before Windows 10), the last process of that number is it. What a shell of a service
 * starts in its turn is the service's too.
 * Bounds: 2,000 rows, 16 stretches of time each, 3,000 commands read, 20,000 numbers of processes.
 * Source: Microsoft, 4688; Sysmon, event 1; knowledge on Windows §4.2, §4.4.
 */
import { ReadingBudget, readEntry } from '../../detect/command/read-entry.ts';
import type { SignId } from '../../detect/command/sign.ts';
import type { CommandEvent, LogEvent } from '../../model/facts/event.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { type Printable, phrase } from '../../model/text.ts';
import type { WayIn } from '../way-in.ts';
import { Bounded } from './bounded.ts';
import { type Kept, keep } from './kept.ts';
import { Moments } from './moments.ts';
import type { EntryWatcher } from './watcher.ts';

const dayUs = 86_400e6;
const mostRows = 2_000;
const mostStretches = 8;
const mostRead = 3_000;
const mostNumbers = 20_000;
const longestCommand = 1_000;
const mostNames = 2_000;
const longestName = 64;
const mostBetween = 50;
/** Sysmon and the audit tell of the same process. */
const sameUs = 2e6;

/** Whose children are told, by the name of the program. */
const services = {
  iis: /^w3wp\.exe$/,
  php: /^(?:php(?:-cgi)?|httpd|nginx|apache)\.exe$/,
  java: /^(?:javaw?|tomcat\d*w?|beasvc\w*|wrapper(?:-windows-\S+)?|prunsrv)\.exe$/,
  node: /^node\.exe$/,
  sqlserver: /^sqlservr\.exe$/,
  mysql: /^(?:mysqld(?:-nt)?|mariadbd)\.exe$/,
  postgresql: /^postgres\.exe$/,
  redis: /^redis-server\.exe$/,
  wmi: /^(?:wmiprvse|scrcons)\.exe$/,
  winrm: /^(?:wsmprovhost|winrshost)\.exe$/,
  psexec: /^(?:psexesvc|paexec-\S+|remcomsvc|csexecsvc)\.exe$/,
  'service-manager': /^services\.exe$/,
  lsass: /^lsass\.exe$/,
  spooler: /^spoolsv\.exe$/,
  office: /^(?:winword|excel|powerpnt|mspub|visio|onenote|wps|et|wpp|eqnedt32|acrord32|foxitreader)\.exe$/,
  mail: /^(?:outlook|thunderbird|foxmail|hxtsr|olk)\.exe$/,
  browser:
    /^(?:chrome|msedge|firefox|iexplore|opera|brave|360se\d*|360chromex?|qqbrowser|sogouexplorer|liebao|2345explorer)\.exe$/,
  messenger: /^(?:wechat|weixin|qq|tim|dingtalk|feishu|wxwork|telegram|teams|skype|whatsapp)\.exe$/,
  archive: /^(?:winrar|7zfm|360zip|bandizip|haozip\w*|kuaizip|winzip\d*)\.exe$/,
  explorer: /^explorer\.exe$/,
} as const;
export type Service = keyof typeof services;

const names = Object.keys(services) as readonly Service[];

/** Shells, interpreters and what fetches, and what intruders look around with. */
const tools =
  /^(?:cmd|powershell|pwsh|mshta|wscript|cscript|rundll32|regsvr32|certutil|bitsadmin|curl|wget|ftp|msiexec|wmic|schtasks|sc|reg|net1?|netsh|at|msbuild|installutil|whoami|systeminfo|tasklist|ipconfig|hostname|quser|nltest|bash)\.exe$/;
/** Whatever these start, somebody elsewhere asked for it, or it is their work of each day. */
const fromAfar: ReadonlySet<Service> = new Set(['wmi', 'winrm', 'psexec']);
/** Services whose children's children are theirs; a desktop is not one of them, on which everybody works. */
const passesOn: ReadonlySet<Service> = new Set([
  ...fromAfar,
  ...(['iis', 'php', 'java', 'node', 'sqlserver', 'mysql', 'postgresql'] as const),
  ...(['lsass', 'spooler', 'office', 'mail'] as const),
]);
/** Where anybody may write, or a service itself does. */
const writable =
  /^[a-z]:\\(?:users\\|programdata\\|perflogs\\|temp\\|recycler\\|\$recycle\.bin\\|inetpub\\|windows\\(?:temp|tasks|debug|fonts|help|ime|tracing)\\|[^\\]+$)/;

const bad: ReadonlySet<SignId> = new Set([
  'fetch-and-run',
  'fetch-then-run',
  'decode-and-run',
  'runs-stored-code',
  'reverse-shell',
  'miner-command',
  'kills-rivals',
  'stops-protection',
  'opens-account',
]);

export interface Child {
  readonly service: Service;
  readonly account: Printable;
  /** In small letters. */
  readonly program: string;
  readonly command: string;
  readonly bad: boolean;
  /** It had been started so for more than a day. */
  readonly usual: boolean;
  readonly at: Kept;
}

interface Row extends Omit<Child, 'at' | 'usual'> {
  firstUs: number;
  readonly times: Moments<Kept>;
}

interface Running {
  readonly program: string;
  /** What it starts in its turn is that service's too. */
  readonly line: Service | undefined;
}

/** A copy: a slice would hold the whole text. */
const own = (text: string): string => Buffer.from(text.slice(0, longestName)).toString();

const programOf = (path: string): string => path.slice(path.lastIndexOf('\\') + 1).toLowerCase();

const withoutNumbers = (command: string): string =>
  command.replace(/\b[\da-f]{8,64}(?:-[\da-f]{4,12}){0,4}\b/g, '0').replace(/\d+/g, '0');

/** Signs in what a command does, of those that are asked for. */
export function hasSign(
  wanted: ReadonlySet<SignId>,
  { command, source }: Pick<PersistenceFact, 'command' | 'source'>,
  budget: ReadingBudget,
): boolean {
  return readEntry(factOf({ command, source }), undefined, budget).signs.some(({ id }) => wanted.has(id));
}

function factOf({ command, source }: Pick<PersistenceFact, 'command' | 'source'>): PersistenceFact {
  return {
    kind: 'persistence',
    source,
    mechanism: 'windows-service',
    user: phrase``,
    trigger: phrase``,
    command,
    language: 'cmd',
    body: [],
    active: false,
    marks: [],
    text: command,
  };
}

export class ChildProcesses implements EntryWatcher {
  readonly #rows = new Bounded<string, Row>(mostRows);
  /** Of each number: the program, and the service in whose line it stands. */
  readonly #running = new Bounded<number, Running>(mostNumbers);
  readonly #services = new Bounded<string, Service | 'none'>(mostNames);
  readonly #budget = new ReadingBudget(8_000_000);
  #read = 0;
  #sorted: readonly Child[] | undefined;
  readonly #found = new Map<string, readonly Child[]>();

  see(event: LogEvent): void {
    if (event.what !== 'command' || event.exe === undefined || event.origin !== 'audit') return;
    const { pid, exe, parent, parentExe } = event;
    const path = exe.toLowerCase();
    const program = own(programOf(path));
    const above = parent === undefined ? undefined : this.#running.get(parent);
    const by = parentExe === undefined ? above?.program : programOf(parentExe.toLowerCase());
    const isSame = above !== undefined && by === above.program;
    const service = by === undefined ? undefined : (this.#serviceOf(by) ?? (isSame ? above.line : undefined));
    const isTelling =
      service !== undefined && (fromAfar.has(service) || tools.test(program) || writable.test(path));
    const line = isTelling && passesOn.has(service) ? service : undefined;
    if (pid !== undefined) this.#running.update(pid, () => ({ program, line }));
    if (isTelling) this.#note(event, service, program);
  }

  #serviceOf(program: string): Service | undefined {
    let found = this.#services.get(program);
    if (found === undefined) {
      found = names.find((name) => services[name].test(program)) ?? 'none';
      this.#services.update(own(program), (known) => known ?? found ?? 'none');
    }
    return found === 'none' ? undefined : found;
  }

  #note(event: CommandEvent, service: Service, program: string): void {
    this.#sorted = undefined;
    this.#found.clear();
    const command = event.command.slice(0, longestCommand).toLowerCase();
    const key = `${service}\n${event.account}\n${withoutNumbers(command.slice(0, 300))}`;
    this.#rows.update(key, (known) => {
      const row = known ?? {
        service,
        account: event.account,
        program,
        command: Buffer.from(command).toString(),
        bad: this.#isBad(event),
        firstUs: event.us,
        times: new Moments<Kept>(mostStretches),
      };
      row.firstUs = Math.min(row.firstUs, event.us);
      row.times.note(event.us, () => keep(event));
      return row;
    });
  }

  #isBad(event: CommandEvent): boolean {
    if (this.#read >= mostRead) return false;
    this.#read += 1;
    return hasSign(bad, event, this.#budget);
  }

  /** All of these services, in the order of time; a process that two logs tell of once. */
  of(...wanted: readonly Service[]): readonly Child[] {
    const key = wanted.join(' ');
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    this.#sorted ??= [...this.#rows.entries()]
      .flatMap(([, { firstUs, times, ...row }]) =>
        times.kept().map((at): Child => ({ ...row, at, usual: firstUs < at.us - dayUs })),
      )
      .toSorted((a, b) => a.at.us - b.at.us);
    const found: Child[] = [];
    for (const child of this.#sorted) {
      if (!wanted.includes(child.service)) continue;
      const last = found.at(-1);
      const isSame =
        last !== undefined &&
        last.service === child.service &&
        last.program === child.program &&
        last.at.source.source !== child.at.source.source &&
        child.at.us - last.at.us <= sameUs;
      if (!isSame) found.push(child);
    }
    this.#found.set(key, found);
    return found;
  }

  /** Of these services between two times, the first of them. */
  between(fromUs: number, toUs: number, ...wanted: readonly Service[]): readonly Child[] {
    const all = this.of(...wanted);
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((all[middle]?.at.us ?? 0) < fromUs) low = middle + 1;
      else high = middle;
    }
    const found: Child[] = [];
    for (let at = low; at < all.length && found.length < mostBetween; at += 1) {
      const child = all[at];
      if (child === undefined || child.at.us > toUs) break;
      if (!child.usual) found.push(child);
    }
    return found;
  }

  /** What was started with each command, the first time. */
  firstOf(...wanted: readonly Service[]): readonly Child[] {
    const seen = new Set<string>();
    return this.of(...wanted).filter(({ command }) => !seen.has(command) && seen.add(command));
  }

  conclude(): readonly WayIn[] {
    return [];
  }
}
