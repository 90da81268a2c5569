/**
 * What a user of Windows opened or started himself: documents with macros, attachments, links, downloads.
 *
 * Two roads. A program of Office or mail that started a shell whose command is a dropper's, or a new one minutes before the
 * attacker's first trace; a browser, a messenger, an archiver or the desktop (a link, a command that a page told to paste) that
 * started a dropper's. Or a file that the scan accuses, which came from outside (its mark Zone.Identifier, its folder: those
 * of downloads, attachments and messengers) and was started: by a record of process creation, or by hand as UserAssist has
 * it. Where it came from is the third sign of the ladder, in the place of the owner.
 * What it is NOT: every download; an honest program is accused by nobody. An intruder at the desktop downloads too: where
 * another way in has the better proof, this one is told behind it (`rank.ts`).
 * Bounds: 2,000 marks, 500 files, 20 ways. Source: ATT&CK T1204, T1566; knowledge on Windows §4.3 (UserAssist).
 */
import type { LogEvent, ServiceEvent } from '../../model/facts/event.ts';
import { type Printable, phrase } from '../../model/text.ts';
import type { FirstTrace, Scene, SceneFile } from '../scene.ts';
import { type ChainStep, follows, gradeOf, type Missing, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import type { Child, ChildProcesses, Service } from './child-processes.ts';
import { wayIn } from './claim.ts';
import { type Kept, keep, stepOf } from './kept.ts';
import type { EntryWatcher } from './watcher.ts';
import { owns } from './windows-accounts.ts';

const mostMarks = 2_000;
const mostFiles = 500;
const mostWays = 20;
const mostSteps = 5;

/** Folders by which a file is known to have come from outside. */
const places: readonly { readonly service: string; readonly form: RegExp }[] = [
  {
    service: 'mail',
    form: /\\(?:inetcache|temporary internet files)\\content\.outlook\\|\\(?:foxmail|thunderbird)[^\\]*\\/i,
  },
  {
    service: 'messenger',
    form: /\\(?:wechat files|xwechat_files|tencent files|dingtalk|feishu|wxwork|telegram desktop)\\/i,
  },
  { service: 'archive', form: /\\temp\\(?:rar\$|7z[0-9a-f]|bnz|temp\d_)/i },
  { service: 'browser', form: /\\(?:downloads|下载)\\|\\inetcache\\(?:ie|low)\\/i },
];
/** Programs under which a shell is the work of what they show; any new one, or one that fetches and runs. */
const parents: readonly {
  readonly service: Service;
  readonly vector: 'phishing' | 'user-download';
  readonly isTelling: boolean;
}[] = [
  { service: 'office', vector: 'phishing', isTelling: true },
  { service: 'mail', vector: 'phishing', isTelling: true },
  { service: 'messenger', vector: 'phishing', isTelling: false },
  { service: 'browser', vector: 'user-download', isTelling: false },
  { service: 'archive', vector: 'user-download', isTelling: false },
  { service: 'explorer', vector: 'user-download', isTelling: false },
];
const byMail: ReadonlySet<string> = new Set(['office', 'mail', 'messenger']);

interface Mark {
  readonly url: string;
  readonly at: Kept;
}

export class UserRunWatcher implements EntryWatcher {
  readonly #children: ChildProcesses;
  readonly #marks = new Bounded<string, Mark>(mostMarks);

  constructor(children: ChildProcesses) {
    this.#children = children;
  }

  see(event: LogEvent): void {
    if (event.what === 'service' && event.service === 'download' && event.action === 'marked')
      this.#mark(event);
  }

  #mark(event: ServiceEvent): void {
    const found = /^([a-z]:\\[^\0]{1,1000}?)(?::zone\.identifier)?: (\S{0,1000})/i.exec(event.detail);
    const path = found?.[1]?.toLowerCase();
    if (path === undefined) return;
    this.#marks.update(path, (known) => known ?? { url: found?.[2] ?? '', at: keep(event) });
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const ofFiles = scene.files.slice(0, mostFiles).flatMap((file) => this.#ofFile(file, after) ?? []);
    return oneOfEach([...this.#ofDocuments(scene, after), ...ofFiles]).slice(0, mostWays);
  }

  /** Shells under programs that show documents, mail and pages, and under the desktop. */
  #ofDocuments(scene: Scene, after: Aftermath): readonly WayIn[] {
    return parents.flatMap(({ service, vector, isTelling }) => {
      const shells = this.#children
        .of(service)
        .filter((child) => child.bad || (isTelling && !child.usual && isFollowed(child, after)));
      const [first] = shells;
      if (first === undefined) return [];
      const limits: Missing[] = shells.some(({ bad }) => bad) ? [] : ['ordinary-command'];
      // From the desktop: a link, what a page told to paste, or what its user typed himself.
      if (service === 'explorer') limits.push('origin-not-marked');
      const way = wayIn(
        {
          vector,
          service,
          account: first.account,
          attackers: [],
          successes: shells.map(({ at }) => at),
          steps: shells.slice(1, mostSteps).map(({ at }) => stepOf('command', at)),
          owns: (trace) => owns(first.account, trace),
          limits,
        },
        scene,
        after,
      );
      return way ?? [];
    });
  }

  #ofFile(file: SceneFile, after: Aftermath): WayIn | undefined {
    const path = file.path.toLowerCase();
    const mark = this.#marks.get(path);
    const place = places.find(({ form }) => form.test(file.path))?.service;
    const zone = file.origin?.zone ?? (mark === undefined ? undefined : 3);
    const isFromOutside = zone === undefined ? place !== undefined : zone >= 3;
    if (!isFromOutside) return undefined;
    const started = this.#startOf(file, path);
    // How it came is no way in where nothing shows that it was started, and another file may lie there unopened.
    if (started === undefined) return undefined;
    const trace = otherAfter(file, started.at.us, after);
    const near = trace !== undefined && follows(started.at.us, trace.us);
    const graded = gradeOf({
      success: true,
      nearFile: near,
      owner: true,
      grounded: !near || trace.grounded,
      certain: started.at.certain,
      verified: true,
      // A folder of downloads alone is where people put what they have from elsewhere too.
      limits: zone === undefined && place === 'browser' ? ['origin-not-marked'] : [],
    });
    if (graded === undefined) return undefined;
    const service = place ?? 'browser';
    const chain: ChainStep[] = [
      ...(mark === undefined ? [] : [stepOf('attempt', mark.at)]),
      ...markStep(file),
      stepOf('success', started.at),
      ...after.steps(started.at.us),
    ];
    return {
      vector: byMail.has(service) ? 'phishing' : 'user-download',
      grade: graded.grade,
      attackers: [],
      account: started.account,
      firstSuccessUs: started.at.us,
      service,
      chain: chain.toSorted((a, b) => a.us - b.us),
      missing: graded.missing,
    };
  }

  /** The first time that it was started, by a record of processes; else the last, by hand. */
  #startOf(
    { origin, path: shown }: SceneFile,
    path: string,
  ): { readonly at: Kept; readonly account: Printable } | undefined {
    const child = this.#children
      .firstOf(
        ...(['explorer', 'browser', 'mail', 'messenger', 'archive', 'office'] satisfies readonly Service[]),
      )
      .find(
        ({ command, program }) => command.includes(path) || (program !== '' && path.endsWith(`\\${program}`)),
      );
    if (child !== undefined) return { at: child.at, account: child.account };
    if (origin?.startedUs === undefined || origin.startedBy === undefined) return undefined;
    const text = phrase`UserAssist: ${shown} was started by ${origin.startedBy}`;
    return {
      at: { us: origin.startedUs, certain: true, source: origin.source, text },
      account: origin.startedBy,
    };
  }
}

/** The mark beside the file has no time of its own: that of the file is the best there is. */
function markStep({ origin, modifiedUs }: SceneFile): readonly ChainStep[] {
  if (origin?.zone === undefined) return [];
  const from = origin.url === '' ? phrase`` : phrase`, ${origin.url}`;
  const text = phrase`Zone.Identifier: zone ${String(origin.zone) as Printable}${from}`;
  return [{ step: 'attempt', us: modifiedUs, certain: false, source: origin.source, text }];
}

/** What came after it was started, but for the file itself. */
function otherAfter({ path }: SceneFile, us: number, after: Aftermath): FirstTrace | undefined {
  const trace = after.firstAfter(us);
  return trace?.path === path ? undefined : trace;
}

function isFollowed({ at }: Child, after: Aftermath): boolean {
  const trace = after.firstAfter(at.us);
  return trace !== undefined && follows(at.us, trace.us);
}

/** Of several files that one start brought, the best: what was unpacked lies beside it. */
function oneOfEach(ways: readonly WayIn[]): readonly WayIn[] {
  const found = new Map<string, WayIn>();
  for (const way of ways) {
    const key = `${way.vector} ${way.account} ${way.service}`;
    const known = found.get(key);
    if (known === undefined || way.missing.length < known.missing.length) found.set(key, way);
  }
  return [...found.values()];
}
