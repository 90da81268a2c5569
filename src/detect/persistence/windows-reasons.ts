/**
 * Reasons that one entry of a Windows host gives by itself: what it runs, its marks, where its files lie, known names.
 *
 * What it is NOT: trust. Nothing here says that a file is of Windows or of a maker; what no reason speaks against is left
 * in peace, whoever made it. Weights: `weights.ts`; where a mechanism makes one milder, it is said here.
 */
import { isWindowsPath } from '../../formats/windows-path.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import type { FamilyIndicator } from '../../model/family.ts';
import { type PathText, printableText } from '../../model/text.ts';
import type { EntryReading, TargetUse } from '../command/read-entry.ts';
import {
  isLooseProgram,
  isProgramLand,
  isSystemNameElsewhere,
  isTemporaryPlace,
  isWindowsData,
  isWindowsLand,
  looksLikeSystemName,
} from '../command/windows/places.ts';
import { familyProfiles } from '../families.ts';
import { accountReasons } from './account-reasons.ts';
import { familyOfText } from './family.ts';
import { type FilesKnown, fileEvidence } from './files-known.ts';
import { isFromMaker } from './makers.ts';
import { programReasons } from './program-reasons.ts';
import { type WeighedReason, weighed } from './reason.ts';
import { signReason } from './sign-reason.ts';
import { isMicrosofts, trustReasons } from './trust-reasons.ts';
import type { Weight } from './weights.ts';

/** Accounts whose name ends in `$` and that Windows makes. Source: Microsoft, HomeGroup. */
const ownDollar = /^HomeGroupUser\$$/i;
/** Places that makers of drivers, printers and logon programs fill as well. */
const ofVendorsToo: ReadonlySet<string> = new Set([
  'lsa-package',
  'print-monitor',
  'time-provider',
  'netsh-helper',
  'windows-dns',
]);

function markWeight(
  mark: PersistenceMark,
  fact: PersistenceFact,
  reading: EntryReading,
  files: FilesKnown,
): Weight | undefined {
  const { mechanism, marks, user, source } = fact;
  switch (mark) {
    case 'dollar-account':
      return ownDollar.test(user) ? 'none' : undefined;
    case 'administrator':
      // Many are; one that hides or that one place alone knows is not made by an owner.
      return files.historyOf(fact.sid)?.doubts.includes('deleted-yet-there') === true ||
        marks.some(
          (one) =>
            one === 'dollar-account' ||
            one === 'cloned-account' ||
            one === 'account-in-one-place' ||
            one === 'hidden-at-logon',
        )
        ? 'medium'
        : undefined;
    case 'guest-enabled':
      return marks.includes('administrator') ? undefined : 'weak';
    case 'hidden-at-logon':
      return mechanism === 'windows-account' && marks.includes('administrator') ? 'medium' : undefined;
    case 'account-in-one-place':
      return /\\SOFTWARE$/i.test(source.source) ? 'none' : undefined;
    case 'changed-default':
      if (ofVendorsToo.has(mechanism)) return 'weak';
      return mechanism === 'winlogon' &&
        reading.uses.length > 0 &&
        reading.uses.every(({ path }) => isProgramLand(path))
        ? 'weak'
        : undefined;
    case 'protection-off':
      // Servers with another scanner have it off.
      return 'weak';
    case 'loads-everywhere':
      return reading.uses.every(
        ({ path }) => isProgramLand(path) || /^[a-z]:\\windows\\system32\\/i.test(path),
      )
        ? 'weak'
        : undefined;
    default:
      return undefined;
  }
}

function* ofSigns(fact: PersistenceFact, reading: EntryReading): Iterable<WeighedReason> {
  const told = new Set<string>();
  const maker = (one: { readonly id: string; readonly about: string }): boolean =>
    (one.id === 'fetch-and-run' || one.id === 'fetch-then-run') && isFromMaker(printableText(one.about));
  for (const sign of [...reading.signs].sort((a, b) => Number(maker(a)) - Number(maker(b)))) {
    if (told.has(sign.id)) continue;
    told.add(sign.id);
    const evidence = reading.signs
      .filter(({ id }) => id === sign.id)
      .slice(0, 3)
      .map(({ text, line }) => ({ ...fact.source, ...(line === undefined ? {} : { line }), text }));
    yield weighed(signReason(sign, reading.decoded.length, evidence), maker(sign) ? 'weak' : undefined);
  }
}

function* ofMarks(fact: PersistenceFact, reading: EntryReading, files: FilesKnown): Iterable<WeighedReason> {
  const evidence = [{ ...fact.source, text: fact.text }];
  for (const mark of new Set(fact.marks)) {
    const reason = weighed({ id: mark, params: {}, evidence }, markWeight(mark, fact, reading, files));
    if (reason.weight !== 'none') yield reason;
  }
}

/** Drivers of monitoring tools are unpacked where everybody may write, and their keys stay. */
const isLeftDriver = ({ mechanism, trigger }: PersistenceFact): boolean =>
  mechanism === 'windows-driver' && trigger !== 'boot';

function* ofPlace(
  { path, how }: TargetUse,
  fact: PersistenceFact,
  files: FilesKnown,
): Iterable<WeighedReason> {
  if (!isWindowsPath(path)) return;
  const evidence = [fileEvidence(path, files)];
  const params = { path };
  if (isTemporaryPlace(path))
    yield weighed({ id: 'temporary-path', params, evidence }, isLeftDriver(fact) ? 'weak' : undefined);
  else if (!isMicrosofts(path, files)) {
    if (isWindowsData(path)) yield weighed({ id: 'windows-data-folder', params, evidence });
    else if (isLooseProgram(path)) yield weighed({ id: 'loose-program', params, evidence });
  }
  if (how === 'run' && isSystemNameElsewhere(path))
    yield weighed({ id: 'system-name-elsewhere', params, evidence });
  else if (how === 'run' && looksLikeSystemName(path) && !isProgramLand(path))
    yield weighed({ id: 'look-alike-name', params: {}, evidence });
  const file = files.file(path);
  if (file?.status === 'absent' && !isWindowsLand(path))
    yield weighed({ id: 'absent-target', params, evidence });
  if (file?.packer !== undefined)
    yield weighed({ id: 'packed-program', params: { path, packer: file.packer }, evidence });
}

interface Known extends FamilyIndicator {
  readonly family: string;
}

const known = (kind: 'file-path' | 'service' | 'task' | 'account'): ReadonlyMap<string, Known> =>
  new Map(
    familyProfiles.flatMap(({ name, indicators }) =>
      (indicators[kind] ?? [])
        .filter(({ weight, mark }) => weight >= 2 || mark === true)
        .map((one) => [one.value.toLowerCase(), { ...one, family: name.en }] as const),
    ),
  );
const byPath = known('file-path');
const byService = known('service');
const byTask = known('task');
const byAccount = known('account');

function* ofFamilies(fact: PersistenceFact, reading: EntryReading): Iterable<WeighedReason> {
  const evidence = [{ ...fact.source, text: fact.text }];
  const found: (Known | undefined)[] = reading.uses.map(({ path }) => byPath.get(path.toLowerCase()));
  const name = /\\Services\\([^\\:]+): /i.exec(fact.text)?.[1]?.toLowerCase() ?? '';
  if (fact.mechanism === 'windows-service' || fact.mechanism === 'windows-driver')
    found.push(byService.get(name));
  if (fact.mechanism === 'windows-account') found.push(byAccount.get(fact.user.toLowerCase()));
  if (fact.mechanism === 'scheduled-task') {
    const path = /^(\\[^:]{1,300}): /.exec(fact.text)?.[1]?.toLowerCase() ?? '';
    found.push(byTask.get(path) ?? byTask.get(path.slice(1)));
  }
  const one = found.find((each) => each !== undefined);
  // A name alone is copied; exact paths and accounts are what a responder looks for first.
  if (one !== undefined)
    yield weighed(
      { id: 'family-mark', params: { family: one.family, mark: one.value }, evidence },
      one.weight >= 3 || one.mark === true ? undefined : 'medium',
    );
  const word = familyOfText(fact.command);
  if (word !== undefined) yield weighed({ id: 'family-mark', params: { ...word }, evidence });
}

export function windowsReasons(
  fact: PersistenceFact,
  reading: EntryReading,
  files: FilesKnown,
): readonly WeighedReason[] {
  const found: WeighedReason[] = [
    ...ofSigns(fact, reading),
    ...ofFamilies(fact, reading),
    ...ofMarks(fact, reading, files),
  ];
  const history = files.historyOf(fact.sid);
  if (history !== undefined) found.push(...accountReasons(fact, history));
  const seen = new Set<PathText>();
  for (const use of reading.uses.slice(0, 100)) {
    if (seen.has(use.path)) continue;
    seen.add(use.path);
    found.push(
      ...ofPlace(use, fact, files),
      ...trustReasons(use, files),
      ...programReasons(use, fact, files),
    );
  }
  return found;
}
