/**
 * Matches the indicators of the alert (`--seen`) against everything that was gathered: connections,
 * arguments, hashes, what starts by itself, the hosts file, what memory and configurations gave, and the raw memory of suspects.
 */
import { readEntry } from '../detect/command/read-entry.ts';
import { decodeEnviron } from '../formats/proc-environ.ts';
import type { FactSet } from '../model/fact.ts';
import type { SightingFact } from '../model/facts/host.ts';
import type { FileContentFact, PersistenceFact } from '../model/facts/persistence.ts';
import type { MemoryMapFact, ProcessFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import { maskArguments } from '../model/mask.ts';
import type { SourceRef } from '../model/source.ts';
import { type Printable, phrase, printableText } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import { regionOf } from '../probe/mining-traces.ts';
import type { Target } from '../target/port.ts';
import { type Indicator, needleOf } from './indicator.ts';

/** Sightings listed per indicator; one is enough to act on. */
const perIndicator = 200;

interface Place {
  readonly place: string;
  readonly source: SourceRef;
  readonly text: Printable;
  readonly process?: ProcessIdentity;
}

const sighting = (indicator: Indicator, at: Place): SightingFact => ({
  kind: 'sighting',
  source: at.source,
  indicator: indicator.text,
  type: indicator.type,
  place: at.place,
  text: at.text,
  ...(at.process === undefined ? {} : { pid: at.process.pid, startTicks: at.process.startTicks }),
});

/** True where `needle` stands in `text` as a whole word: 192.0.2.1 is not in 192.0.2.10. */
export function holdsWord(text: string, needle: string): boolean {
  const lower = text.toLowerCase();
  const inner = /[a-z0-9]/;
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, at + 1)) {
    const before = lower[at - 1] ?? '';
    const after = lower[at + needle.length] ?? '';
    const next = lower[at + needle.length + 1] ?? '';
    const continued = inner.test(after) || after === '-' || (after === '.' && inner.test(next));
    // A sub-domain of the indicator is a sighting too: pool.example.net in eu.pool.example.net.
    if (!inner.test(before) && before !== '-' && !continued) return true;
  }
  return false;
}

/** The words of an entry that hold the needle: its line, a line of its script, or what was decoded of it. */
function namesIndicator(fact: PersistenceFact, needle: string): Printable | undefined {
  const bodies = fact.body.map(({ text }) => text);
  const own = [fact.text, fact.command, ...bodies].find((text) => holdsWord(text, needle));
  return own ?? readEntry(fact).decoded.find((text) => holdsWord(text, needle));
}

/** Processes whose program is this file, under whatever name. */
function runningFrom({ pid, device, inode }: FileContentFact, facts: FactSet): readonly ProcessFact[] {
  return facts
    .of('process')
    .filter((one) => one.pid === pid || (one.exe?.device === device && one.exe.inode === inode));
}

/**
 * Sightings in what is gathered cheaply: sockets, arguments, files and entries that start by themselves, the hosts file.
 * @param ourselves pids of this scan and of what started it: the indicator stands in their arguments
 */
export function sightCheap(
  indicators: readonly Indicator[],
  facts: FactSet,
  ourselves: ReadonlySet<number>,
): readonly SightingFact[] {
  const found: SightingFact[] = [];
  for (const indicator of indicators) {
    const needle = needleOf(indicator);
    let count = 0;
    const add = (at: Place): void => {
      count += 1;
      if (count <= perIndicator) found.push(sighting(indicator, at));
    };
    const port = indicator.type === 'address' ? indicator.port : undefined;
    for (const socket of facts.of('socket')) {
      if (socket.remote.address !== needle && socket.local.address !== needle) continue;
      if (port !== undefined && socket.remote.port !== port && socket.local.port !== port) continue;
      const owners = socket.owners.map((pid) => facts.process(pid)).filter((p) => p !== undefined);
      const at = { place: 'socket', source: socket.source, text: socket.text };
      if (owners.length === 0) add(at);
      for (const process of owners) add({ ...at, process });
    }
    for (const process of facts.of('process')) {
      const line = process.argv.join(' ');
      if (ourselves.has(process.pid)) continue;
      if (!holdsWord(line, needle)) continue;
      const source = { source: printableText(`/proc/${process.pid}/cmdline`) };
      // Masked one by one: in a joined line nobody knows where a secret with a blank in it ends.
      const text = maskArguments(process.argv).join(' ') as Printable;
      add({ place: 'command line', source, text, process });
    }
    for (const file of facts.of('file-trace')) {
      if (indicator.type !== 'hash' && holdsWord(file.text, needle))
        add({ place: 'file', source: file.source, text: file.text });
    }
    const hashed = new Map(facts.of('file-trace').map((file) => [file.path, file]));
    for (const file of hashed.values()) {
      if (indicator.type !== 'hash' || file.sha256 !== indicator.digest) continue;
      const text = printableText(`sha256 ${file.sha256}`);
      add({ place: 'file', source: { source: file.path }, text });
    }
    for (const file of facts.of('file-content')) {
      if (indicator.type !== 'hash') break;
      const { path, source, sha256, digests } = file;
      if (sha256 !== indicator.digest && !digests.includes(indicator.digest)) continue;
      const text = phrase`${path}: hash ${printableText(indicator.digest)}`;
      const running = runningFrom(file, facts);
      if (running.length === 0) add({ place: 'file', source, text });
      for (const process of running) add({ place: 'executable', source, text, process });
    }
    for (const entry of facts.of('persistence')) {
      if (indicator.type === 'hash') break;
      const named = namesIndicator(entry, needle);
      if (named !== undefined) add({ place: 'entry', source: entry.source, text: named });
    }
    for (const entry of facts.of('hosts-entry')) {
      if (!holdsWord(entry.text, needle)) continue;
      add({ place: 'hosts file', source: entry.source, text: entry.text });
    }
  }
  return found;
}

const environLimit = 256 << 10;

/**
 * Sightings in the environments of all processes, which else are read of suspects alone: a variable that holds the
 * indicator is told by its name, and its value is not.
 */
export function sightEnvironments(
  indicators: readonly Indicator[],
  target: Target,
  facts: FactSet,
  ourselves: ReadonlySet<number>,
): readonly SightingFact[] {
  const wanted = indicators
    .filter(({ type }) => type !== 'hash')
    .map((indicator) => ({ indicator, needle: needleOf(indicator), left: perIndicator }));
  if (wanted.length === 0) return [];
  const found: SightingFact[] = [];
  for (const process of facts.of('process')) {
    if (process.kernelThread || ourselves.has(process.pid)) continue;
    const path = printableText(`/proc/${process.pid}/environ`);
    const { bytes } = target.readNow({ kind: 'file', path, limit: environLimit });
    const text = Buffer.from(bytes).toString('latin1');
    for (const one of wanted) {
      if (one.left === 0 || !holdsWord(text, one.needle)) continue;
      for (const { name, offset, valueStart, valueEnd } of decodeEnviron(bytes)) {
        if (one.left === 0 || !holdsWord(text.slice(valueStart, valueEnd), one.needle)) continue;
        one.left -= 1;
        const told = phrase`${name} = … ${printableText(one.needle)} …`;
        found.push(
          sighting(one.indicator, {
            place: 'environment',
            source: { source: path, offset },
            text: told,
            process,
          }),
        );
      }
    }
  }
  return found;
}

/** Sightings in what the probes of suspects gave. */
export function sightProbed(indicators: readonly Indicator[], facts: FactSet): readonly SightingFact[] {
  const found: SightingFact[] = [];
  for (const indicator of indicators) {
    const needle = needleOf(indicator);
    if (indicator.type === 'hash') {
      for (const file of facts.of('executable')) {
        if (file.sha256 !== indicator.digest) continue;
        const text = printableText(`sha256 ${file.sha256} ${file.path}`);
        for (const pid of file.pids) {
          const process = facts.process(pid);
          const at = { place: 'executable', source: file.source, text };
          found.push(sighting(indicator, process === undefined ? at : { ...at, process }));
        }
      }
      continue;
    }
    for (const trace of facts.of('mining-trace')) {
      if (!holdsWord(trace.text, needle)) continue;
      found.push(
        sighting(indicator, { place: trace.place, source: trace.source, text: trace.text, process: trace }),
      );
    }
  }
  return found;
}

const chunk = 1 << 20;

/**
 * Looks for the indicators in the writable memory of a suspect, plain and as UTF-16.
 * @param budget bytes read at most
 */
export function sightMemory(
  indicators: readonly Indicator[],
  native: Native,
  maps: MemoryMapFact,
  budget: number,
): readonly SightingFact[] {
  const found: SightingFact[] = [];
  const needles = indicators.flatMap((indicator) => {
    const needle = needleOf(indicator);
    return [
      { indicator, bytes: Buffer.from(needle, 'latin1') },
      { indicator, bytes: Buffer.from(needle, 'utf16le') },
    ];
  });
  const longest = Math.max(0, ...needles.map((needle) => needle.bytes.length));
  const buffer = Buffer.alloc(chunk);
  const done = new Set<Indicator>();
  let left = budget;
  for (const mapping of maps.mappings) {
    // Memory that another process or a file system supplies may never come.
    if (!mapping.access.startsWith('rw') || regionOf(mapping) === undefined) continue;
    for (let at = 0; at < mapping.size && left > 0; ) {
      const size = Math.min(chunk, mapping.size - at, left);
      const read = native.readMemory(maps.pid, mapping.start + at, buffer.subarray(0, size));
      left -= size;
      if (read.status !== 'ok' || read.value === 0) break;
      const bytes = buffer.subarray(0, read.value);
      for (const { indicator, bytes: needle } of needles) {
        if (done.has(indicator)) continue;
        const hit = bytes.indexOf(needle);
        if (hit < 0) continue;
        done.add(indicator);
        const offset = mapping.start + at + hit;
        const source = { source: printableText(`/proc/${maps.pid}/mem`), offset };
        const text = printableText(indicator.text);
        found.push(sighting(indicator, { place: 'memory', source, text, process: maps }));
      }
      // The next chunk begins where a needle cut at the end would begin.
      at += read.value < size ? size : Math.max(1, size - (at + size < mapping.size ? longest : 0));
    }
  }
  return found;
}
