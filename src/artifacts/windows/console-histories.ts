/**
 * What was typed into PowerShell, of each profile, as a history of the scan's logs: commands with their line.
 *
 * What it is NOT: dated; a history has no times, so each command is told as no later than its file was written, and never as
 * certain. Bounds: 500 profiles, 64 files of each, 16 MiB of one file (PSReadLine keeps 4,096 commands).
 * Source: `formats/powershell/console-history.ts`.
 */
import { consoleHistory } from '../../formats/powershell/console-history.ts';
import { sourceOf } from '../../model/shape-source.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import type { FoundLogs, LogFile } from '../linux/logs/find-logs.ts';
import { gathered, noLines } from '../linux/logs/gathered.ts';
import type { LogReading } from '../linux/logs/log-kind.ts';
import { windowsFormats } from './formats.ts';
import { scriptText } from './script-lines.ts';

const below = 'AppData\\Roaming\\Microsoft\\Windows\\PowerShell\\PSReadLine';
const system = 'C:\\Windows\\System32\\config\\systemprofile';
const mostProfiles = 500;
const mostFiles = 64;
const mostBytes = 16 << 20;
const longest = 8_192;

const format = windowsFormats.find(({ id }) => id === 'windows.powershell-history');
const vouched = format === undefined ? ({ verified: false, origin: '' } as const) : sourceOf(format);

/** @param writtenUs when the file was last written, the latest that a command of it can be */
const readingOf = (account: Printable, writtenUs: number): LogReading =>
  gathered({
    id: 'powershell-history',
    ...vouched,
    most: mostBytes,
    fits: () => true,
    read(source, bytes, take) {
      let events = 0;
      for (const { line, text } of consoleHistory(scriptText(bytes))) {
        const command = printableText(text.slice(0, longest));
        events += 1;
        take({
          kind: 'event',
          source: { source, line },
          us: writtenUs,
          precision: 'day',
          certain: false,
          host: phrase``,
          text: command,
          what: 'command',
          origin: 'history',
          account,
          command,
        });
      }
      return { ...noLines, lines: events, events };
    },
  });

/** Histories of all profiles; none where only single files were given. */
export function findConsoleHistories(target: Target): FoundLogs {
  const files: LogFile[] = [];
  const cut: PathText[] = [];
  if ((target.windows?.drives.length ?? 0) === 0) return { files, cut };
  const list = (path: PathText, limit: number) => {
    const listed = target.readNow({ kind: 'directory', path, limit });
    if (listed.status === 'truncated') cut.push(path);
    return listed.entries;
  };
  const profiles = list(phrase`C:\\Users`, mostProfiles)
    .filter(({ type }) => type === 'directory')
    .map(({ name }) => ({ account: name, profile: `C:\\Users\\${name}` }));
  for (const { account, profile } of [...profiles, { account: phrase`SYSTEM`, profile: system }]) {
    const folder = `${profile}\\${below}` as PathText;
    for (const { name, type } of list(folder, mostFiles)) {
      const path = `${folder}\\${name}` as PathText;
      if (type !== 'file' || !/_history\.txt$/i.test(name)) continue;
      const { stat } = target.readNow({ kind: 'stat', path });
      if (stat === undefined || stat.size === 0) continue;
      files.push({
        path,
        source: path,
        log: 'windows.powershell-history',
        reading: readingOf(account, stat.modifiedUs),
        set: path,
        host: phrase``,
        packed: false,
        size: stat.size,
        modifiedUs: stat.modifiedUs,
      });
    }
  }
  return { files, cut };
}
