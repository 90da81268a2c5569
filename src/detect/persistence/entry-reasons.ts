/**
 * Reasons that one entry gives by itself: its command, its marks, its own file, and the files it runs.
 *
 * What it is NOT: a list of bad words. What a package brought and nobody changed says nothing by its text; what an
 * owner puts where owners put things says nothing by its place.
 */
import { programNamed } from '../../coins/miners.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { isWindowsMechanism, type Mechanism, mechanismGroups } from '../../model/mechanism.ts';
import { baseName, folderOf, type PathText, phrase, printableText } from '../../model/text.ts';
import { candidatesOf, type EntryReading, type TargetUse } from '../command/read-entry.ts';
import type { Sign } from '../command/sign.ts';
import { familyOfPath, familyOfText } from './family.ts';
import { type FilesKnown, fileEvidence } from './files-known.ts';
import { isConcealed } from './lying-script.ts';
import { isFromMaker } from './makers.ts';
import { markWeight } from './mark-weights.ts';
import { startsAgent, startsVendor, stopsOwn } from './own-software.ts';
import {
  isDataLand,
  isDotFileOfHome,
  isHidden,
  isLookAlike,
  isOfSameHome,
  isPackageLand,
  isPluginScript,
  isTemporary,
} from './places.ts';
import { programReasons } from './program-reasons.ts';
import { type WeighedReason, weighed } from './reason.ts';
import { signReason } from './sign-reason.ts';
import type { Weight } from './weights.ts';
import { windowsReasons } from './windows-reasons.ts';

const ofGroup = (names: readonly Mechanism[]): ReadonlySet<Mechanism> => new Set(names);
const fileMechanisms = ofGroup([...mechanismGroups.files, ...mechanismGroups.integrity]);
const systemdMechanisms = ofGroup(mechanismGroups.systemd);
const ofContainers = ofGroup(mechanismGroups.containers);
/** Whose files are named like what they start. */
const startMechanisms = ofGroup([...mechanismGroups.systemd, ...mechanismGroups.init]);
const privileged = ofGroup(['setuid-file', 'capability-file']);
/** Whose forms name files that nobody runs. */
const dataMechanisms = ofGroup(['hosts-file', 'resolver', 'firewall-rules', 'limits', 'immutable-file']);
/** What prepares a host for a program, and may be named like it. */
const prepares = ofGroup(['kernel-setting', 'limits']);
/** In homes hidden names are the rule. */
const homeGroups = ofGroup([
  ...mechanismGroups.sessions,
  ...mechanismGroups.accounts,
  ...mechanismGroups.packages,
  ...mechanismGroups.services,
]);
/** Homes of people and of services, whose own files are hidden. */
const inHome = /^\/(?!(?:etc|usr|bin|sbin|lib|boot)\/|var\/lib\/\.)/;
/** Where owners' own hidden folders are. */
const ownersFolder = /^\/(?:root|home|srv|opt|www|var\/www)\//;
/** Files that owners make immutable. */
const ownersImmutable = /^\/etc\/(?:resolv\.conf|hosts|passwd|shadow|group|gshadow|fstab)$|\/\.user\.ini$/;

/** Text that a package brought, as it brought it, was not written by an intruder. */
const isBrought = (path: PathText, files: FilesKnown): boolean =>
  files.integrity(path)?.state === 'unchanged';

/** Fetched from those who make the software. */
const isUpdate = ({ id, about }: Sign): boolean =>
  (id === 'fetch-and-run' || id === 'fetch-then-run') && isFromMaker(about);

function* ofSigns(fact: PersistenceFact, reading: EntryReading, files: FilesKnown): Iterable<WeighedReason> {
  const told = new Set<string>();
  // A script of a package sources what an owner, or somebody else, may have written.
  const signs = reading.signs.filter(
    (sign) => !isBrought(sign.file ?? fact.source.source, files) && !stopsOwn(fact, sign, files),
  );
  for (const sign of [...signs.filter((one) => !isUpdate(one)), ...signs.filter(isUpdate)]) {
    if (told.has(sign.id)) continue;
    // base-files makes the empty logs of a new system.
    if (sign.id === 'clears-traces' && fact.mechanism === 'dpkg-script') continue;
    told.add(sign.id);
    const same = signs.filter(({ id }) => id === sign.id).slice(0, 3);
    const evidence = same.map(({ text, line, file }) => ({
      source: file ?? fact.source.source,
      ...(line === undefined ? {} : { line }),
      text,
    }));
    const reason = signReason(sign, reading.decoded.length, evidence);
    const own = isUpdate(sign) || (sign.id === 'stops-protection' && startsAgent(fact, reading));
    yield weighed(reason, own ? 'weak' : undefined);
  }
}

function* ofMarks(fact: PersistenceFact, reading: EntryReading, files: FilesKnown): Iterable<WeighedReason> {
  const evidence = [{ ...fact.source, text: fact.text }];
  for (const mark of new Set(fact.marks)) {
    const reason = weighed({ id: mark, params: {}, evidence }, markWeight(mark, fact, files, reading));
    if (reason.weight !== 'none') yield reason;
  }
}

/** The state of an owned file. */
function* ofIntegrity(path: PathText, files: FilesKnown, strict: boolean): Iterable<WeighedReason> {
  const fact = files.integrity(path);
  if (fact === undefined) return;
  const params = { path, package: fact.package };
  const evidence = [{ ...fact.source, text: fact.text }, fileEvidence(path, files)];
  switch (fact.state) {
    case 'changed': {
      // Nobody edits a program by hand.
      const program = files.file(path)?.format === 'elf' || strict;
      yield weighed({ id: program ? 'replaced-package-file' : 'edited-package-file', params, evidence });
      break;
    }
    case 'replaced':
      yield weighed({ id: 'replaced-package-file', params, evidence });
      break;
    case 'missing':
      // Documentation is left out of images; programs are not.
      yield weighed(
        { id: 'missing-package-file', params, evidence },
        /^(?:\/usr)?\/s?bin\//.test(path) ? 'medium' : undefined,
      );
      break;
    case 'unchanged':
    case 'conffile-changed':
    case 'unknown':
  }
}

function* ofFlags(path: PathText, files: FilesKnown): Iterable<WeighedReason> {
  const file = files.file(path);
  if (file === undefined) return;
  const evidence = [fileEvidence(path, files)];
  const folder = files.file(folderOf(path));
  // A locked folder guards what is in it.
  const locked =
    file.flags.length > 0 ? file : folder?.flags.includes('immutable') === true ? folder : undefined;
  if (locked !== undefined) {
    yield weighed(
      { id: 'immutable', params: { path }, evidence },
      ownersImmutable.test(path) ? 'weak' : undefined,
    );
  }
  const sticky = (file.mode & 0o1000) !== 0;
  if (file.type === 'file' && (file.mode & 0o002) !== 0 && !sticky) {
    yield weighed({ id: 'writable-by-all', params: { path }, evidence });
  }
}

/** The file in which the entry stands. */
function* ofSource(fact: PersistenceFact, reading: EntryReading, files: FilesKnown): Iterable<WeighedReason> {
  const path = fact.source.source;
  if (!path.startsWith('/') || path.startsWith('/proc/') || path.startsWith('/sys/')) return;
  const strict =
    fact.mechanism === 'changed-tool' ||
    fact.mechanism === 'changed-library' ||
    fact.mechanism === 'renamed-tool';
  yield* ofIntegrity(path, files, strict);
  yield* ofFlags(path, files);
  const evidence = [fileEvidence(path, files)];
  const family = familyOfPath(path);
  if (family !== undefined && files.owned(path) !== 'package') {
    yield weighed({ id: 'family-mark', params: { ...family }, evidence });
  }
  if (fileMechanisms.has(fact.mechanism)) {
    yield* ofLyingFile(fact, path, files);
    return;
  }
  if (files.owned(path) !== 'none') return;
  // Of modules on the disk the artifact tells which were built or installed here.
  if (isPackageLand(path) && fact.mechanism !== 'kernel-module-file') {
    const vendor = systemdMechanisms.has(fact.mechanism) && startsVendor(reading, files);
    yield weighed({ id: 'unowned-among-owned', params: { path }, evidence }, vendor ? 'weak' : undefined);
  }
  if (files.file(path)?.format === 'elf' && isDataLand(path)) {
    yield weighed({ id: 'program-among-data', params: { path }, evidence });
  }
  if (isHidden(path) && !(homeGroups.has(fact.mechanism) ? inHome : ownersFolder).test(path)) {
    yield weighed({ id: 'hidden-path', params: { path }, evidence });
  }
  if (
    startMechanisms.has(fact.mechanism) &&
    isLookAlike(path.replace(/\.(?:service|timer|socket|path)$/, ''))
  ) {
    yield weighed({ id: 'look-alike-name', params: {}, evidence });
  }
  yield* ofTime(path, files);
}

/** Files that only lie there: nothing starts them, so their place alone says less. */
function* ofLyingFile(fact: PersistenceFact, path: PathText, files: FilesKnown): Iterable<WeighedReason> {
  if (dataMechanisms.has(fact.mechanism) || fact.mechanism === 'kernel-setting') return;
  if (files.owned(path) === 'package') return;
  const evidence = [fileEvidence(path, files)];
  const here = isPackageLand(path) || isTemporary(path) || isHidden(path);
  if (privileged.has(fact.mechanism)) {
    if (files.owned(path) === 'none') {
      yield weighed({ id: 'unowned-privileged', params: { path }, evidence }, here ? undefined : 'weak');
    }
    return;
  }
  const file = files.file(path);
  const elf = file === undefined || file.format === 'elf';
  if (elf && files.owned(path) === 'none' && isPackageLand(path)) {
    yield weighed({ id: 'unowned-among-owned', params: { path }, evidence });
  }
  if (elf && isHidden(path)) {
    const weight = isConcealed(path) ? systemHidden(path) : 'weak';
    yield weighed({ id: 'hidden-path', params: { path }, evidence }, weight);
  }
  if (elf && isTemporary(path)) {
    const device = /^\/dev\//.test(path);
    yield weighed({ id: 'temporary-path', params: { path }, evidence }, device ? undefined : 'weak');
  }
  if (elf && isDataLand(path) && !isPackageLand(path))
    yield weighed({ id: 'program-among-data', params: { path }, evidence });
  if (file?.packer !== undefined) {
    // Packed on purpose and put away as well.
    const odd = here || file.packer.includes('altered');
    yield weighed(
      { id: 'packed-program', params: { path, packer: file.packer }, evidence },
      odd ? 'medium' : undefined,
    );
  }
  if (isLookAlike(path)) yield weighed({ id: 'look-alike-name', params: {}, evidence });
}

const systemHidden = (path: string): Weight | undefined =>
  /^\/(?:root|home|srv|opt)\//.test(path) ? 'weak' : undefined;

/** Written at any time by tools of the system: pam-auth-update, the makers of images. */
const rewritten = /^\/etc\/(?:pam\.d\/common-|apt\/apt\.conf\.d\/docker-)/;

/** Newer than every file of a package beside it, by a day at least, and come when no package did. */
function* ofTime(path: PathText, files: FilesKnown): Iterable<WeighedReason> {
  if (rewritten.test(path)) return;
  const own = files.file(path);
  const beside = files.neighbours(path);
  if (own === undefined || beside.length < 3 || files.owned(path) !== 'none') return;
  const newest = Math.max(...beside.map(({ changedUs }) => changedUs));
  if (own.changedUs < newest + 86_400e6 || files.whileInstalling(own.changedUs)) return;
  const date = new Date(own.changedUs / 1000);
  yield weighed({
    id: 'newer-than-neighbours',
    params: {
      path,
      date: Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10),
      apart: files.installingKnown ? 'yes' : 'unknown',
    },
    evidence: [fileEvidence(path, files)],
  });
}

/** A file that is run, sourced or loaded. */
function* ofTarget({ path, how }: TargetUse, source: PathText, files: FilesKnown): Iterable<WeighedReason> {
  yield* ofIntegrity(path, files, false);
  const owned = files.owned(path);
  if (owned === 'package') return;
  const evidence = [fileEvidence(path, files)];
  const file = files.file(path);
  const family = familyOfPath(path);
  if (family !== undefined) yield weighed({ id: 'family-mark', params: { ...family }, evidence });
  const absent = file?.status === 'absent';
  // A link tells by where it leads: installers link their tools into the folders of packages.
  const at = file?.leadsTo ?? path;
  if (isTemporary(path) || isTemporary(at))
    yield weighed({ id: 'temporary-path', params: { path }, evidence });
  const custom = how === 'sourced' && isDotFileOfHome(path);
  if ((isHidden(path) || isHidden(at)) && !custom) {
    // Each tool that a shell of somebody reads has a hidden folder in the same home; what its lines do is read.
    const ofTool = how === 'sourced' && file?.format !== 'elf' && isOfSameHome(path, source);
    yield weighed({ id: 'hidden-path', params: { path }, evidence }, ofTool ? 'weak' : undefined);
  }
  if (absent) {
    // Startup files source what may be there: aliases, completions, local settings.
    if (how === 'sourced') return;
    yield weighed({ id: 'absent-target', params: { path }, evidence });
    return;
  }
  yield* ofFlags(path, files);
  const folder = file?.type === 'directory';
  if (owned === 'none' && !folder) {
    if (isPackageLand(at) && !(isPluginScript(at) && file?.format === 'script'))
      yield weighed({ id: 'unowned-among-owned', params: { path }, evidence });
    const program = file === undefined ? /\.(?:so|ko)\b/.test(path) : file.format === 'elf';
    if (program && isDataLand(at) && !isPackageLand(at))
      yield weighed({ id: 'program-among-data', params: { path }, evidence });
    if (isLookAlike(path)) yield weighed({ id: 'look-alike-name', params: {}, evidence });
    yield* ofTime(path, files);
  }
  if (file?.packer !== undefined) {
    // Altered so that its packer does not unpack it: for those who look, not for the program.
    const altered = file.packer.includes('altered') && owned === 'none' ? 'medium' : undefined;
    yield weighed({ id: 'packed-program', params: { path, packer: file.packer }, evidence }, altered);
  }
}

function* ofFamilyWords(fact: PersistenceFact): Iterable<WeighedReason> {
  const evidence = [{ ...fact.source, text: fact.text }];
  const found = familyOfText(fact.text) ?? familyOfText(fact.command);
  if (found !== undefined) yield weighed({ id: 'family-mark', params: { ...found }, evidence });
  if (!prepares.has(fact.mechanism)) return;
  // `99-xmrig.conf`, or limits of a user of that name.
  const stem = baseName(fact.source.source).replace(/^\d+-|\.conf$/g, '');
  const named = familyOfPath(phrase`/${printableText(stem)}`);
  if (named !== undefined) yield weighed({ id: 'family-mark', params: { ...named }, evidence });
  for (const mark of [stem, fact.mechanism === 'limits' ? fact.user : '']) {
    const family = programNamed(mark);
    // An owner may mine, and has declared it then.
    if (family !== undefined)
      yield weighed({ id: 'family-mark', params: { family, mark }, evidence }, 'medium');
  }
}

/** Programs named without a path, where PATH finds them: the first of each name. */
function foundOnPath(reading: EntryReading, files: FilesKnown): readonly TargetUse[] {
  const found = new Map<string, TargetUse>();
  for (const path of candidatesOf(reading)) {
    const file = files.file(path);
    const name = baseName(path);
    if (file !== undefined && file.status !== 'absent' && !found.has(name))
      found.set(name, { path, how: 'run' });
  }
  return [...found.values()];
}

/** Files that an entry rests on beside its own. */
export function usesOf(reading: EntryReading, files: FilesKnown): readonly TargetUse[] {
  return [...reading.uses, ...foundOnPath(reading, files)].slice(0, 200);
}

/** A line that nothing reads: commented out. */
const isComment = (fact: PersistenceFact): boolean => !fact.active && /^\s*[#;]/.test(fact.text);

export function entryReasons(
  fact: PersistenceFact,
  reading: EntryReading,
  files: FilesKnown,
): readonly WeighedReason[] {
  if (isWindowsMechanism(fact.mechanism)) {
    const found = once(windowsReasons(fact, reading, files));
    // Who made an account is told of each: whoever looks at it asks that first.
    return fact.mechanism === 'windows-account' ? found : alone(found);
  }
  if (isComment(fact)) return [];
  const found: WeighedReason[] = [];
  const source = fact.source.source;
  const brought = isBrought(source, files);
  found.push(...ofSigns(fact, reading, files));
  if (!brought) found.push(...ofFamilyWords(fact));
  // Rights and flags of a file are not in its content.
  if (!brought || fileMechanisms.has(fact.mechanism)) found.push(...ofMarks(fact, reading, files));
  found.push(...ofSource(fact, reading, files));
  if (!dataMechanisms.has(fact.mechanism)) {
    const seen = new Set<string>([source]);
    for (const use of usesOf(reading, files)) {
      if (seen.has(use.path)) continue;
      seen.add(use.path);
      for (const reason of [...ofTarget(use, source, files), ...programReasons(use, fact, files)]) {
        // A package names what other packages may bring; a container what its image has.
        const elsewhere = brought || (ofContainers.has(fact.mechanism) && use.path !== fact.target);
        if (elsewhere && reason.reason.id === 'absent-target') continue;
        // What a package's own script touches beyond packages is how that software works.
        const mild =
          brought &&
          reason.weight === 'medium' &&
          reason.reason.id !== 'unowned-among-owned' &&
          reason.reason.id !== 'edited-package-file';
        found.push(mild ? { ...reason, weight: 'weak' } : reason);
      }
      if (found.length > 100) break;
    }
  }
  return alone(once(found));
}

/** What says nothing by itself is told beside what does. */
const alone = (reasons: readonly WeighedReason[]): readonly WeighedReason[] =>
  reasons.some(({ weight }) => weight !== 'none') ? reasons : [];

/** Of one reason the heaviest; others of its kind add nothing. */
function once(reasons: readonly WeighedReason[]): readonly WeighedReason[] {
  const kept = new Map<string, WeighedReason>();
  const rank = { strong: 3, medium: 2, weak: 1, none: 0 };
  for (const reason of reasons) {
    const before = kept.get(reason.reason.id);
    if (before === undefined || rank[before.weight] < rank[reason.weight]) kept.set(reason.reason.id, reason);
  }
  return [...kept.values()];
}
