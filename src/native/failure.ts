/** An errno as the status of a source. */
import { constants } from 'node:os';
import type { Answer } from './port.ts';

const names = new Map<number, string>(Object.entries(constants.errno).map(([name, value]) => [value, name]));

export const errno = constants.errno;

export type Failure = Exclude<Answer<never>, { readonly status: 'ok' }>;

/** What is not there, and what this kernel was built without. */
const absent: ReadonlySet<number> = new Set([
  errno.ENOENT,
  errno.ENOTDIR,
  errno.ESRCH,
  errno.ENODEV,
  errno.ENXIO,
  errno.ENOSYS,
  errno.EOPNOTSUPP,
  errno.EPROTONOSUPPORT,
  errno.EAFNOSUPPORT,
  errno.ENOPROTOOPT,
]);
const denied: ReadonlySet<number> = new Set([errno.EACCES, errno.EPERM]);
const timeout: ReadonlySet<number> = new Set([errno.EAGAIN, errno.ETIMEDOUT]);

/** `result` is what `systemCall` returned: a negative errno. */
export function failure(result: number): Failure {
  const code = Math.abs(result);
  const reason = names.get(code) ?? `errno ${code}`;
  if (absent.has(code)) return { status: 'absent', reason };
  if (denied.has(code)) return { status: 'denied', reason };
  if (timeout.has(code)) return { status: 'timeout', reason };
  return { status: 'error', reason };
}

export const done: Answer<true> = { status: 'ok', value: true };

/** For calls that only succeed or fail. */
export const outcome = (result: number): Answer<true> => (result < 0 ? failure(result) : done);

/** A failure of one call as the answer of another. */
export const passOn = (answer: Exclude<Answer<unknown>, { readonly status: 'ok' }>): Failure => ({
  status: answer.status,
  reason: answer.reason,
});
