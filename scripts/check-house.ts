/**
 * Checks the architecture: a room of `src/` imports only from lower floors (or from itself), nothing imports
 * in a circle, and only `native/` touches `bun:ffi`. The floors are those of docs/architecture.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

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

const root = dirname(import.meta.dir);
const source = join(root, 'src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const transpiler = new Bun.Transpiler({ loader: 'ts' });
const problems: string[] = [];
const graph = new Map<string, readonly string[]>();

// Types count for floors too, and the transpiler drops them: so all specifiers are read from the text.
const specifiers = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]/g)].map(
    (m) => m[1] ?? '',
  );

for (const file of files) {
  const text = readFileSync(join(source, file), 'utf8');
  const room = file.split('/')[0] ?? '';
  const floor = floors[room];
  if (floor === undefined) {
    problems.push(`src/${file}: the room ${room}/ has no floor`);
    continue;
  }
  const local: string[] = [];
  const isTest = /\.(test|case|fixture)\.ts$/.test(file);
  const dynamic = transpiler
    .scan(text)
    .imports.filter((entry) => entry.kind === 'dynamic-import')
    .map((entry) => entry.path);
  for (const specifier of [...specifiers(text), ...dynamic]) {
    if (specifier === 'bun:ffi' && room !== 'native') {
      problems.push(`src/${file}: only native/ may import bun:ffi`);
    }
    if (!specifier.startsWith('.')) continue;
    const to = relative(source, normalize(join(source, dirname(file), specifier)));
    if (to.startsWith('..')) {
      if (!isTest && !/^\.\.\/(packs\/|package\.json)/.test(to)) {
        problems.push(`src/${file}: imports ${specifier}, outside src/`);
      }
      continue;
    }
    local.push(to);
    const toRoom = to.split('/')[0] ?? '';
    const toFloor = floors[toRoom];
    if (isTest || toRoom === room) continue;
    if (toFloor === undefined || toFloor >= floor) {
      problems.push(`src/${file}: ${room}/ (floor ${floor}) may not import ${toRoom}/ (floor ${toFloor})`);
    }
    if (room === 'report' && (toFloor ?? 9) > 2) {
      problems.push(`src/${file}: report/ imports only floors 0 to 2, not ${toRoom}/`);
    }
  }
  graph.set(file, local);
}

const state = new Map<string, 'open' | 'done'>();
function walk(file: string, path: readonly string[]): void {
  if (state.get(file) === 'done') return;
  if (state.get(file) === 'open') {
    problems.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    return;
  }
  state.set(file, 'open');
  for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
  state.set(file, 'done');
}
for (const file of graph.keys()) walk(file, []);

if (problems.length > 0) {
  process.stderr.write(`${problems.map((line) => `house: ${line}`).join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(`house: ${files.length} files, floors and circles in order\n`);
