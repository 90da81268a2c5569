/**
 * What brings one process back: the entries that start its program, that are its unit or its container, and the same
 * of its parents.
 *
 * A shell or an interpreter is run by many entries; of those the script that it runs counts, and not the interpreter.
 * What it is NOT: a judgement, nor proof that an entry did start it. An entry that downloads its program under another
 * name is not joined here; the judge links those by what they share (`detect/persistence`).
 */
import type { FactSet } from '../model/fact.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import type { ResultPersistence, ScanResult } from '../model/result.ts';
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

export function comesBackBy(
  result: Pick<ScanResult, 'persistence'>,
  facts: FactSet,
  pid: number,
): readonly ComesBackBy[] {
  const process = facts.process(pid);
  if (process === undefined) return [];
  const entries = result.persistence.map((entry) => ({ entry, paths: pathsOf(entry) }));
  const found = new Map<ResultPersistence, ComesBackBy>();
  for (const one of [process, ...ancestorsOf(facts, process)]) {
    const ancestor = one === process ? {} : { ancestor: { pid: one.pid, name: one.name } };
    const programs = programsOf(one);
    const { unit, container } = one;
    for (const { entry, paths } of entries) {
      if (found.has(entry)) continue;
      const by =
        unit !== undefined && isOfUnit(entry, unit)
          ? 'unit'
          : container !== undefined && container.id !== '' && entry.source.includes(container.id)
            ? 'container'
            : [...programs].some((path) => paths.has(path) || merged(entry.source) === path)
              ? 'program'
              : undefined;
      if (by !== undefined) found.set(entry, { entry, by, ...ancestor });
    }
  }
  return [...found.values()]
    .toSorted((a, b) => rank.indexOf(a.entry.judgement) - rank.indexOf(b.entry.judgement))
    .slice(0, mostEntries);
}
