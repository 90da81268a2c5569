/**
 * The kernel's ring buffer, through syslog or dmesg: modules that taint, crashes of services, and processes that took
 * too much memory.
 *
 * `[  12.345678]` before the message is uptime. A process names itself, so names are text; the shape around them is the
 * kernel's. Figures of the out-of-memory killer are kB.
 * Source: kernel/module/main.c (module verification failed, loading out-of-tree module), arch/x86/mm/fault.c
 * (show_signal_msg), mm/oom_kill.c (__oom_kill_process), arch/x86/kernel/msr.c, net/core/dev.c.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said } from './message.ts';

const uptime = /^\[ *\d{1,10}\.\d{1,6}\](?:\[ *[TC]\d{1,10}\])? /;
const taints =
  /^(.{1,64}?): (?:module verification failed|loading out-of-tree module taints kernel|module license '.{0,64}' taints kernel)/;
const crash = /^(.{1,32}?)\[(\d{1,10})\]: segfault at /;
const killed =
  /^(?:Memory cgroup out of memory|Out of memory(?: \(oom_kill_allocating_task\))?): Kill(?:ed)? process (\d{1,10})(?:, UID \d{1,10},)? \((.{1,32}?)\)(?: total-vm:(\d{1,15})kB)?|^Killed process (\d{1,10}) \((.{1,32}?)\)(?: total-vm:(\d{1,15})kB)?/;
const msr = /^(?:msr: )?Write to unrecognized MSR (0x[0-9a-f]{1,8}) by (.{1,32}?) \(pid: (\d{1,10})\)/;
const promiscuous = /^(?:device )?(\S{1,32}?):? entered promiscuous mode/;

export function kernel(message: Message): EventDetail | undefined {
  const text = message.text.replace(uptime, '');
  const tainted = taints.exec(text);
  if (tainted !== null) return { what: 'kernel', action: 'tainted', subject: said(tainted[1]) };
  const crashed = crash.exec(text);
  if (crashed !== null) {
    return { what: 'kernel', action: 'segfault', subject: said(crashed[1]), pid: Number(crashed[2]) };
  }
  const taken = killed.exec(text);
  if (taken !== null) {
    const memory = Number(taken[3] ?? taken[6]) * 1024;
    return {
      what: 'kernel',
      action: 'out-of-memory',
      subject: said(taken[2] ?? taken[5]),
      pid: Number(taken[1] ?? taken[4]),
      ...(Number.isFinite(memory) ? { memory } : {}),
    };
  }
  const written = msr.exec(text);
  if (written !== null) {
    return { what: 'kernel', action: 'msr-write', subject: said(written[2]), pid: Number(written[3]) };
  }
  const listens = promiscuous.exec(text);
  return listens === null ? undefined : { what: 'kernel', action: 'promiscuous', subject: said(listens[1]) };
}
