/**
 * `linux.ftrace`: kernel functions that something hooked through ftrace or kprobes.
 *
 * Reads: enabled_functions of tracefs, kprobes/list of debugfs, where they are mounted.
 * Why: a line for `__x64_sys_getdents64` or `tcp4_seq_show` is how an ftrace rootkit shows (linux-hiding §3.4).
 * What it is NOT: a tracer; ftrace is never switched. Nothing is mounted either: looking into
 * /sys/kernel/debug/tracing would make the kernel mount tracefs there, so it is asked only where the mount table
 * already has it.
 */
import { type HookedFunction, parseEnabledFunctions, parseKprobes } from '../../formats/ftrace.ts';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import type { Fact } from '../../model/fact.ts';
import { joinPath, type PathText, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { readFileNow } from './reading.ts';

const artifact = 'linux.ftrace';
const limit = 16 * 1024 * 1024;
const tableLimit = 16 * 1024 * 1024;
const ownTable = printableText('/proc/self/mountinfo');
const places: readonly { readonly mount: PathText; readonly fileSystem: string; readonly file: PathText }[] =
  [
    {
      mount: printableText('/sys/kernel/tracing'),
      fileSystem: 'tracefs',
      file: printableText('enabled_functions'),
    },
    {
      mount: printableText('/sys/kernel/debug/tracing'),
      fileSystem: 'tracefs',
      file: printableText('enabled_functions'),
    },
    { mount: printableText('/sys/kernel/debug'), fileSystem: 'debugfs', file: printableText('kprobes/list') },
  ];

function read(
  context: ArtifactContext,
  path: PathText,
  parse: (bytes: Uint8Array) => readonly HookedFunction[],
): readonly Fact[] {
  const reading = readFileNow(context, artifact, path, limit);
  return parse(reading.bytes).map((hooked) => ({
    kind: 'traced-function',
    source: { source: path, line: hooked.line },
    name: hooked.name,
    text: hooked.text,
  }));
}

export const ftrace: Artifact = {
  id: artifact,
  sources: places.map(({ mount, file }) => ({ kind: 'file', path: joinPath(mount, file), live: true })),
  order: 3,
  required: false,
  gather(context) {
    if (context.target.kind === 'folder') return Promise.resolve([]);
    const table = parseMountInfo(readFileNow(context, artifact, ownTable, tableLimit).bytes);
    const facts: Fact[] = [];
    let functionsRead = false;
    for (const { mount, fileSystem, file } of places) {
      const mounted = table.some((entry) => entry.mountPoint === mount && entry.fileSystem === fileSystem);
      const path = joinPath(mount, file);
      if (!mounted) {
        if (fileSystem === 'tracefs' && mount !== '/sys/kernel/tracing') continue;
        context.log.record({
          source: path,
          artifact,
          status: 'absent',
          reason: `${fileSystem} is not mounted`,
          bytes: 0,
        });
        continue;
      }
      if (fileSystem === 'debugfs') facts.push(...read(context, path, parseKprobes));
      else if (!functionsRead) {
        facts.push(...read(context, path, parseEnabledFunctions));
        functionsRead = true;
      }
    }
    return Promise.resolve(facts);
  },
};
