/**
 * Files of /proc and /sys. The kernel makes them while they are read: they are regular by nature, nothing has
 * to be found out before they are opened, and there are some twenty for each process. So the path goes to the
 * kernel as it is.
 *
 * What it is NOT: a way for the links of /proc that lead to somebody's file (`magic-link.ts`), nor for what is
 * mounted over a part of /proc or /sys (`mount-table.ts` says).
 */
import { closeSync, lstatSync, openSync, readlinkSync, statSync } from 'node:fs';
import { failedResult, fileResult, limitOf, linkResult, listResult, statResult } from './answer.ts';
import type { Arena } from './arena.ts';
import { codeOf, failedBy } from './failure.ts';
import { quiet } from './node.ts';
import type { Request, SourceResult } from './port.ts';
import { systemPath } from './system-path.ts';

/** True for a path that goes straight down: no dots, no doubled slashes, nothing escaped. */
export const isPlainKernelPath = (path: string): boolean =>
  (path.startsWith('/proc/') || path.startsWith('/sys/') || path === '/proc' || path === '/sys') &&
  !path.includes('/.') &&
  !path.includes('//') &&
  !path.includes('%');

/** A process that ended between two reads is absent, whatever the kernel calls it (ESRCH, ENOENT). */
export function answerKernelFile(request: Request, arena: Arena): SourceResult {
  try {
    switch (request.kind) {
      case 'file': {
        const descriptor = openSync(systemPath(request.path), quiet);
        try {
          return fileResult(request, arena.read(descriptor, limitOf(request), null, 0), false);
        } finally {
          closeSync(descriptor);
        }
      }
      case 'link':
        return linkResult(request, readlinkSync(request.path, 'buffer'));
      case 'directory':
        return listResult(request, Buffer.from(request.path, 'latin1'));
      case 'stat':
        return statResult(
          request,
          request.follow === true ? statSync(request.path) : lstatSync(request.path),
        );
      case 'attributes':
        // The kernel's own files carry neither flags nor capabilities; whether they are there is still told.
        lstatSync(request.path);
        return { kind: 'attributes', request, status: 'ok', attributes: {} };
    }
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'EISDIR') return failedResult(request, { status: 'error', reason: 'not a file: directory' });
    if (code === 'EINVAL' && request.kind === 'link') {
      return failedResult(request, { status: 'error', reason: 'not a link' });
    }
    return failedResult(request, failedBy(thrown));
  }
}
