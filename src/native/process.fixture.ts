/**
 * Processes for tests of this room and of the probes: one role each, by the first argument. They print `ready`,
 * and the kernel ends them with the test that started them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { startAnew } from './engine.ts';
import { liveNative } from './live.ts';
import { namespace, signalOnParentDeath, unshare } from './namespaces.ts';
import { lowerPriority } from './priority.ts';
import { flushDenormals, type Rounding, setRounding } from './rounding.ts';
import { pinned, sleepMicroseconds, systemCall } from './syscall.ts';

signalOnParentDeath(constants.signals.SIGKILL);
const [role = '', ...args] = process.argv.slice(2);
const native = liveNative();
const ready = (text = ''): void => {
  process.stdout.write(`ready${text}\n`);
};

/** Computes for about so long without a call. */
function compute(ms: number): void {
  const end = Bun.nanoseconds() + ms * 1e6;
  for (let sum = 0; Bun.nanoseconds() < end; ) sum += Math.sqrt(sum + 1);
}

switch (role) {
  /** Computes with these rounding modes in turn, with or without flushing denormals. */
  case 'compute': {
    if (args[0] === 'flush') flushDenormals();
    const modes = args
      .slice(1)
      .filter((mode): mode is Rounding => ['nearest', 'up', 'down', 'zero'].includes(mode));
    ready();
    for (let round = 0; ; round += 1) {
      const mode = modes[round % modes.length];
      if (mode !== undefined) setRounding(mode);
      compute(0.3);
    }
  }
  /** Samples a thread for as long as it lives. */
  case 'sample': {
    const [pid = 0, tid = 0] = args.map(Number);
    ready();
    for (;;) native.sampleRegisters(pid, tid, 64, 100);
  }
  /** Samples all threads of some processes as a scan does, for as long as it lives. */
  case 'sample-all': {
    const threads = args.map(Number).flatMap((pid) => {
      const tids = readdirSync(`/proc/${pid}/task`).map(Number);
      return tids.map((tid) => ({ pid, tid }));
    });
    ready();
    for (;;) native.sampleThreads(threads, { gapsUs: [40, 40, 40, 500, 1000, 2000] });
  }
  /** Computes and waits in turn. */
  case 'waits':
    ready();
    for (;;) {
      compute(2);
      await Bun.sleep(1);
    }
  /** Stops a thread and never lets it go. */
  case 'hold': {
    const tid = Number(args[0]);
    systemCall('ptrace', 0x4206, tid);
    systemCall('ptrace', 0x4207, tid);
    ready();
    setInterval(() => undefined, 1000);
    break;
  }
  /** Starts itself anew in its own place, and then says what it became. */
  case 'anew':
    if (process.env['BUN_JSC_useFTLJIT'] === undefined) startAnew('scan');
    ready(` ${JSON.stringify([process.pid, process.argv.slice(3), process.env['PATH']])}`);
    setInterval(() => undefined, 1000);
    break;
  /** Sweeps all pids, then prints `swept`. */
  case 'sweep':
    ready();
    await native.sweepPids(4_194_304);
    process.stdout.write('swept\n');
    break;
  /** Traces a process and lets it go on at every stop. */
  case 'trace': {
    const [pid = 0] = args.map(Number);
    const status = pinned(4);
    systemCall('ptrace', 0x4206, pid);
    ready();
    for (;;) {
      // WNOHANG and __WALL; PTRACE_CONT with the signal that it was stopped for.
      if (systemCall('wait4', pid, status.address, 1 | 0x40000000, 0) > 0) {
        systemCall('ptrace', 7, pid, 0, (status.view.getUint32(0, true) >>> 8) & 0x7f);
      }
      sleepMicroseconds(500);
    }
  }
  /** Is traced by a child of its own, and tells what comes of sampling that. */
  case 'traced': {
    const child = Bun.spawn([process.execPath, import.meta.path, 'trace', `${process.pid}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const isTraced = (): boolean => !/^TracerPid:\t0$/m.test(readFileSync('/proc/self/status', 'latin1'));
    while (!isTraced()) await Bun.sleep(5);
    const answer = native.sampleRegisters(child.pid, child.pid, 8, 0);
    ready(answer.status === 'ok' ? ' ok' : ` ${answer.status}: ${answer.reason}`);
    setInterval(() => undefined, 1000);
    break;
  }
  /** Lowers its priority, on a host that is `crowded` or not. */
  case 'lower':
    lowerPriority(args[0] === 'crowded');
    ready();
    setInterval(() => undefined, 1000);
    break;
  /** Keeps a mark in memory and prints its address. */
  case 'memory': {
    const memory = pinned(1 << 20);
    memory.bytes.set(new TextEncoder().encode(args[0] ?? ''), 5000);
    ready(` ${memory.address}`);
    setInterval(() => memory.bytes.at(0), 1000);
    break;
  }
  /** Has the legacy table `nat` in a network namespace of its own, where this kernel has such tables. */
  case 'table': {
    unshare(namespace.network);
    // Asking for a table makes it (IPT_SO_GET_INFO of ip_tables.h); socket AF_INET, SOCK_RAW, IPPROTO_RAW.
    const socket = systemCall('socket', 2, 3, 255);
    const [table, length] = [pinned(84), pinned(4)];
    table.bytes.set(new TextEncoder().encode('nat'));
    length.view.setUint32(0, table.bytes.length, true);
    systemCall('getsockopt', socket, 0, 64, table.address, length.address);
    ready();
    setInterval(() => undefined, 1000);
    break;
  }
  /** Waits with some threads. */
  case 'threads': {
    const workers = Array.from(
      { length: Number(args[0]) },
      () => new Worker(URL.createObjectURL(new Blob(['postMessage(0); setInterval(() => 0, 1000)']))),
    );
    await Promise.all(
      workers.map((worker) => new Promise((resolve) => worker.addEventListener('message', resolve))),
    );
    ready();
    break;
  }
  default:
    process.exitCode = 2;
}
