/**
 * What brings one process back: the entries that start its program, that are its unit or its container, and the same
 * of its parents.
 *
 * A shell or an interpreter is run by many entries; of those the script that it runs counts, and not the interpreter.
 * What the judge linked already, through scripts that an entry runs, is told in the reasons of the entry.
 * What it is NOT: a judgement, nor proof that an entry did start it. An entry that downloads its program under another
 * name is not joined here; the judge links those by what they share (`detect/persistence`).
 */
import type { FactSet } from '../model/fact.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import { fileMechanisms } from '../model/mechanism.ts';
import type { ResultPersistence } from '../model/result.ts';
import { baseName } from '../model/text.ts';

export interface ComesBackBy {
  readonly entry: ResultPersistence;
  readonly by: 'program' | 'unit' | 'container';
  /** The parent that it starts; absent where it starts the process itself. */
  readonly ancestor?: { readonly pid: number; readonly name: string };
}

/** Parents that are followed; a longer chain is a loop or a fork bomb. */
const mostAncestors = 32;
/** Entries that are told of one process. */
const mostEntries = 50;

/** Programs that only run what others wrote, and those that start everything. */
const runners =
  /^(?:(?:ba|da|z|k|c|tc|a|fi)?sh|busybox|env|sudo|nohup|timeout|python[\d.]*|perl[\d.]*|php[-\w.]*|node(?:js)?|ruby[\d.]*|java|lua(?:jit)?[\d.]*|systemd|init|cron|crond|sshd)$/;

/** `/bin/x` and `/usr/bin/x` are one file on a host with merged folders. */
const merged = (path: string): string => path.replace(/^\/usr(?=\/(?:s?bin|lib\w*)\/)/, '');

const rank: readonly ResultPersistence['judgement'][] = ['malicious', 'suspicious', 'unusual', 'benign'];

/** The files that are the program of a process: its executable, or the script that an interpreter runs. */
function programsOf(process: ProcessFact): ReadonlySet<string> {
  const exe = process.exe?.path;
  if (exe === undefined) return new Set();
  if (!runners.test(baseName(exe))) return new Set([merged(exe)]);
  const script = process.argv.slice(1).find((word) => word.startsWith('/'));
  return script === undefined ? new Set() : new Set([merged(script)]);
}

/** The paths that an entry names: its target, and every word of its command that is one. */
function pathsOf(entry: ResultPersistence): ReadonlySet<string> {
  const words = [entry.command, ...entry.decoded].flatMap(
    (text) => text.match(/\/[^\s'"`;|&<>(){}]+/g) ?? [],
  );
  return new Set([...(entry.target === undefined ? [] : [entry.target]), ...words].map(merged));
}

/** Entries by the paths that they name: a host has thousands of them, and may have hundreds of miners. */
function byPath(entries: readonly ResultPersistence[]): ReadonlyMap<string, readonly ResultPersistence[]> {
  const index = new Map<string, ResultPersistence[]>();
  for (const entry of entries) {
    for (const path of new Set([...pathsOf(entry), merged(entry.source)])) {
      const list = index.get(path);
      if (list === undefined) index.set(path, [entry]);
      else list.push(entry);
    }
  }
  return index;
}

/** `x.service`, its drop-ins below `x.service.d/`, and the template `x@.service` of `x@1.service`. */
function isOfUnit(entry: ResultPersistence, unit: string): boolean {
  if (!entry.mechanism.startsWith('systemd-')) return false;
  const names = [unit, unit.replace(/@[^.]+\./, '@.')];
  return names.some((name) => entry.source.endsWith(`/${name}`) || entry.source.includes(`/${name}.d/`));
}

function ancestorsOf(facts: FactSet, process: ProcessFact): readonly ProcessFact[] {
  const found: ProcessFact[] = [];
  const seen = new Set([process.pid]);
  let parent = facts.process(process.parent);
  // The first process starts everything; what starts it says nothing of this one.
  while (parent !== undefined && parent.pid > 1 && !seen.has(parent.pid) && found.length < mostAncestors) {
    found.push(parent);
    seen.add(parent.pid);
    parent = facts.process(parent.parent);
  }
  return found;
}

/** Answers of each process what brings it back, worst first. */
export function comesBack(
  all: readonly ResultPersistence[],
  facts: FactSet,
): (pid: number) => readonly ComesBackBy[] {
  const entries = all.filter(({ mechanism }) => !fileMechanisms.has(mechanism));
  const named = byPath(entries);
  const linked = Map.groupBy(
    entries.flatMap((entry) =>
      entry.reasons.flatMap(({ pid }) => (pid === undefined ? [] : [{ entry, pid }])),
    ),
    ({ pid }) => pid,
  );
  const units = remember((unit) => entries.filter((entry) => isOfUnit(entry, unit)));
  const containers = remember((id) => (id === '' ? [] : entries.filter(({ source }) => source.includes(id))));
  return (pid) => {
    const process = facts.process(pid);
    if (process === undefined) return [];
    const found = new Map<ResultPersistence, ComesBackBy>();
    for (const one of [process, ...ancestorsOf(facts, process)]) {
      const ancestor = one === process ? {} : { ancestor: { pid: one.pid, name: one.name } };
      const add = (by: ComesBackBy['by'], several: readonly ResultPersistence[]): void => {
        for (const entry of several) if (!found.has(entry)) found.set(entry, { entry, by, ...ancestor });
      };
      if (one.unit !== undefined) add('unit', units(one.unit));
      if (one.container !== undefined) add('container', containers(one.container.id));
      for (const path of programsOf(one)) add('program', named.get(path) ?? []);
      add('program', linked.get(one.pid)?.map(({ entry }) => entry) ?? []);
    }
    return [...found.values()]
      .toSorted((a, b) => rank.indexOf(a.entry.judgement) - rank.indexOf(b.entry.judgement))
      .slice(0, mostEntries);
  };
}

function remember<T>(look: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const fresh = look(key);
    known.set(key, fresh);
    return fresh;
  };
}
