/**
 * `linux.bpf`: eBPF programs in the kernel, and the processes that hold them.
 *
 * Reads: bpf(BPF_PROG_GET_NEXT_ID), and /proc/<pid>/fdinfo of descriptors on programs and links.
 * Why: rootkits of the TripleCross and ebpfkit kind live in a kprobe or tracepoint program (linux-hiding §3.4).
 * What it is NOT: the code of the programs; nothing is loaded, pinned or detached. systemd, Cilium and security
 * agents hold many programs, and a program pinned in /sys/fs/bpf has no holder at all.
 */
import { bpfProgramType, parseFdinfoProgram } from '../../formats/bpf-types.ts';
import { nameBytes } from '../../formats/netlink-attributes.ts';
import type { Fact } from '../../model/fact.ts';
import { printableBytes, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { readFileNow, recordCall } from './reading.ts';

const artifact = 'linux.bpf';
const mostPrograms = 10_000;
const mostDescriptors = 20_000;
const call = 'bpf:prog-get-next-id';

/** bpf-prog holds one program, bpf_link attaches one. */
const holdsProgram = (path: string): boolean => /anon_inode:\[?bpf[-_](?:prog|link)/.test(path);

function holders(context: ArtifactContext): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, Set<number>>();
  let left = mostDescriptors;
  for (const process of context.facts.of('process')) {
    for (const descriptor of process.descriptors) {
      if (descriptor.kind !== 'anon' || !holdsProgram(descriptor.path) || left-- <= 0) continue;
      const path = printableText(`/proc/${process.pid}/fdinfo/${descriptor.fd}`);
      const id = parseFdinfoProgram(readFileNow(context, artifact, path, 4096).bytes);
      if (id !== undefined) found.set(id, (found.get(id) ?? new Set()).add(process.pid));
    }
  }
  return new Map([...found].map(([id, pids]) => [id, [...pids]]));
}

export const bpf: Artifact = {
  id: artifact,
  sources: [
    { kind: 'call', path: call, live: true },
    { kind: 'glob', path: '/proc/[0-9]*/fdinfo/[0-9]*', live: true },
  ],
  order: 3,
  required: false,
  gather(context) {
    const answer = context.target.native?.bpfPrograms();
    if (answer === undefined) return Promise.resolve([]);
    recordCall(context, artifact, call, answer.status === 'ok' ? { status: 'ok' } : answer);
    if (answer.status !== 'ok') return Promise.resolve([]);
    const owners = answer.value.length > 0 ? holders(context) : new Map<number, readonly number[]>();
    const facts = answer.value.slice(0, mostPrograms).map((program): Fact => {
      const name = printableBytes(nameBytes(program.name));
      const type = bpfProgramType(program.type);
      const tag = Buffer.from(program.tag).toString('hex');
      return {
        kind: 'bpf-program',
        source: { source: printableText(call) },
        id: program.id,
        type,
        name,
        uid: program.createdByUid,
        owners: owners.get(program.id) ?? [],
        text: printableBytes(
          Buffer.concat([
            Buffer.from(`${program.id}: ${type} name `),
            nameBytes(program.name),
            Buffer.from(` tag ${tag} uid ${program.createdByUid}`),
          ]),
        ),
      };
    });
    return Promise.resolve(facts);
  },
};
