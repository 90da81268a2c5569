/** Raises the loopback interface of the network namespace it is started in; no program of the host is needed. */
import { raiseLoopback } from '../../src/native/loopback.ts';

const raised = raiseLoopback();
if (raised.status !== 'ok') {
  process.stderr.write(`loopback: ${raised.reason}\n`);
  process.exitCode = 1;
}
