/**
 * `linux.dhcp-hooks`: scripts that run as root whenever an address is leased.
 *
 * Reads hooks of dhclient, dhcpcd and udhcpc, the scripts that their settings name, and commands that a DHCP server is
 * told to execute. Why: a lease is renewed every few hours, and its hooks are sourced by a shell of root.
 * What it is NOT: leases. Sources: dhclient-script(8) HOOKS, dhclient.conf(5) script, dhcpcd-run-hooks(8),
 * dhcpcd.conf(5) script, dhcp-eval(5) execute; busybox udhcpc.
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookFiles, hookScripts, isThere, pathsOf, unmerged } from './hook-folder.ts';

const id = 'linux.dhcp-hooks';
/** Sourced: no execute bit is needed. */
const folders = pathsOf(`
  /etc/dhcp/dhclient-enter-hooks.d /etc/dhcp/dhclient-exit-hooks.d /etc/dhcp3/dhclient-enter-hooks.d
  /etc/dhcp3/dhclient-exit-hooks.d /etc/dhcp/dhclient.d
  /usr/lib/dhcpcd/dhcpcd-hooks /lib/dhcpcd/dhcpcd-hooks /usr/libexec/dhcpcd-hooks
`);
const files = pathsOf(`
  /etc/dhcp/dhclient-enter-hooks /etc/dhcp/dhclient-exit-hooks /etc/dhcp/dhclient-up-hooks
  /etc/dhcp/dhclient-down-hooks /etc/dhclient-enter-hooks /etc/dhclient-exit-hooks /etc/dhclient-up-hooks
  /etc/dhcpcd.enter-hook /etc/dhcpcd.exit-hook /etc/dhcpcd.sh
`);
const scripts = pathsOf(`
  /sbin/dhclient-script /usr/sbin/dhclient-script /usr/lib/dhcpcd/dhcpcd-run-hooks /lib/dhcpcd/dhcpcd-run-hooks
  /etc/udhcpc/default.script /usr/share/udhcpc/default.script /etc/udhcpc/udhcpc.conf
`);
const settings = pathsOf(`
  /etc/dhcp/dhclient.conf /etc/dhcp/dhclient6.conf /etc/dhclient.conf /etc/dhcpcd.conf /etc/dhcp/dhcpd.conf
`);
const given = { mechanism: 'dhcp-hook', user: phrase`root`, trigger: phrase`lease` } as const;

function readSettings(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: 20_000, longest: 8192 })].flatMap(({ line, text }) => {
    if (/^\s*#/.test(text)) return [];
    const script = /^script\s+"?([^\s";]+)"?\s*;?$/.exec(text.trim())?.[1];
    const execute = /\bexecute\s*\(\s*(.{1,512}?)\)\s*;/s.exec(text)?.[1];
    const command = script ?? execute?.replace(/["']\s*,\s*/g, '" ').replaceAll('"', '');
    if (command === undefined) return [];
    const [program = ''] = command.split(/\s/, 1);
    return [
      entry({
        ...given,
        source: { source: path, line },
        command: printableLatin1(command),
        language: 'argv',
        ...(program.startsWith('/') ? { target: printableLatin1(program) } : {}),
        text: printableLatin1(text.trim()),
      }),
    ];
  });
}

export const dhcpHooks: PersistenceArtifact = {
  id,
  sources: [
    ...folders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    ...[...files, ...scripts, ...settings].map((path) => ({ kind: 'file' as const, path, live: false })),
  ],
  mechanisms: ['dhcp-hook'],
  order: 12,
  required: false,
  gather(context) {
    return Promise.resolve([
      ...unmerged(context, folders).flatMap((folder) =>
        hookScripts(context, id, { folder, given, sourced: true }),
      ),
      ...hookFiles(context, id, files, given, true),
      ...hookFiles(context, id, unmerged(context, scripts), given),
      ...settings.filter((path) => isThere(context, path)).flatMap((path) => readSettings(context, path)),
    ]);
  },
};
