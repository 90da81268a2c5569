/**
 * Signals to one process that cannot reach another: by pidfd_open(2) and pidfd_send_signal(2), Linux 5.3 and 5.1.
 *
 * Where the kernel has none, kill(2) has to do: then whoever looks at the identity must look right before, and what is
 * left is the moment between the look and the signal.
 * Only the signals by which a process is held, let go and ended, and a service told to read its settings: rootkits answer to others (Diamorphine: 31, 63, 64).
 * What it is NOT: passive. No scan calls it.
 */
import { constants } from 'node:os';
import { mayChange } from './apart.ts';
import { errno, failure, outcome } from './failure.ts';
import type { Answer } from './port.ts';
import { close, systemCall } from './syscall.ts';

const number = {
  stop: constants.signals.SIGSTOP,
  go: constants.signals.SIGCONT,
  end: constants.signals.SIGKILL,
  /** To a service that its manual says reads its settings again, and to none else. */
  reload: constants.signals.SIGHUP,
} as const;
export type ProcessSignal = keyof typeof number;

export interface ProcessHandle {
  readonly pid: number;
  /** Without a descriptor the kernel goes by the number. */
  readonly descriptor: number | undefined;
}

export interface Signals {
  /** Whose handle it is, tells a look at its start after this. */
  open(pid: number): Answer<ProcessHandle>;
  send(handle: ProcessHandle, signal: ProcessSignal): Answer<true>;
  close(handle: ProcessHandle): void;
}

const valid = (pid: number): boolean => Number.isSafeInteger(pid) && pid > 0;

/** @param pidfd asked instead of the kernel, for a kernel that is older than ours */
export function liveSignals(
  pidfd: (pid: number) => number = (pid) => systemCall('pidfd_open', pid, 0),
): Signals {
  return {
    open(pid) {
      if (!valid(pid)) return failure(-errno.EINVAL);
      const descriptor = pidfd(pid);
      if (descriptor === -errno.ENOSYS) return { status: 'ok', value: { pid, descriptor: undefined } };
      return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: { pid, descriptor } };
    },
    send({ pid, descriptor }, signal) {
      const may = mayChange();
      if (may.status !== 'ok') return may;
      // Group 0 and negative numbers would be many processes.
      if (!valid(pid)) return failure(-errno.EINVAL);
      return outcome(
        descriptor === undefined
          ? systemCall('kill', pid, number[signal])
          : systemCall('pidfd_send_signal', descriptor, number[signal], 0, 0),
      );
    },
    close({ descriptor }) {
      if (descriptor !== undefined) close(descriptor);
    },
  };
}
