/**
 * `linux.kernel-helpers`: programs that the kernel itself starts as root.
 *
 * Reads what sysctl.d sets at each boot, and on a live host what the kernel has: the program that takes core dumps,
 * that loads modules, that is told of devices, that powers off, and the release agents of cgroup v1. Why: a crash that
 * anybody can cause runs what stands behind the pipe of core_pattern, as root and outside of every container.
 * What it is NOT: other settings. A value that the kernel is built with and whose program is not there is not told.
 * Sources: core(5), Documentation/admin-guide/sysctl/kernel.rst (core_pattern, modprobe, hotplug), sysctl.d(5),
 * Documentation/admin-guide/cgroup-v1/cgroups.rst §1.4 (release_agent).
 */
import { parseSysctlFile } from '../../../formats/sysctl-file.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { SourceRef } from '../../../model/source.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isThere, pathsOf, unmerged } from './hook-folder.ts';

const id = 'linux.kernel-helpers';
/** In the order in which names hide each other. */
const folders = pathsOf(
  '/etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d',
);
const main = printableText('/etc/sysctl.conf');
const corePattern = 'kernel.core_pattern';
const helpers: Readonly<Record<string, PathText>> = {
  [corePattern]: printableText('/proc/sys/kernel/core_pattern'),
  'kernel.modprobe': printableText('/proc/sys/kernel/modprobe'),
  'kernel.hotplug': printableText('/proc/sys/kernel/hotplug'),
  'kernel.poweroff_cmd': printableText('/proc/sys/kernel/poweroff_cmd'),
};
const ueventHelper = printableText('/sys/kernel/uevent_helper');
const cgroups = printableText('/sys/fs/cgroup');
const agentName = printableText('release_agent');
/** What kernels are built with. */
const builtWith = /^\/sbin\/(?:modprobe|hotplug|poweroff)$/;
const valueLimit = 4096;
const mostHierarchies = 32;

function factOf(
  context: ArtifactContext,
  source: SourceRef,
  key: string,
  raw: string,
  text: Printable,
  active: boolean,
): readonly PersistenceFact[] {
  const core = key === corePattern;
  const pipe = core && raw.startsWith('|');
  const value = pipe ? raw.slice(1).trim() : raw.trim();
  if (value === '') return [];
  const given = { source, user: phrase`root`, active, text } as const;
  if (core && !pipe) {
    // Dumps go where the pattern says; among settings that are run, that writes one.
    if (!/^\/(?:etc|usr|lib|var\/spool|root)\//.test(value)) return [];
    const command = printableLatin1(value);
    return [
      entry({
        ...given,
        mechanism: 'core-pattern',
        trigger: phrase`crash`,
        command,
        language: 'none',
        marks: ['unusual-place'],
      }),
    ];
  }
  const [program = ''] = value.split(/\s/, 1);
  const target = printableLatin1(program);
  if (builtWith.test(program) && !isThere(context, target)) return [];
  return [
    entry({
      ...given,
      mechanism: core ? 'core-pattern' : 'kernel-helper',
      trigger: core ? phrase`crash` : printableLatin1(key),
      command: printableLatin1(value),
      language: 'argv',
      ...(program.startsWith('/') ? { target } : {}),
    }),
  ];
}

function readConfigured(context: ArtifactContext): readonly PersistenceFact[] {
  const seen = new Set<string>();
  const listed = unmerged(context, folders).flatMap((folder) =>
    filesIn(context, id, folder, endsIn('.conf')),
  );
  const files = listed.map(({ path, name }) => {
    const first = !seen.has(name);
    seen.add(name);
    return { path, first };
  });
  if (isThere(context, main)) files.push({ path: main, first: true });
  return files.flatMap(({ path, first }) =>
    parseSysctlFile(readFileNow(context, id, path, settingsLimit).bytes).flatMap(
      ({ key, value, line, text }) =>
        helpers[key] === undefined ? [] : factOf(context, { source: path, line }, key, value, text, first),
    ),
  );
}

function readValue(context: ArtifactContext, key: string, path: PathText): readonly PersistenceFact[] {
  const [first] = textLines(readFileNow(context, id, path, valueLimit).bytes, { lines: 1 });
  if (first === undefined) return [];
  return factOf(context, { source: path, line: 1 }, key, first.text, printableLatin1(first.text), true);
}

function readLive(context: ArtifactContext): readonly PersistenceFact[] {
  const agents = foldersIn(context, id, cgroups)
    .slice(0, mostHierarchies)
    .map(({ path }) => joinPath(path, agentName))
    .filter((path) => isThere(context, path));
  return [
    ...Object.entries(helpers).flatMap(([key, path]) =>
      isThere(context, path) ? readValue(context, key, path) : [],
    ),
    ...[ueventHelper]
      .filter((path) => isThere(context, path))
      .flatMap((path) => readValue(context, 'uevent_helper', path)),
    ...agents.flatMap((path) => readValue(context, 'release_agent', path)),
  ];
}

export const kernelHelpers: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: main, live: false },
    ...folders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.conf`, live: false })),
    ...[...Object.values(helpers), ueventHelper].map((path) => ({ kind: 'file' as const, path, live: true })),
    { kind: 'glob', path: `${cgroups}/*/${agentName}`, live: true },
  ],
  mechanisms: ['core-pattern', 'kernel-helper'],
  order: 11,
  required: true,
  gather(context) {
    const live = context.target.kind === 'live' ? readLive(context) : [];
    return Promise.resolve([...readConfigured(context), ...live]);
  },
};
