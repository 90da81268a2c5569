/**
 * pacman.log: `[2024-01-02T03:04:05+0000] [ALPM] installed curl (8.5.0-1)`, before 5.2 `[2019-01-02 03:04] [ALPM] …`.
 *
 * `[PACMAN] Running 'pacman -S curl'` is the command line. What a package's script prints is `[ALPM-SCRIPTLET]` and
 * stays a message, whatever it says.
 * Source: pacman lib/libalpm/log.c (_alpm_logaction), src/pacman/pacman.c (cl_to_log), lib/libalpm/add.c, remove.c.
 */
import type { EventDetail, PackageEvent } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import type { LogClock } from '../clock.ts';
import type { LogLine } from '../line-reader.ts';
import { said, saidCommand } from '../messages/message.ts';
import { isoHead, serviceFormat } from '../service-log.ts';

const done =
  /^\[ALPM\] (installed|reinstalled|upgraded|downgraded|removed) (\S{1,256}) \((?:\S{1,128} -> )?([^()\s]{1,128})\)$/;
const command = /^\[PACMAN\] Running '(.{1,4096})'$/;
const actions: Readonly<Record<string, PackageEvent['action']>> = {
  installed: 'installed',
  reinstalled: 'installed',
  upgraded: 'upgraded',
  downgraded: 'upgraded',
  removed: 'removed',
};

function read(text: string): EventDetail | undefined {
  const found = done.exec(text);
  const action = actions[found?.[1] ?? ''];
  if (found !== null && action !== undefined) {
    return { what: 'package', manager: 'pacman', action, package: said(found[2]), version: said(found[3]) };
  }
  const asked = command.exec(text);
  if (asked === null) return undefined;
  return {
    what: 'package',
    manager: 'pacman',
    action: 'command',
    package: printableText(''),
    version: printableText(''),
    command: saidCommand(asked[1]),
  };
}

const toMinute = /^\[(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)\] /;

function head(line: LogLine, clock: LogClock): number {
  const { bytes, start, end } = line;
  if (bytes[start] !== 0x5b) return -1;
  if (bytes[start + 17] !== 0x5d) return isoHead(line, clock);
  const found = toMinute.exec(Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + 20)));
  if (found === null) return -1;
  const [all, year, month, day, hour, minute] = found;
  const known = clock.local(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    0,
    0,
    'minute',
  );
  return known ? start + all.length : -1;
}

export const pacmanLog = serviceFormat({
  id: 'pacman',
  service: 'pacman',
  verified: true,
  source: 'pacman lib/libalpm/log.c, src/pacman/pacman.c (cl_to_log), lib/libalpm/add.c',
  head,
  read,
});
