/** Whether the process of a descriptor still runs: pidfd_send_signal(2) with signal 0, which sends nothing. */
import { systemCall } from './syscall.ts';

/** Undefined where there is no descriptor. */
export const sendNothing = (descriptor: number | undefined): boolean | undefined =>
  descriptor === undefined ? undefined : systemCall('pidfd_send_signal', descriptor, 0, 0, 0) === 0;
