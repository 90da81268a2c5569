/**
 * The rules of the house as a function: source texts in, departures out. A room of `src/` imports only from
 * lower floors (or from itself), nothing imports in a circle, and only `native/` touches `bun:ffi`. Types count:
 * what is written as an import is an import. The floors are those of docs/architecture.md.
 */
import { posix } from 'node:path';

const floors: Readonly<Record<string, number>> = {
  model: 0,
  messages: 0,
  formats: 1,
  coins: 1,
  native: 1,
  target: 2,
  store: 2,
  artifacts: 3,
  probe: 3,
  rules: 4,
  detect: 4,
  incident: 5,
  scan: 6,
  evidence: 6,
  respond: 7,
  report: 8,
  drill: 8,
  fleet: 9,
  cli: 10,
  web: 10,
};

/** The highest floor that `report/` knows: it stands high, but speaks of the published result alone. */
const highestForReport = 2;

const transpiler = new Bun.Transpiler({ loader: 'ts' });

/** The transpiler sees every import of a value and drops those of types, which stand in the text. */
function specifiers(text: string): ReadonlySet<string> {
  const types = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]/g),
    ...text.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g),
  ].map((match) => match[1] ?? '');
  return new Set([...types, ...transpiler.scan(text).imports.map(({ path }) => path)]);
}

/** Departures of one import. */
function departures(file: string, specifier: string, to: string): readonly string[] {
  const room = file.split('/')[0] ?? '';
  const floor = floors[room] ?? -1;
  const isTest = /\.(test|case|fixture)\.ts$/.test(file);
  if (specifier === 'bun:ffi' || specifier === 'ffi') {
    return room === 'native' ? [] : [`src/${file}: only native/ may import bun:ffi`];
  }
  if (!specifier.startsWith('.') || isTest) return [];
  if (to.startsWith('..')) {
    return /^\.\.\/(packs\/|package\.json$)/.test(to)
      ? []
      : [`src/${file}: imports ${specifier}, outside src/`];
  }
  const toRoom = to.split('/')[0] ?? '';
  if (toRoom === room) return [];
  const toFloor = floors[toRoom] ?? Number.POSITIVE_INFINITY;
  if (toFloor >= floor) {
    return [`src/${file}: ${room}/ (floor ${floor}) may not import ${toRoom}/ (floor ${toFloor})`];
  }
  return room === 'report' && toFloor > highestForReport
    ? [`src/${file}: report/ imports only floors 0 to ${highestForReport}, not ${toRoom}/`]
    : [];
}

function circles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const walk = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}

/** @param sources text by path relative to `src/` */
export function houseProblems(sources: ReadonlyMap<string, string>): readonly string[] {
  const problems: string[] = [];
  const graph = new Map<string, readonly string[]>();
  for (const [file, text] of sources) {
    const room = file.split('/')[0] ?? '';
    if (floors[room] === undefined) {
      problems.push(`src/${file}: the room ${room}/ has no floor`);
      continue;
    }
    const local: string[] = [];
    for (const specifier of specifiers(text)) {
      const to = posix.normalize(posix.join(posix.dirname(file), specifier));
      problems.push(...departures(file, specifier, to));
      if (specifier.startsWith('.') && !to.startsWith('..')) local.push(to);
    }
    graph.set(file, local);
  }
  return [...problems, ...circles(graph)];
}
