/** Which parts of facts and of events may name a family, and how far each can be trusted. */
import type { Fact } from '../model/fact.ts';
import type { LogEvent } from '../model/facts/event.ts';
import type { BodyLine, FileFact, PersistenceFact } from '../model/facts/persistence.ts';
import type { MiningTrace, ProcessFact } from '../model/facts/process.ts';
import type { Evidence } from '../model/finding.ts';
import type { SourceRef } from '../model/source.ts';
import { baseName, type PathText, type Printable, phrase, windowOf } from '../model/text.ts';
import type { FamilyIndex, KnownIndicator, TextHit } from './family-index.ts';
import type { Sightings, Standing } from './family-sightings.ts';
import { isList, isSearchedOrRemoved } from './family-text.ts';

/** Lines of one fact that are searched: the attacker writes as many as he likes. */
const mostLines = 2000;
/** Characters of an evidence line, and of those before the name in it. */
const longestEvidence = 400;
const lead = 100;
/** A planted file has a byte or two; a marker that a family writes has no lock. */
const emptyish = 1;
const lockedStub = 16;

interface Line {
  readonly source: SourceRef;
  readonly text: Printable;
  /** Shown instead of the text that is searched. */
  readonly shown?: Printable;
}

function evidenceOf({ source, text, shown = text }: Line, at = 0): Evidence {
  if (shown.length <= longestEvidence) return { ...source, text: shown };
  return { ...source, text: windowOf(shown, at - lead, longestEvidence) };
}

/** The path that a name stands in; empty where it is no part of one. */
function pathAround(text: string, at: number): string {
  const before = /[^\s'"`=:;|&<>()]*$/.exec(text.slice(Math.max(0, at - longestEvidence), at))?.[0] ?? '';
  const after = /^[^\s'"`:;|&<>()]*/.exec(text.slice(at, at + longestEvidence))?.[0] ?? '';
  return `${before}${after}`.startsWith('/') ? `${before}${after}` : '';
}

class Look {
  readonly index: FamilyIndex;
  readonly sightings: Sightings;

  constructor(index: FamilyIndex, sightings: Sightings) {
    this.index = index;
    this.sightings = sightings;
  }

  each(found: readonly KnownIndicator[], standing: Standing, line: Line): void {
    for (const one of found) this.sightings.add(one, standing, evidenceOf(line));
  }

  path(path: PathText, standing: Standing, line: Line): void {
    for (const one of this.index.ofPath(path))
      if (one.kind !== 'decoy-file') this.sightings.add(one, standing, evidenceOf(line), path);
  }

  /** Texts that belong together: a list of families over all of them makes none of them a sign. */
  texts(lines: readonly Line[], standing: Standing): void {
    const found: { readonly line: Line; readonly hit: TextHit }[] = [];
    for (const line of lines.length > mostLines ? lines.slice(0, mostLines) : lines) {
      for (const hit of this.index.inText(line.text))
        if (!isSearchedOrRemoved(line.text, hit.at)) found.push({ line, hit });
    }
    if (found.length === 0 || isList(found.map(({ hit }) => hit))) return;
    for (const { line, hit } of found)
      this.sightings.add(hit.indicator, standing, evidenceOf(line, hit.at), pathAround(line.text, hit.at));
  }
}

const linesOf = (source: SourceRef, body: readonly BodyLine[]): readonly Line[] =>
  body.slice(0, mostLines).map(({ line, text }) => ({ source: { source: source.source, line }, text }));

const namesAccount = /^(?:account-|ssh-authorized-key$)/;

function seeEntry(fact: PersistenceFact, look: Look): void {
  const line: Line = { source: fact.source, text: fact.text };
  const at = fact.source.source;
  if (at.startsWith('/')) look.path(at, 'host', line);
  if (fact.target !== undefined) look.path(fact.target, 'host', line);
  if (namesAccount.test(fact.mechanism)) look.each(look.index.named('account', fact.user), 'host', line);
  const command: Line = { ...line, text: phrase`${fact.trigger} ${fact.command}`, shown: fact.text };
  look.texts([line, command, ...linesOf(fact.source, fact.body)], 'host');
}

function seeFile(fact: FileFact, look: Look): void {
  if (fact.status === 'absent') return;
  const line: Line = { source: fact.source, text: fact.path };
  const locked = fact.flags.includes('immutable');
  if (fact.type === 'file' && (fact.size <= emptyish || (locked && fact.size < lockedStub))) {
    look.sightings.excuse(fact.path);
    look.each(look.index.named('decoy-file', fact.path), 'host', line);
    return;
  }
  look.path(fact.path, 'host', line);
  if (fact.leadsTo !== undefined) look.path(fact.leadsTo, 'host', line);
}

function seeProcess(fact: ProcessFact, look: Look): void {
  if (fact.kernelThread) return;
  const text = fact.argv.length === 0 ? fact.name : fact.argv.reduce((all, word) => phrase`${all} ${word}`);
  const command: Line = { source: fact.source, text };
  const names = new Set([fact.name, baseName(fact.argv[0] ?? fact.name)]);
  for (const name of names) look.each(look.index.named('process-name', name), 'host', command);
  if (fact.exe !== undefined) look.path(fact.exe.path, 'host', { source: fact.source, text: fact.exe.path });
  look.texts([command], 'host');
}

function seeTrace(found: MiningTrace, line: Line, standing: Standing, look: Look): void {
  if (found.kind === 'wallet') look.each(look.index.ofWallet(found.address), standing, line);
  if (found.kind === 'pool') look.each(look.index.named('host', found.host), standing, line);
  look.texts([line], standing);
}

/** The name of an image without its registry's port, tag and digest. */
const imageName = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

export function seeFact(fact: Fact, index: FamilyIndex, sightings: Sightings): void {
  const look = new Look(index, sightings);
  switch (fact.kind) {
    case 'persistence':
      seeEntry(fact, look);
      break;
    case 'file':
      seeFile(fact, look);
      break;
    case 'process':
      seeProcess(fact, look);
      break;
    case 'script':
      look.path(fact.path, 'host', { source: fact.source, text: fact.path });
      look.texts(linesOf(fact.source, fact.body), 'host');
      break;
    case 'file-owner':
      if (fact.package !== '') sightings.excuse(fact.path);
      break;
    case 'file-trace':
      look.path(fact.path, 'host', { source: fact.source, text: fact.path });
      seeTrace(fact.found, fact, fact.format === 'text' ? 'said' : 'host', look);
      break;
    case 'mining-trace':
      seeTrace(fact.found, fact, fact.place === 'memory' ? 'said' : 'host', look);
      break;
    case 'executable':
      look.path(fact.path, 'host', { source: fact.source, text: fact.path });
      break;
    case 'module':
      look.each(index.named('file-name', `${fact.name}.ko`), 'host', {
        source: fact.source,
        text: fact.name,
      });
      break;
    case 'environment':
      for (const { name } of fact.marks)
        look.each(index.named('environment', name), 'host', { source: fact.source, text: name });
      break;
    case 'container': {
      const image = fact.container.image;
      if (image !== undefined)
        look.each(index.named('image', imageName(image)), 'host', { source: fact.source, text: image });
      break;
    }
    case 'socket':
      look.each(index.named('host', fact.remote.address), 'host', fact);
      for (const port of new Set([fact.remote.port, fact.state === 'listen' ? fact.local.port : 0]))
        look.each(index.named('port', `${port}`), 'host', fact);
      break;
    default:
  }
}

/** Whose line it is: what strangers can write there says only that somebody tried. */
function standingOf(event: LogEvent): Standing {
  switch (event.what) {
    case 'request':
    case 'login':
      return 'attempt';
    case 'container':
      return event.action === 'output' || event.action === 'request' ? 'attempt' : 'host';
    case 'account':
    case 'command':
    case 'job':
    case 'privilege':
    case 'file':
    case 'kernel':
    case 'load':
      return 'host';
    default:
      return 'said';
  }
}

export function seeEvent(event: LogEvent, index: FamilyIndex, sightings: Sightings): void {
  const look = new Look(index, sightings);
  const standing = standingOf(event);
  if (event.what === 'account') look.each(index.named('account', event.account), standing, event);
  if (event.what === 'container') look.each(index.named('image', imageName(event.image)), standing, event);
  if (event.what === 'kernel') {
    const module = event.action === 'module' || event.action === 'tainted';
    look.each(
      module ? index.named('file-name', `${event.subject}.ko`) : index.named('process-name', event.subject),
      standing,
      event,
    );
  }
  if (event.what === 'load' && event.process !== undefined)
    look.each(index.named('process-name', event.process), standing, event);
  if (event.what === 'file') look.path(event.path, standing, event);
  else look.texts([event], standing);
}
