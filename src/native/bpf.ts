/** Programs that the kernel was given: bpf(2), by id, from the first to the last. Needs CAP_SYS_ADMIN. */
import { errno, failure } from './failure.ts';
import type { Answer, BpfProgramInfo } from './port.ts';
import { close, pinned, systemCall } from './syscall.ts';

/** enum bpf_cmd of include/uapi/linux/bpf.h. */
const programNextId = 11;
const programById = 13;
const infoByDescriptor = 15;

const programLimit = 10_000;
const attributes = pinned(64);
/** struct bpf_prog_info up to `name`, which ends at 80. */
const info = pinned(80);

function request(command: number, first: number, second = 0, address = 0): number {
  attributes.bytes.fill(0);
  attributes.view.setUint32(0, first, true);
  attributes.view.setUint32(4, second, true);
  attributes.view.setBigUint64(8, BigInt(address), true);
  return systemCall('bpf', command, attributes.address, address === 0 ? 12 : 16);
}

function describe(id: number): BpfProgramInfo | undefined {
  const descriptor = request(programById, id);
  if (descriptor < 0) return undefined;
  info.bytes.fill(0);
  const result = request(infoByDescriptor, descriptor, info.bytes.length, info.address);
  close(descriptor);
  if (result < 0) return undefined;
  const end = info.bytes.indexOf(0, 64);
  return {
    id: info.view.getUint32(4, true),
    type: info.view.getUint32(0, true),
    tag: info.bytes.slice(8, 16),
    loadTimeNs: Number(info.view.getBigUint64(40, true)),
    createdByUid: info.view.getUint32(48, true),
    name: info.bytes.slice(64, end < 0 ? 80 : end),
  };
}

export function bpfPrograms(): Answer<readonly BpfProgramInfo[]> {
  const programs: BpfProgramInfo[] = [];
  for (let id = 0; programs.length < programLimit; ) {
    const result = request(programNextId, id);
    if (result === -errno.ENOENT) return { status: 'ok', value: programs };
    if (result < 0) return failure(result);
    id = attributes.view.getUint32(4, true);
    // One that was unloaded in between has no description.
    const program = describe(id);
    if (program !== undefined) programs.push(program);
  }
  return { status: 'truncated', reason: `more than ${programLimit} programs`, partial: programs };
}
