/**
 * What a program of nobody is: what stands in it, how it was built, who may change it, when it came.
 *
 * Why: a miner with an innocent name in a place of owners shows nothing else. What it is NOT: a verdict about what is
 * installed by hand: static, packed and freshly installed programs are honest every day, so all but a miner's own
 * words stays unusual at most. A packed program shows no words; one packed so that its packer does not undo it counts
 * more.
 */
import { enoughMinerWords } from '../../coins/miner-words.ts';
import type { FileContentFact, FileFact, PersistenceFact } from '../../model/facts/persistence.ts';
import type { Evidence } from '../../model/finding.ts';
import { type PathText, phrase, printableText } from '../../model/text.ts';
import type { TargetUse } from '../command/read-entry.ts';
import { minerProgram } from '../miner-program.ts';
import { type FilesKnown, fileEvidence } from './files-known.ts';
import { isImitation } from './places.ts';
import { type WeighedReason, weighed } from './reason.ts';

/** Evidence lines of what stands in a program. */
const shown = 4;
const minuteUs = 60e6;

/** What makes it a miner, in a few words. */
function minerIn(content: FileContentFact): { found: string; evidence: readonly Evidence[] } | undefined {
  const signs = minerProgram(content.traces);
  // Whoever knows many miners looks for them.
  if (signs === undefined) return undefined;
  const source = content.source.source;
  if (signs.miner) {
    const told = [...signs.own.slice(0, 2), ...signs.others].slice(0, shown);
    const evidence = told.map(({ offset, text }) => ({ source, offset, text }));
    return { found: signs.program === 'unknown' ? 'wallet, pool' : signs.program, evidence };
  }
  if (content.words.length < enoughMinerWords) return undefined;
  const found = content.words.slice(0, 5).join(', ');
  return { found, evidence: [{ source, text: phrase`${content.path}: ${printableText(found)}` }] };
}

function* ofContent(path: PathText, files: FilesKnown): Iterable<WeighedReason> {
  const content = files.content(path);
  const miner = content === undefined ? undefined : minerIn(content);
  if (miner === undefined) return;
  const { found, evidence } = miner;
  yield weighed({ id: 'mining-content', params: { path, found }, evidence });
}

/** Whom a program belongs to, where root starts it. */
function* ofOwner(path: PathText, file: FileFact, fact: PersistenceFact, files: FilesKnown) {
  if (file.uid <= 0 || fact.user !== 'root') return;
  const params = { path, uid: file.uid };
  yield weighed({ id: 'users-program', params, evidence: [fileEvidence(path, files)] });
}

/** When it and its entry came, by the clock of the file system that nobody sets. */
function* ofBirth(path: PathText, file: FileFact, source: PathText, files: FilesKnown) {
  const entry = files.file(source);
  const [own, beside] = [file.bornUs ?? file.changedUs, entry?.bornUs ?? entry?.changedUs];
  if (beside === undefined || own <= 0 || Math.abs(own - beside) > minuteUs) return;
  const date = new Date(own / 1000);
  if (files.owned(source) !== 'none' || Number.isNaN(date.getTime())) return;
  const evidence = [fileEvidence(path, files), fileEvidence(source, files)];
  const params = { path, date: date.toISOString().slice(0, 10) };
  yield weighed({ id: 'appeared-together', params, evidence });
}

/** Of a program that an entry starts, and that is no package's or not as the package brought it. */
export function* programReasons(
  { path, how }: TargetUse,
  fact: PersistenceFact,
  files: FilesKnown,
): Iterable<WeighedReason> {
  const file = files.file(path);
  if (file === undefined || file.type !== 'file' || how === 'sourced') return;
  if (files.owned(path) === 'package' && files.unchanged(path)) return;
  yield* ofContent(path, files);
  if (files.owned(path) !== 'none') return;
  const evidence = [fileEvidence(path, files)];
  if (file.bare === true) yield weighed({ id: 'bare-program', params: { path }, evidence });
  if (file.format === 'elf' && how === 'run' && isImitation(path)) {
    yield weighed({ id: 'look-alike-name', params: {}, evidence });
  }
  if (how === 'run') yield* ofOwner(path, file, fact, files);
  yield* ofBirth(path, file, fact.source.source, files);
}
