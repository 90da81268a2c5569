/** What an error of the system says about a source. One place, so that it means the same everywhere. */
import type { SourceStatus } from '../model/source.ts';

export interface Failed {
  readonly status: Exclude<SourceStatus, 'ok' | 'empty'>;
  readonly reason: string;
}

/** The errno name of something that node:fs threw, or its words. */
export function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.message;
}

/** ESRCH: the process died between listing and reading. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ESRCH', 'ENXIO']);
const denied: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

export function failedBy(thrown: unknown): Failed {
  const code = codeOf(thrown);
  if (absent.has(code)) return { status: 'absent', reason: code };
  if (denied.has(code)) return { status: 'denied', reason: code };
  if (code === 'ETIMEDOUT') return { status: 'timeout', reason: code };
  return { status: 'error', reason: code };
}
