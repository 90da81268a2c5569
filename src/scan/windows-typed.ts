/**
 * What was typed into PowerShell, looked at before the host is judged: commands of attackers, and what others of them rest
 * on. Honest histories leave nothing behind.
 */
import { zoneMinutes } from '../artifacts/windows/host.ts';
import { type TypedFile, typedCommands, typedFiles } from '../artifacts/windows/typed-commands.ts';
import { viewOf } from '../artifacts/windows/view.ts';
import { CommandSieve } from '../detect/ran-command/command-sieve.ts';
import type { SourceStatus } from '../model/source.ts';
import { type PathText, printableText } from '../model/text.ts';
import type { ScanContext } from './context.ts';

const artifact = 'windows.typed-commands';
const mostBytes = 16 << 20;
const longest = 65_536;
/** Of all files. */
const mostInAll = 256 << 20;

export function lookAtTyped(context: ScanContext): void {
  const { facts, log, target } = context;
  const zone = zoneMinutes(viewOf(context)) ?? 0;
  const sieve = new CommandSieve();
  const tell = (source: PathText, status: SourceStatus, bytes: number, reason?: string): void =>
    log.record({ source, artifact, status, bytes, ...(reason === undefined ? {} : { reason }) });
  const look = (file: TypedFile): number => {
    const { path, kind } = file;
    const { status, reason, bytes } = target.readNow({ kind: 'file', path, limit: mostBytes });
    const { commands, flaw } = typedCommands(file, bytes, zone);
    if (flaw === undefined) tell(path, status, bytes.length, reason);
    else if (flaw === 'cut') tell(path, 'truncated', bytes.length, 'more commands than are read');
    else tell(path, 'error', bytes.length, 'it does not begin as a transcript does');
    for (const { line, text, account, us, folder } of commands)
      sieve.offer({
        kind: 'ran-command',
        source: { source: path, line },
        origin: kind === 'history' ? 'console-history' : 'transcript',
        account,
        us,
        language: 'powershell',
        ...(folder === undefined ? {} : { folder }),
        command: printableText(text.slice(0, longest)),
        text: printableText(text.slice(0, 2_000)),
      });
    return bytes.length;
  };
  const { files, cut } = typedFiles(context);
  for (const folder of cut) tell(folder, 'truncated', 0, 'more files than are looked at');
  let read = 0;
  for (const file of files) {
    if (read >= mostInAll) {
      tell(file.path, 'truncated', 0, `${mostInAll >> 20} MiB of typed commands were read before it`);
      break;
    }
    read += look(file);
  }
  if (sieve.left > 0)
    tell(printableText('typed commands'), 'truncated', 0, `${sieve.left} were not read, or in part`);
  facts.addAll(sieve.kept);
  context.sweeper.sweep();
}
