/**
 * What services of Windows started, as records of process creation tell (4688, Sysmon 1): the proof of whose work it was
 * where a file keeps no owner.
 *
 * Only programs that run commands or fetch things count, all of WMI, WinRM and PsExec, and programs in places where anybody may write: a web server starts
 * compilers and its own workers all day. A row is what one service starts as one account with one command, its numbers
 * aside; what it started for more than a day is its usual work. Its command is read once: `bad` has the signs of a miner or
 * a dropper, which no honest service shows.
 * Where a record has no name of the parent (before Windows 10), the last process of that number is it.
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

export const programOf = (path: string): string => path.slice(path.lastIndexOf('\\') + 1).toLowerCase();

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
  readonly #programs = new Bounded<number, string>(mostNumbers);
  readonly #budget = new ReadingBudget(8_000_000);
  #read = 0;
  #sorted: readonly Child[] | undefined;

  see(event: LogEvent): void {
    if (event.what !== 'command' || event.exe === undefined || event.origin !== 'audit') return;
    const { pid, exe, parent, parentExe } = event;
    const path = exe.toLowerCase();
    const above = parentExe ?? (parent === undefined ? undefined : this.#programs.get(parent));
    if (pid !== undefined) this.#programs.update(pid, () => path);
    if (above === undefined) return;
    const by = programOf(above);
    const service = names.find((name) => services[name].test(by));
    if (service === undefined) return;
    const program = programOf(path);
    if (!fromAfar.has(service) && !tools.test(program) && !writable.test(path)) return;
    this.#note(event, service, program);
  }

  #note(event: CommandEvent, service: Service, program: string): void {
    this.#sorted = undefined;
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
    return found;
  }

  conclude(): readonly WayIn[] {
    return [];
  }
}
