import { expect, test } from 'bun:test';
import type { BpfProgramFact, TracedFunctionFact } from '../model/facts/kernel.ts';
import { judgedBy, ownedBy, processFact, text, told } from './facts.fixture.ts';
import { kernelHooks } from './kernel-hooks.ts';

const analyze = judgedBy(kernelHooks);
const traced = (name: string): TracedFunctionFact => ({
  kind: 'traced-function',
  source: { source: text('/sys/kernel/tracing/enabled_functions'), line: 1 },
  name: text(name),
  text: text(`${name} (1) R I`),
});
const program = (owners: readonly number[], type = 'kprobe'): BpfProgramFact => ({
  kind: 'bpf-program',
  source: { source: text('call:bpf') },
  id: 7,
  type,
  name: text('hook'),
  uid: 0,
  owners,
  text: text('id 7 kprobe hook'),
});

test('a hook on a function that prints listings is medium', () => {
  expect(told(analyze(traced('filldir64')))).toEqual(['kernel.listing-hooked medium']);
});

test('a hook on getdents64 is low', () => {
  expect(told(analyze(traced('__x64_sys_getdents64')))).toEqual(['kernel.listing-hooked low']);
});

test('what security agents trace is clean', () => {
  const agent = processFact({ pid: 50, path: '/opt/agent/bin/sensor' });
  const functions = ['__x64_sys_execve', 'tcp_connect', 'security_file_open', '__x64_sys_kill', 'do_exit'];
  expect(analyze(agent, program([50]), program([1], 'cgroup_device'), ...functions.map(traced))).toEqual([]);
});

test('a kernel program of a process in /dev/shm is medium', () => {
  const odd = processFact({ pid: 60, path: '/dev/shm/x' });
  expect(told(analyze(odd, program([60])))).toEqual(['kernel.unknown-bpf-program medium']);
  expect(analyze(odd, program([60], 'cgroup_skb'))).toEqual([]);
});

test('a package-owned owner and an unknown owner are clean', () => {
  const tool = processFact({ pid: 61, path: '/tmp/tool' });
  expect(analyze(tool, ownedBy('/tmp/tool', 'tool'), program([61]), program([999999]), program([]))).toEqual(
    [],
  );
});

test('a flood of hooked functions is bounded', () => {
  expect(analyze(...Array.from({ length: 5000 }, () => traced('filldir64')))).toHaveLength(50);
});
