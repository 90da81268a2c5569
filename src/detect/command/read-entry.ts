/**
 * What an entry does: decoded, with the files it runs, the addresses it names and the signs of an attack.
 *
 * Why: attackers and owners use the same places and the same programs. What tells them apart is what is run: fetched
 * a moment ago, decoded a moment ago, handed to a host outside.
 * What it is NOT: a verdict; files are not opened here. Bounds: `readingLimit`; never throws.
 */
import { readWords } from '../../formats/shell/read-argv.ts';
import { printableLatin1 } from '../../formats/text-lines.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { Mechanism } from '../../model/mechanism.ts';
import type { PathText } from '../../model/text.ts';
import type { EntryReading } from './entry-reading.ts';
import { begin, searchFolders, withVariables } from './environment.ts';
import { latin1Of } from './latin1.ts';
import { isKnownProgram, isShell } from './programs/table.ts';
import { ranFrom } from './ran-from.ts';
import { readingLimit, type Scripts, Session, type TargetUse } from './session.ts';
import { readSource } from './source/read-source.ts';
import { ShellWalk } from './walk-shell.ts';
import { wholeUrlsIn } from './whole-url.ts';
import { isWindowsLanguage, readWindows } from './windows/read-windows.ts';
import { assigned } from './written.ts';

export type { EntryReading, Scripts, TargetUse };

/** Bytes of an entry that are read: its beginning and its end, where attackers append. */
const mostBytes = 200_000;
/** The same of an entry that is read when the others have used up what all may cost. */
const shallowBytes = 16_384;

function bounded(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most / 2)}\n${text.slice(-most / 2)}`;
}

/**
 * What reading all entries of a host may cost, as `Session.cost` counts: a folder may be full of bombs, each within
 * its own bounds. When it is used up the other entries are still read, each with a hundredth of the usual bounds:
 * enough for a line that fetches and runs.
 */
export class ReadingBudget {
  #left: number;
  #shallow = 0;

  constructor(cost = 40_000_000) {
    this.#left = cost;
  }

  /** Entries that were read within the smaller bounds. */
  get shallow(): number {
    return this.#shallow;
  }

  /** Whether the next entry is read within the smaller bounds. */
  next(): boolean {
    if (this.#left > 0) return false;
    this.#shallow += 1;
    return true;
  }

  spend(cost: number): void {
    this.#left -= cost;
  }
}

const inHome = /^(\/root|\/home\/[^/]+|\/var\/lib\/[^/]+(?=\/\.))\//;

function homeOf({ user, source }: PersistenceFact): string {
  const own = inHome.exec(source.source)?.[1];
  if (own !== undefined) return own;
  return user === '' || user === 'root' || !/^[\w.-]+$/.test(user) ? '/root' : `/home/${user}`;
}

/** Where programs lie that are named without a path: one of these, if it is there. */
export function candidatesOf({ candidates }: EntryReading): readonly PathText[] {
  return candidates;
}

const mostSought = 32;

function soughtFor(session: Session): readonly PathText[] {
  const names = [...session.programs].filter((name) => !printableLatin1(name).includes('%'));
  const { all, odd } = searchFolders(session);
  const own = names.filter((name) => !isKnownProgram(name)).slice(0, mostSought);
  const known = odd.length === 0 ? [] : names.filter(isKnownProgram).slice(0, mostSought);
  const at = (found: readonly string[], folders: readonly string[]): readonly PathText[] =>
    found.flatMap((name) => folders.map((folder) => printableLatin1(`${folder}/${name}`)));
  return [...at(own, all), ...at(known, odd)];
}

const remembered = new WeakMap<PersistenceFact, EntryReading>();

const none: Scripts = new Map();

/**
 * Read once, asked by those who look for its files and by those who judge.
 *
 * @param scripts of the host that entries run: read in their turn where this one runs any
 * @param budget of all entries that are read for the first time
 */
export function readEntry(
  fact: PersistenceFact,
  scripts: Scripts = none,
  budget?: ReadingBudget,
): EntryReading {
  let reading = remembered.get(fact);
  if (reading === undefined) {
    reading = readNow(fact, none, { shallow: budget?.next() === true, spend: (cost) => budget?.spend(cost) });
    remembered.set(fact, reading);
  }
  if (scripts.size === 0) return reading;
  const spent = spentOn(scripts);
  if (spent.entries >= mostFollowing || spent.bytes >= mostFollowed) return reading;
  const follows = [...reading.targets, ...candidatesOf(reading)].some(
    (path) => path !== fact.source.source && scripts.has(path),
  );
  if (!follows) return reading;
  const own = spent.readings.get(fact);
  if (own !== undefined) return own;
  const followed = readNow(fact, scripts, {
    shallow: false,
    spend: (cost) => {
      spent.bytes += cost;
    },
  });
  spent.readings.set(fact, followed);
  spent.entries += 1;
  return followed;
}

/** Entries whose scripts are followed, and what all of that may cost: a folder may be full of bombs. */
const mostFollowing = 4_000;
const mostFollowed = 24_000_000;

interface Spent {
  entries: number;
  bytes: number;
  readonly readings: WeakMap<PersistenceFact, EntryReading>;
}

const spending = new WeakMap<Scripts, Spent>();

function spentOn(scripts: Scripts): Spent {
  const known = spending.get(scripts) ?? { entries: 0, bytes: 0, readings: new WeakMap() };
  spending.set(scripts, known);
  return known;
}

/** Whether the scripts of all entries were followed. */
export function allFollowed(scripts: Scripts): boolean {
  const { entries, bytes } = spentOn(scripts);
  return entries < mostFollowing && bytes < mostFollowed;
}

const servers: ReadonlySet<Mechanism> = new Set(['xinetd', 'systemd-socket']);
const isBareShell = ([program = '', ...args]: readonly string[]): boolean =>
  isShell(program.slice(program.lastIndexOf('/') + 1)) &&
  args.every((word) => /^-(?:[il]+|-login)$/.test(word));

/** What is run in one turn of a loop and fetched later, for the next: the order of lines says nothing. */
function ranBefore(session: Session): void {
  if (session.signs.some(({ id }) => id === 'fetch-and-run')) return;
  const run = new Set(session.uses.filter(({ how }) => how !== 'loaded').map(({ path }) => path));
  for (const { path, url } of session.saved()) {
    if (!run.has(path) || ranFrom(path, url) !== 'fetch-and-run') continue;
    const fetch = session.fetches.find((one) => printableLatin1(one.url) === url);
    session.line = fetch?.line;
    session.sign('fetch-and-run', fetch?.url, fetch?.shown);
  }
}

interface Cost {
  readonly shallow: boolean;
  readonly spend: (cost: number) => void;
}

function readNow(fact: PersistenceFact, scripts: Scripts, { shallow, spend }: Cost): EntryReading {
  if (isWindowsLanguage(fact.language)) {
    const { reading, cost } = readWindows(fact, scripts, shallow);
    spend(cost);
    return reading;
  }
  const session = new Session(homeOf(fact), scripts, shallow);
  const walk = new ShellWalk(session);
  begin(session, fact);
  const { body } = fact;
  const text = bounded(
    body.length > 0 ? body.map((line) => latin1Of(line.text)).join('\n') : latin1Of(fact.command),
    shallow ? shallowBytes : mostBytes,
  );
  const lineOf =
    body.length > 0
      ? (line: number): number | undefined => body[line - 1]?.line
      : (): number | undefined => fact.source.line;
  if (fact.target !== undefined) {
    session.use(latin1Of(fact.target), fact.language === 'setting' ? 'loaded' : 'run');
  }
  switch (fact.language) {
    case 'shell':
      walk.whole(text, lineOf);
      break;
    case 'argv': {
      session.line = fact.source.line;
      session.shown = text;
      const argv = readWords(text).map(({ parts }) =>
        parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
      );
      walk.invoke(fact.environment === undefined ? argv : withVariables(argv, fact.environment), '');
      // A shell that whoever connects is given.
      if (servers.has(fact.mechanism) && isBareShell(argv)) session.sign('reverse-shell');
      break;
    }
    case 'python':
    case 'php':
    case 'perl':
    case 'javascript':
    case 'lua':
      readSource(fact.language, text, walk, lineOf);
      break;
    case 'setting': {
      const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(text.slice(0, 8192));
      if (found !== null) assigned(found[1] ?? '', (found[2] ?? '').replace(/^["']|["']$/g, ''), walk);
      break;
    }
    default:
      break;
  }
  ranBefore(session);
  const { target } = fact;
  if (
    scripts.size > 0 &&
    target !== undefined &&
    target !== fact.source.source &&
    fact.language !== 'setting'
  ) {
    walk.file(latin1Of(target), 'run');
  }
  // Addresses outside comments that stand in no command that fetches.
  if (fact.language !== 'none') {
    for (const line of text.split('\n', 5000)) {
      if (line.length > 8192 || !line.includes('://') || /^\s*(?:#|\/\/)/.test(line)) continue;
      for (const url of wholeUrlsIn(line)) {
        if (session.urls.size < 100) session.urls.add(printableLatin1(url));
      }
    }
  }
  spend(session.cost);
  return {
    decoded: session.layers,
    targets: [...new Set(session.uses.map(({ path }) => path))].slice(0, readingLimit.targets),
    uses: session.uses,
    programs: [...session.programs].filter((name) => !isKnownProgram(name)).map(printableLatin1),
    candidates: soughtFor(session),
    urls: [...session.urls],
    saved: session.saved(),
    signs: session.signs,
  };
}
