/**
 * Scheduled tasks over their three stores: the files of the folder of tasks, the tree and the tasks of the registry's
 * cache; and the `.job` files of `at`.
 *
 * Why: the most common guard on Windows. A task whose tree entry has lost its descriptor (Tarrask) or has the index 0 is shown
 * by nothing; one that stands in the registry alone (GhostTask) left no event; where the two say different things the
 * scheduler runs what the registry says. What a collector took in part is not held against a task: stores are compared
 * where most tasks stand in both, and a missing descriptor weighs where most have one.
 * Source: knowledge on Windows §4.2; `formats/task/`.
 */
import { momentUs } from '../../formats/filetime.ts';
import { parseJob } from '../../formats/task/job.ts';
import {
  type CachedTask,
  readTaskCache,
  type TaskCache,
  type TreeEntry,
} from '../../formats/task/read-task-cache.ts';
import type { TaskAction, TaskTrigger } from '../../formats/task/task.ts';
import { readTaskFile, type XmlTask } from '../../formats/task/task-xml.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import type { SourceRef } from '../../model/source.ts';
import { type PathText, type Printable, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { entry, softwareHive } from './entry.ts';
import type { OpenHive } from './hives.ts';
import { viewOf, type WindowsView } from './view.ts';

const artifact = 'windows.tasks';
const folder = 'C:\\Windows\\System32\\Tasks';
const jobs = 'C:\\Windows\\Tasks';
const mostFiles = 5_000;
const mostFolders = 1_000;
const limit = 1 << 20;

interface TaskFile {
  /** `\Microsoft\Windows\x` */
  readonly path: string;
  readonly source: PathText;
  readonly task: XmlTask;
}

function filesOf(view: WindowsView): readonly TaskFile[] {
  const { target, log } = view;
  const found: TaskFile[] = [];
  const folders: { readonly at: PathText; readonly path: string }[] = [
    { at: printableText(folder), path: '' },
  ];
  for (let one = folders.shift(); one !== undefined; one = folders.shift()) {
    const listed = target.readNow({ kind: 'directory', path: one.at, limit: 20_000 });
    log.record({
      source: one.at,
      artifact,
      status: listed.status,
      bytes: 0,
      ...(listed.reason === undefined ? {} : { reason: listed.reason }),
    });
    for (const { name, type } of listed.entries) {
      const at = `${one.at}\\${name}` as PathText;
      const path = `${one.path}\\${name}`;
      if (type === 'directory' && folders.length < mostFolders) folders.push({ at, path });
      if (type !== 'file') continue;
      if (found.length >= mostFiles) {
        log.record({
          source: one.at,
          artifact,
          status: 'truncated',
          reason: `more than ${mostFiles} tasks`,
          bytes: 0,
        });
        return found;
      }
      const answer = target.readNow({ kind: 'file', path: at, limit });
      const read =
        answer.status === 'ok' || answer.status === 'truncated' ? readTaskFile(answer.bytes) : undefined;
      if (read === undefined)
        log.record({
          source: at,
          artifact,
          status: answer.status === 'ok' ? 'error' : answer.status,
          reason: answer.reason ?? 'not a task',
          bytes: answer.bytes.length,
        });
      else found.push({ path, source: at, task: read.task });
    }
  }
  return found;
}

function timesOf(triggers: readonly TaskTrigger[]): Printable {
  const words = triggers.slice(0, 4).map(({ kind, everySeconds }) => {
    const every =
      everySeconds === 0
        ? ''
        : ` every ${everySeconds % 60 === 0 ? `${everySeconds / 60} min` : `${everySeconds} s`}`;
    return `${kind}${every}`;
  });
  return printableText(words.length === 0 ? 'on demand' : words.join(', '));
}

const lineOf = (action: TaskAction): string =>
  action.kind === 'run'
    ? `${/\s/.test(action.command) && !action.command.startsWith('"') ? `"${action.command}"` : action.command} ${action.arguments}`.trim()
    : '';

const plain = (text: string): string => text.toLowerCase().replace(/["\s]+/g, '');
const linesOf = (actions: readonly TaskAction[]): readonly string[] =>
  actions.filter(({ kind }) => kind === 'run').map(lineOf);

interface Given {
  readonly path: string;
  readonly source: SourceRef;
  readonly actions: readonly TaskAction[];
  readonly triggers: readonly TaskTrigger[];
  readonly user: string;
  readonly enabled: boolean;
  readonly author: string;
  readonly writtenUs: number | undefined;
  readonly marks: readonly PersistenceMark[];
}

function factsOf(view: WindowsView, given: Given): readonly PersistenceFact[] {
  const { path, source, actions, triggers, user, enabled, author, writtenUs, marks } = given;
  const base = {
    source,
    mechanism: 'scheduled-task' as const,
    name: printableText(path.slice(0, 500)),
    user: printableText(user.slice(0, 256)),
    trigger: timesOf(triggers),
    environment: view.environment(),
    active: enabled,
    marks,
    ...(writtenUs === undefined ? {} : { writtenUs }),
  };
  const runs = actions.filter((action) => action.kind === 'run');
  const told = (what: string): Printable =>
    printableText(`${path}: ${what}${author === '' ? '' : ` (author ${author})`}`.slice(0, 2_000));
  if (runs.length === 0) {
    const kinds = actions
      .map((action) => (action.kind === 'class' ? `class ${action.classId}` : action.kind))
      .join(', ');
    return [entry({ ...base, language: 'none', text: told(kinds === '' ? 'no action' : kinds) })];
  }
  return runs.slice(0, 32).map((action) => {
    const line = lineOf(action);
    return entry({
      ...base,
      language: 'cmd',
      command: printableText(line.slice(0, 65_536)),
      text: told(line),
    });
  });
}

interface Stores {
  readonly files: ReadonlyMap<string, TaskFile>;
  readonly tree: ReadonlyMap<string, TreeEntry>;
  readonly cached: ReadonlyMap<string, CachedTask>;
  /** Most tasks stand in both: one that does not was taken out of one. */
  readonly comparable: boolean;
  /** Most have a descriptor, and an index. */
  readonly described: boolean;
}

const key = (path: string): string => path.toLowerCase();

function storesOf(files: readonly TaskFile[], cache: TaskCache | undefined): Stores {
  const byFile = new Map(files.map((file) => [key(file.path), file]));
  const tasks = (cache?.tree ?? []).filter(({ id }) => id !== undefined);
  const tree = new Map(tasks.map((one) => [key(one.path), one]));
  const cached = new Map((cache?.tasks ?? []).map((task) => [key(task.id), task]));
  const both = tasks.filter(({ path }) => byFile.has(key(path))).length;
  return {
    files: byFile,
    tree,
    cached,
    comparable: both > 0 && both * 2 >= Math.min(tasks.length, files.length),
    described: tasks.filter(({ hasSecurity, index }) => hasSecurity && index !== 0).length * 2 > tasks.length,
  };
}

function hiddenBy(one: TreeEntry | undefined, { described }: Stores): readonly PersistenceMark[] {
  return one !== undefined && described && (!one.hasSecurity || one.index === 0)
    ? ['hidden-from-listing']
    : [];
}

/** By the folder of tasks, with what the registry has beside it. */
function ofFile(
  view: WindowsView,
  { path, source, task }: TaskFile,
  stores: Stores,
): readonly PersistenceFact[] {
  const one = stores.tree.get(key(path));
  const cached = one?.id === undefined ? undefined : stores.cached.get(key(one.id));
  const orphan = stores.comparable && one === undefined;
  const [own, theirs] = [
    linesOf(task.actions),
    cached?.actions === undefined || cached.actions.damaged ? undefined : linesOf(cached.actions.actions),
  ];
  const differ = theirs !== undefined && own.map(plain).join('\n') !== theirs.map(plain).join('\n');
  const marks: PersistenceMark[] = [...hiddenBy(one, stores)];
  if (orphan) marks.push('file-only');
  if (differ) marks.push('stores-differ');
  const principal = task.principals[0];
  const made = momentUs(cached?.dynamic?.created ?? 0n);
  const given: Given = {
    path,
    source: { source },
    actions: task.actions,
    triggers: task.triggers,
    user: principal?.user ?? principal?.group ?? '',
    enabled: task.enabled && !orphan,
    author: task.author ?? '',
    writtenUs: made ?? (one === undefined ? undefined : momentUs(one.written)),
    marks,
  };
  const facts = [...factsOf(view, given)];
  // What the scheduler runs is what the registry says.
  if (differ && cached?.actions !== undefined)
    facts.push(...factsOf(view, { ...given, actions: cached.actions.actions }));
  return facts;
}

function ofRegistry(
  view: WindowsView,
  of: OpenHive,
  one: TreeEntry,
  stores: Stores,
): readonly PersistenceFact[] {
  const cached = one.id === undefined ? undefined : stores.cached.get(key(one.id));
  const made = momentUs(cached?.dynamic?.created ?? 0n);
  return factsOf(view, {
    path: one.path,
    source: { source: of.path },
    actions: cached?.actions?.actions ?? [],
    triggers: cached?.triggers?.triggers ?? [],
    user: cached?.triggers?.user ?? cached?.actions?.context ?? '',
    enabled: cached?.triggers?.enabled ?? true,
    author: cached?.author ?? '',
    writtenUs: made ?? momentUs(one.written),
    marks: [...hiddenBy(one, stores), ...(stores.comparable ? (['registry-only'] as const) : [])],
  });
}

function ofJobs(view: WindowsView): readonly PersistenceFact[] {
  const { target, log } = view;
  const listed = target.readNow({ kind: 'directory', path: printableText(jobs), limit: 5_000 });
  return listed.entries.flatMap(({ name, type }): readonly PersistenceFact[] => {
    if (type !== 'file' || !/\.job$/i.test(name)) return [];
    const at = `${jobs}\\${name}` as PathText;
    const answer = target.readNow({ kind: 'file', path: at, limit });
    const job = parseJob(answer.bytes);
    log.record({
      source: at,
      artifact,
      status: job === undefined ? 'error' : answer.status,
      bytes: answer.bytes.length,
      ...(job === undefined ? { reason: 'not a job' } : {}),
    });
    if (job === undefined) return [];
    return factsOf(view, {
      path: `\\${name}`,
      source: { source: at },
      actions: [{ kind: 'run', command: job.command, arguments: job.arguments, folder: job.folder }],
      triggers: job.triggers,
      user: job.author,
      enabled: job.enabled,
      author: job.author,
      writtenUs: undefined,
      marks: [],
    });
  });
}

export const tasks: PersistenceArtifact = {
  id: artifact,
  order: 6,
  required: true,
  mechanisms: ['scheduled-task'],
  sources: [
    { kind: 'walk', path: folder, live: false },
    { kind: 'glob', path: `${jobs}\\*.job`, live: false },
    softwareHive,
  ],
  gather(context) {
    const view = viewOf(context);
    const software = view.registry.get('SOFTWARE');
    const cache = software === undefined ? undefined : readTaskCache(software.hive);
    if (software !== undefined && cache?.cut === true)
      context.log.record({
        source: software.path,
        artifact,
        status: 'truncated',
        reason: 'more tasks than are read',
        bytes: 0,
      });
    const files = (context.target.windows?.drives.length ?? 0) === 0 ? [] : filesOf(view);
    const stores = storesOf(files, cache);
    const facts = files.flatMap((file) => ofFile(view, file, stores));
    if (software !== undefined) {
      for (const one of stores.tree.values())
        if (!stores.files.has(key(one.path))) facts.push(...ofRegistry(view, software, one, stores));
      context.log.record({
        source: software.path,
        artifact,
        status: cache === undefined ? 'absent' : 'ok',
        bytes: 0,
      });
    }
    facts.push(...ofJobs(view));
    return Promise.resolve(facts);
  },
};
