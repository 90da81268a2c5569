/**
 * Lets a service manager read its settings again, so that it forgets what was taken away, and units that failed.
 *
 * Why: systemd keeps units in memory. One whose file is gone still has `Restart=always`, and starts the miner that was
 * killed anew; after a reload nobody knows that it was to be restarted. supervisord, monit and xinetd are the same.
 * How: systemd by its own socket, as systemctl does for root, without the bus and without a program of the host; a
 * manager of a user by the socket in its runtime folder. The others by SIGHUP, which their manuals name for that.
 * Sources: org.freedesktop.systemd1(5), Reload; sd-bus (the socket at /run/systemd/private takes calls without Hello);
 * D-Bus Specification, "Authentication Protocol", EXTERNAL; supervisord(1), monit(1), xinetd(8), signals.
 */
import { lstatSync } from 'node:fs';
import { connect } from 'node:net';
import { type DbusMessage, encodeCall, readMessage } from '../../formats/dbus-message.ts';
import type { Manager } from '../../model/plan.ts';
import { errno, failure, passOn } from '../../native/failure.ts';
import type { Answer, Native } from '../../native/port.ts';
import type { Signals } from '../../native/process-signal.ts';
import { statOf } from './running.ts';

/** Milliseconds; a host with thousands of units takes some seconds to read them. */
const patienceMs = 20_000;
const longestLine = 4096;

export const systemdSocket = (uid: number | undefined): string =>
  uid === undefined ? '/run/systemd/private' : `/run/user/${uid}/systemd/private`;

const callOf = (member: string, texts: readonly string[]): Uint8Array =>
  encodeCall({
    serial: 1,
    path: '/org/freedesktop/systemd1',
    interface: 'org.freedesktop.systemd1.Manager',
    member,
    texts,
  });

/**
 * Looks through whole messages for the answer to our call. A manager with thousands of units tells of each of them
 * while it reloads, so what was looked at is let go.
 *
 * @throws RangeError where it is no message
 */
function answerIn(bytes: Buffer): { readonly answer?: DbusMessage; readonly rest: Buffer } {
  for (let at = 0; ; ) {
    const reading = readMessage(bytes.subarray(at));
    if (reading.kind === 'more') return { rest: Buffer.from(bytes.subarray(at)) };
    if (reading.kind === 'broken') throw new RangeError('no message of D-Bus');
    at += reading.size;
    if (reading.message.replySerial === 1) return { answer: reading.message, rest: bytes.subarray(at) };
  }
}

/** Asks the manager behind a socket to read its units again, and waits until it has. */
export const reloadSystemd = (path: string, waitMs: number = patienceMs): Promise<Answer<true>> =>
  askSystemd(path, callOf('Reload', []), waitMs);

function askSystemd(path: string, call: Uint8Array, waitMs: number = patienceMs): Promise<Answer<true>> {
  try {
    // A link, or what another user put there, is not the manager's.
    const stat = lstatSync(path);
    if (!stat.isSocket()) return Promise.resolve(failure(-errno.ENOTSOCK));
  } catch {
    return Promise.resolve(failure(-errno.ENOENT));
  }
  const { promise, resolve } = Promise.withResolvers<Answer<true>>();
  const socket = connect({ path });
  let received: Buffer = Buffer.alloc(0);
  let admitted = false;
  const end = (answer: Answer<true>): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(answer);
  };
  const refuse = (reason: string): void => end({ status: 'error', reason });
  const timer = setTimeout(() => end({ status: 'timeout', reason: `no answer within ${waitMs} ms` }), waitMs);
  socket.on('connect', () => {
    const uid = Buffer.from(String(process.getuid?.() ?? 0), 'latin1').toString('hex');
    // Both lines at once, as sd-bus sends them: what follows BEGIN in one read stays in its buffer, unlooked at.
    socket.write(`\0AUTH EXTERNAL ${uid}\r\nBEGIN\r\n`);
  });
  socket.on('error', ({ message }) => refuse(message));
  socket.on('close', () => refuse('it ended the connection'));
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    if (!admitted) {
      const line = received.indexOf('\r\n');
      if (line < 0) return received.length > longestLine ? refuse('it says too much') : undefined;
      const word = received.toString('latin1', 0, line);
      if (!word.startsWith('OK')) return refuse(`refused: ${word.slice(0, 80)}`);
      admitted = true;
      received = received.subarray(line + 2);
      socket.write(call);
    }
    try {
      const { answer, rest } = answerIn(received);
      received = rest;
      if (answer?.kind === 'error') refuse(answer.name);
      else if (answer !== undefined) end({ status: 'ok', value: true });
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      refuse(thrown.message);
    }
  });
  return promise;
}

/** A unit that nobody knows has neither run nor failed. */
const unknownUnit = 'org.freedesktop.systemd1.NoSuchUnit';
/** Between stopping and forgetting: what is stopped may still count as failed. */
const pauseMs = 150;

/**
 * Stops units whose files are gone and whose processes were ended, and lets the manager forget that they failed: it keeps
 * both in memory, and `systemctl --failed` would name them until the next start.
 *
 * @returns the first answer that was neither yes nor that there is no such unit
 */
export async function forgetUnits(path: string, units: readonly string[]): Promise<Answer<true>> {
  const rounds: readonly (readonly [member: string, ...more: string[]])[] = [
    ['StopUnit', 'replace'],
    ['ResetFailedUnit'],
    ['ResetFailedUnit'],
  ];
  for (const [member, ...more] of rounds) {
    for (const unit of units) {
      const answer = await askSystemd(path, callOf(member, [unit, ...more]));
      if (answer.status !== 'ok' && answer.reason !== unknownUnit) return answer;
    }
    await Bun.sleep(pauseMs);
  }
  return { status: 'ok', value: true };
}

export interface ManagerWorld {
  readonly native: Native;
  readonly signals: Signals;
  /** Instead of the socket of systemd, for tests. */
  readonly socketOf?: (uid: number | undefined) => string;
}

/** What a manager that cannot be reached is told as is for the caller: nothing is begun here that needs an end. */
export async function reloadManager(manager: Manager, world: ManagerWorld): Promise<Answer<true>> {
  if (manager.service === 'systemd') {
    return await reloadSystemd((world.socketOf ?? systemdSocket)(manager.uid));
  }
  const { pid, startTicks } = manager;
  const handle = world.signals.open(pid);
  if (handle.status !== 'ok') return passOn(handle);
  try {
    const same = statOf(world.native, pid)?.startTicks === startTicks;
    return same ? world.signals.send(handle.value, 'reload') : failure(-errno.ESRCH);
  } finally {
    world.signals.close(handle.value);
  }
}
