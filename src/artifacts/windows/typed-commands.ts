/**
 * What was typed into PowerShell, of each profile: the histories of the console, and transcripts where somebody had them
 * written, with their commands in order.
 *
 * Transcripts lie among the documents of a profile, or where a policy says, some in folders of a day. What it is NOT: dated as
 * one would like; a history has no times, so each command is told as no later than its file was written, and a transcript has
 * local time, of which the zone is that of the host when it was looked at. Neither is told as certain.
 * Bounds: 500 profiles, 64 histories of each, 2,000 transcripts, 16 MiB of one file (PSReadLine keeps 4,096 commands).
 * Sources: `formats/powershell/`; Microsoft, "about_Group_Policy_Settings" (Transcription, OutputDirectory).
 */
import { consoleHistory } from '../../formats/powershell/console-history.ts';
import { parseTranscript } from '../../formats/powershell/transcript.ts';
import type { LogEvent } from '../../model/facts/event.ts';
import { sourceOf } from '../../model/shape-source.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { Precision } from '../../model/time.ts';
import type { ArtifactContext } from '../artifact.ts';
import type { FoundLogs, LogFile } from '../linux/logs/find-logs.ts';
import { gathered, noLines } from '../linux/logs/gathered.ts';
import type { LogReading } from '../linux/logs/log-kind.ts';
import { windowsFormats } from './formats.ts';
import { textOfValue } from './hives.ts';
import { zoneMinutes } from './host.ts';
import { scriptText } from './script-lines.ts';
import { viewOf } from './view.ts';

const below = 'AppData\\Roaming\\Microsoft\\Windows\\PowerShell\\PSReadLine';
const system = 'C:\\Windows\\System32\\config\\systemprofile';
const policies = [
  'Policies\\Microsoft\\Windows\\PowerShell\\Transcription',
  'Wow6432Node\\Policies\\Microsoft\\Windows\\PowerShell\\Transcription',
  'Policies\\Microsoft\\PowerShellCore\\Transcription',
];
const mostProfiles = 500;
const mostFiles = 64;
const mostTranscripts = 2_000;
const mostDays = 1_000;
const mostBytes = 16 << 20;
const longest = 8_192;

export type TypedKind = 'history' | 'transcript';

export interface TypedFile {
  readonly kind: TypedKind;
  /** Whose profile it lies in; of a transcript the head says it. */
  readonly account: Printable;
  readonly path: PathText;
  readonly size: number;
  readonly modifiedUs: number;
}

export interface TypedCommand {
  readonly line: number;
  readonly text: string;
  readonly account: Printable;
  readonly us: number;
  readonly precision: Precision;
  /** Where it was typed; absent where nothing tells. */
  readonly folder?: PathText;
}

export interface Typed {
  readonly commands: readonly TypedCommand[];
  /** It is none, or there are more commands than are read. */
  readonly flaw?: 'not-one' | 'cut';
}

interface Found {
  readonly files: readonly TypedFile[];
  /** Folders that could not be listed whole. */
  readonly cut: readonly PathText[];
}

type Context = Pick<ArtifactContext, 'target' | 'log'>;

/** Files of all profiles; none where only single files were given. */
export function typedFiles(context: Context): Found {
  const { target } = context;
  const files: TypedFile[] = [];
  const cut: PathText[] = [];
  let transcripts = 0;
  if ((target.windows?.drives.length ?? 0) === 0) return { files, cut };
  const list = (path: PathText, limit: number) => {
    const listed = target.readNow({ kind: 'directory', path, limit });
    if (listed.status === 'truncated') cut.push(path);
    return listed.entries;
  };
  const add = (kind: TypedKind, account: Printable, path: PathText): void => {
    const { stat } = target.readNow({ kind: 'stat', path });
    if (stat === undefined || stat.size === 0) return;
    files.push({ kind, account, path, size: stat.size, modifiedUs: stat.modifiedUs });
  };
  const transcriptsIn = (folder: PathText, account: Printable, deeper: boolean): void => {
    for (const { name, type } of list(folder, mostDays)) {
      const path = `${folder}\\${name}` as PathText;
      if (type === 'directory' && deeper && /^\d{8}$/.test(name)) transcriptsIn(path, account, false);
      else if (type === 'file' && /^PowerShell_transcript\..*\.txt$/i.test(name)) {
        transcripts += 1;
        if (transcripts <= mostTranscripts) add('transcript', account, path);
      }
    }
  };
  const profiles = list(phrase`C:\\Users`, mostProfiles)
    .filter(({ type }) => type === 'directory')
    .map(({ name }) => ({ account: name, profile: `C:\\Users\\${name}` }));
  for (const { account, profile } of [...profiles, { account: phrase`SYSTEM`, profile: system }]) {
    const folder = `${profile}\\${below}` as PathText;
    for (const { name, type } of list(folder, mostFiles))
      if (type === 'file' && /_history\.txt$/i.test(name))
        add('history', account, `${folder}\\${name}` as PathText);
    transcriptsIn(`${profile}\\Documents` as PathText, account, true);
  }
  for (const folder of policyFolders(context)) {
    transcriptsIn(folder, phrase``, true);
    if (transcripts > mostTranscripts && !cut.includes(folder)) cut.push(folder);
  }
  return { files, cut };
}

/** Where a policy has transcripts written; folders of other hosts are not here. */
function policyFolders(context: Context): readonly PathText[] {
  const view = viewOf(context);
  const folders = new Set<PathText>();
  for (const policy of policies) {
    const given =
      textOfValue(view.registry.key('SOFTWARE', policy)?.key.value('OutputDirectory'))?.trim() ?? '';
    const path = given === '' ? undefined : view.path(given);
    if (path !== undefined && /^[a-z]:\\/i.test(path)) folders.add(path.replace(/\\+$/, '') as PathText);
  }
  return [...folders];
}

/**
 * The commands of a file.
 *
 * @param zone minutes that local time is ahead of UTC
 */
export function typedCommands(
  { kind, account, modifiedUs }: TypedFile,
  bytes: Uint8Array,
  zone: number,
): Typed {
  const text = scriptText(bytes);
  if (kind === 'history') {
    const home = `C:\\Users\\${account}` as PathText;
    const commands = [...consoleHistory(text)].map(
      ({ line, text: command }): TypedCommand => ({
        line,
        text: command,
        account,
        us: modifiedUs,
        precision: 'day',
        folder: home,
      }),
    );
    return { commands };
  }
  const transcript = parseTranscript(text);
  if (transcript === undefined) return { commands: [], flaw: 'not-one' };
  const { start, runAs, user, application, commands } = transcript;
  const utc = (time: string): number => (Date.parse(`${time}Z`) - zone * 60_000) * 1_000;
  const startUs = start === undefined ? Number.NaN : utc(start);
  const fallback = Number.isFinite(startUs) ? startUs : modifiedUs;
  const named = runAs ?? user ?? '';
  const who = named === '' ? account : printableText(named.slice(named.lastIndexOf('\\') + 1).slice(0, 256));
  const told = commands.map(({ line, text: command, time, folder }): TypedCommand => {
    const us = time === undefined ? Number.NaN : utc(time);
    return {
      line,
      text: command,
      account: who,
      ...(Number.isFinite(us) ? { us, precision: 'second' } : { us: fallback, precision: 'day' }),
      ...(/^[a-z]:\\/i.test(folder) ? { folder: printableText(folder.slice(0, 1_024)) } : {}),
    };
  });
  // The command line of PowerShell itself, where it is more than its name.
  const began: readonly TypedCommand[] =
    application !== undefined && /\s[-/]/.test(application)
      ? [{ line: 1, text: application, account: who, us: fallback, precision: 'second' }]
      : [];
  return { commands: [...began, ...told], ...(transcript.cut ? { flaw: 'cut' } : {}) };
}

const idOf: Readonly<Record<TypedKind, string>> = {
  history: 'powershell-history',
  transcript: 'powershell-transcript',
};

/** What vouches for the reading of these files. */
const vouchedFor = (kind: TypedKind) => {
  const format = windowsFormats.find(({ id }) => id === `windows.${idOf[kind]}`);
  return format === undefined ? ({ verified: false, origin: '' } as const) : sourceOf(format);
};

const readingOf = (file: TypedFile, zone: number): LogReading =>
  gathered({
    id: idOf[file.kind],
    ...vouchedFor(file.kind),
    most: mostBytes,
    fits: () => true,
    read(source, bytes, take) {
      const { commands, flaw } = typedCommands(file, bytes, zone);
      for (const { line, text, account, us, precision } of commands) {
        const command = printableText(text.slice(0, longest));
        const event: LogEvent = {
          kind: 'event',
          source: { source, line },
          us,
          precision,
          certain: false,
          host: phrase``,
          text: command,
          what: 'command',
          origin: 'history',
          script: 'powershell',
          account,
          command,
        };
        take(event);
      }
      const events = commands.length;
      if (flaw === 'not-one')
        return { ...noLines, flaw: { status: 'error', reason: 'it does not begin as a transcript does' } };
      return {
        ...noLines,
        lines: events,
        events,
        ...(flaw === 'cut'
          ? { flaw: { status: 'truncated', reason: `only ${events} commands were read` } }
          : {}),
      };
    },
  });

/** The same as logs of a scan, for the timeline. */
export function findTypedCommands(context: Context): FoundLogs {
  const zone = zoneMinutes(viewOf(context)) ?? 0;
  const { files, cut } = typedFiles(context);
  return {
    cut,
    files: files.map(
      (file): LogFile => ({
        path: file.path,
        source: file.path,
        log: `windows.${idOf[file.kind]}`,
        reading: readingOf(file, zone),
        set: file.path,
        host: phrase``,
        packed: false,
        size: file.size,
        modifiedUs: file.modifiedUs,
      }),
    ),
  };
}
