/**
 * eBPF programs: names of their types, and the program that a descriptor holds.
 *
 * Source: include/uapi/linux/bpf.h enum bpf_prog_type; kernel/bpf/syscall.c bpf_prog_show_fdinfo and
 * bpf_link_show_fdinfo (`prog_id:<TAB>N`).
 */
import { decimal, eachLine, skipBlanks, startsWith } from './ascii.ts';

const types = [
  'unspec',
  'socket_filter',
  'kprobe',
  'sched_cls',
  'sched_act',
  'tracepoint',
  'xdp',
  'perf_event',
  'cgroup_skb',
  'cgroup_sock',
  'lwt_in',
  'lwt_out',
  'lwt_xmit',
  'sock_ops',
  'sk_skb',
  'cgroup_device',
  'sk_msg',
  'raw_tracepoint',
  'cgroup_sock_addr',
  'lwt_seg6local',
  'lirc_mode2',
  'sk_reuseport',
  'flow_dissector',
  'cgroup_sysctl',
  'raw_tracepoint_writable',
  'cgroup_sockopt',
  'tracing',
  'struct_ops',
  'ext',
  'lsm',
  'sk_lookup',
  'syscall',
  'netfilter',
] as const;

/** `kprobe`, or `type 99` for one that is newer than this list. */
export function bpfProgramType(type: number): string {
  return types[type] ?? `type ${type}`;
}

/** prog_id of a descriptor's fdinfo. */
export function parseFdinfoProgram(bytes: Uint8Array): number | undefined {
  let id: number | undefined;
  eachLine(bytes, (start, end) => {
    if (!startsWith(bytes, 'prog_id:', start, end)) return undefined;
    const value = decimal(bytes, skipBlanks(bytes, start + 8, end), end);
    if (!Number.isNaN(value)) id = value;
    return false;
  });
  return id;
}
