/**
 * `linux.modules`: loadable kernel modules by four views, and the kernel's taint mask.
 *
 * Reads: /proc/modules, /sys/module/<name>/{initstate,taint}, /proc/kallsyms, /proc/vmallocinfo, the link count
 * of /sys/module, /proc/sys/kernel/tainted.
 * Why: a rootkit takes itself out of the module list and stays in sysfs, or the other way round (linux-hiding
 * §3.4). What it is NOT: a check of module files on disk. Built-in code has a folder in /sys/module as well, but
 * no initstate, and is no loadable module. A kernel without module support has none of these files: absent.
 * A module that is loaded or removed while we look is in one of two readings of /proc/modules only; such a
 * module, and one that is not `Live`, is not compared. vmallocinfo names only modules that asked for memory in
 * their own name, so nothing is ever missing from it; kallsyms counts only when it names modules at all.
 */
import {
  type ModuleLine,
  mostModules,
  parseKallsymsModules,
  parseModules,
  parseTaint,
  parseVmallocModules,
} from '../../formats/modules.ts';
import type { Fact } from '../../model/fact.ts';
import type { ModuleView } from '../../model/facts/kernel.ts';
import type { SourceRef } from '../../model/source.ts';
import { bytesOf, joinPath, type PathText, type Printable, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { listNow, readFileNow, recordCall } from './reading.ts';

const artifact = 'linux.modules';
const procModules = printableText('/proc/modules');
const sysModule = printableText('/sys/module');
const kallsymsPath = printableText('/proc/kallsyms');
const vmallocPath = printableText('/proc/vmallocinfo');
const taintPath = printableText('/proc/sys/kernel/tainted');
const mostFolders = 20_000;
const kib = 1024;
const mib = 1024 * kib;

interface ViewOfModules {
  readonly view: ModuleView;
  /** Name to where it stands. */
  readonly names: ReadonlyMap<Printable, SourceRef>;
  /** False when the view may leave out a module without a reason. */
  readonly lists: boolean;
}

const refs = (source: PathText, lines: ReadonlyMap<Printable, number>): ReadonlyMap<Printable, SourceRef> =>
  new Map([...lines].map(([name, line]) => [name, { source, line }]));

/** Whether a view holds more names than are read, which is told: then nothing is missing from it. */
function isCut(context: ArtifactContext, source: PathText, names: number): boolean {
  if (names < mostModules) return false;
  recordCall(context, artifact, source, { status: 'truncated', reason: `more than ${mostModules} modules` });
  return true;
}

function readProcModules(context: ArtifactContext): ReadonlyMap<Printable, ModuleLine> | undefined {
  const reading = readFileNow(context, artifact, procModules, 4 * mib);
  if (!reading.readable || reading.status === 'truncated') return undefined;
  const found = new Map(parseModules(reading.bytes).map((module) => [module.name, module]));
  return isCut(context, procModules, found.size) ? undefined : found;
}

/** Folders of /sys/module that say they were loaded. */
function readSysModules(
  context: ArtifactContext,
  folders: readonly Printable[],
): ReadonlyMap<Printable, SourceRef> {
  const loaded = new Map<Printable, SourceRef>();
  for (const name of folders) {
    const source = joinPath(joinPath(sysModule, name), printableText('initstate'));
    // Built-ins have no such file, so its absence is the rule and not worth a record.
    const result = context.target.readNow({ kind: 'file', path: source, limit: 64 });
    if (result.status !== 'ok') continue;
    if (Buffer.from(result.bytes).toString('latin1').trim() === 'live') loaded.set(name, { source });
  }
  return loaded;
}

/** The folders of /sys/module, and the number its link count tells, when the two belong to one moment. */
function readFolders(context: ArtifactContext): {
  readonly names: readonly Printable[];
  readonly counted: number | undefined;
} {
  const before = linkCount(context);
  const { entries, status } = listNow(context, artifact, sysModule, mostFolders);
  const after = linkCount(context);
  const names = entries.filter((entry) => entry.type === 'directory').map((entry) => entry.name);
  const steady = before !== undefined && before === after && status === 'ok' && names.length < mostFolders;
  // A file system that does not count sub-folders has one link or none.
  return { names, counted: steady && before >= 2 ? before - 2 : undefined };
}

function linkCount(context: ArtifactContext): number | undefined {
  const raw = context.target.native?.linkCount(bytesOf(sysModule));
  if (raw?.status === 'ok') return raw.value;
  const { stat } = context.target.readNow({ kind: 'stat', path: sysModule });
  return stat?.links;
}

function readSymbolViews(context: ArtifactContext): readonly ViewOfModules[] {
  const views: ViewOfModules[] = [];
  // A kernel with many modules has 300,000 symbols in about 20 MiB.
  const kallsyms = readFileNow(context, artifact, kallsymsPath, 64 * mib);
  if (kallsyms.readable) {
    const names = refs(kallsymsPath, parseKallsymsModules(kallsyms.bytes));
    const cut = isCut(context, kallsymsPath, names.size);
    views.push({ view: 'kallsyms', names, lists: kallsyms.status === 'ok' && names.size > 0 && !cut });
  }
  const vmalloc = readFileNow(context, artifact, vmallocPath, 64 * mib);
  if (vmalloc.readable) {
    const names = refs(vmallocPath, parseVmallocModules(vmalloc.bytes));
    isCut(context, vmallocPath, names.size);
    views.push({ view: 'vmallocinfo', names, lists: false });
  }
  return views;
}

function readTaint(context: ArtifactContext): readonly Fact[] {
  const reading = readFileNow(context, artifact, taintPath, 64);
  const taint = parseTaint(reading.bytes);
  if (taint === undefined) return [];
  return [
    {
      kind: 'taint',
      source: { source: taintPath, line: 1 },
      mask: taint.mask,
      text: printableText(`${taint.mask}${taint.letters === '' ? '' : ` (${taint.letters})`}`),
    },
  ];
}

function moduleFacts(
  views: readonly ViewOfModules[],
  lines: ReadonlyMap<Printable, ModuleLine>,
): readonly Fact[] {
  const facts: Fact[] = [];
  for (const name of new Set(views.flatMap((view) => [...view.names.keys()]))) {
    const seen = views.filter((view) => view.names.has(name));
    const source = seen[0]?.names.get(name);
    if (source === undefined) continue;
    facts.push({
      kind: 'module',
      source,
      name,
      seenBy: seen.map((view) => view.view),
      missingFrom: views.filter((view) => view.lists && !view.names.has(name)).map((view) => view.view),
      taint: lines.get(name)?.taint ?? '',
    });
  }
  return facts;
}

export const modules: Artifact = {
  id: artifact,
  sources: [
    { kind: 'file', path: procModules, live: true },
    { kind: 'glob', path: '/sys/module/*/initstate', live: true },
    { kind: 'directory', path: sysModule, live: true },
    { kind: 'file', path: kallsymsPath, live: true },
    { kind: 'file', path: vmallocPath, live: true },
    { kind: 'file', path: taintPath, live: true },
  ],
  order: 3,
  required: false,
  gather(context) {
    const facts: Fact[] = [...readTaint(context)];
    const before = readProcModules(context);
    const { names, counted } = readFolders(context);
    if (counted !== undefined && counted !== names.length) {
      // A module may have come between the two; only a steady difference is told.
      const again = readFolders(context);
      if (again.counted !== undefined && again.counted - again.names.length === counted - names.length) {
        facts.push({
          kind: 'directory-count',
          source: { source: sysModule },
          counted: again.counted,
          listed: again.names.length,
        });
      }
    }
    const loaded = readSysModules(context, names);
    if (before === undefined && loaded.size === 0) return Promise.resolve(facts);
    const symbolViews = readSymbolViews(context);
    const after = before === undefined ? undefined : readProcModules(context);
    const unlisted = (name: Printable): boolean => after !== undefined && !after.has(name);
    // What the list leaves out must still be there after the list was read, or it only came and went.
    const stillLoaded = [...loaded.keys()].some(unlisted)
      ? readSysModules(context, [...loaded.keys()])
      : loaded;
    const stillSymbols = symbolViews.some((view) => [...view.names.keys()].some(unlisted))
      ? readSymbolViews(context)
      : symbolViews;
    const views: ViewOfModules[] = [...stillSymbols];
    if (loaded.size > 0 || (before !== undefined && before.size > 0))
      views.unshift({ view: 'sysfs', names: stillLoaded, lists: names.length > 0 });
    const lines = new Map([...(before ?? []), ...(after ?? [])]);
    if (before !== undefined && after !== undefined) {
      const procRefs = new Map<Printable, SourceRef>();
      for (const [name, module] of lines) procRefs.set(name, { source: procModules, line: module.line });
      views.unshift({ view: 'proc-modules', names: procRefs, lists: true });
    }
    const steady = (name: Printable): boolean => {
      const [first, last] = [before?.get(name), after?.get(name)];
      if ((first === undefined) !== (last === undefined)) return false;
      return last === undefined || last.state === 'Live';
    };
    facts.push(...moduleFacts(views, lines).filter((fact) => fact.kind !== 'module' || steady(fact.name)));
    return Promise.resolve(facts);
  },
};
