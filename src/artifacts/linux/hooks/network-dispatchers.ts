/**
 * `linux.network-dispatchers`: scripts that run as root when a connection comes or goes.
 *
 * Reads the folders of NetworkManager, networkd-dispatcher, pppd, wpa_supplicant and netctl, and the up and down
 * commands of OpenVPN. Why: the network comes up at every boot, which is when a miner wants to be fetched again.
 * What it is NOT: connections and their secrets; of VPN files nothing but the commands is told.
 * Sources: NetworkManager-dispatcher(8) (owned by root, executable, not writable by others), networkd-dispatcher(8),
 * pppd(8) SCRIPTS, wpa_cli(8) -a, netctl(5), openvpn(8) --up, --down, --script-security.
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookFiles, hookScripts, leftOver, pathsOf } from './hook-folder.ts';

const id = 'linux.network-dispatchers';
const folders = pathsOf(`
  /etc/NetworkManager/dispatcher.d /etc/NetworkManager/dispatcher.d/pre-up.d
  /etc/NetworkManager/dispatcher.d/pre-down.d /etc/NetworkManager/dispatcher.d/no-wait.d
  /usr/lib/NetworkManager/dispatcher.d /usr/lib/NetworkManager/dispatcher.d/pre-up.d
  /usr/lib/NetworkManager/dispatcher.d/pre-down.d /usr/lib/NetworkManager/dispatcher.d/no-wait.d
  /etc/ppp/ip-up.d /etc/ppp/ip-down.d /etc/ppp/ipv6-up.d /etc/ppp/ipv6-down.d
  /etc/netctl/hooks /etc/netctl/interfaces
  /etc/sysconfig/network/if-up.d /etc/sysconfig/network/if-down.d /etc/sysconfig/network/scripts
`);
const networkd = pathsOf('/etc/networkd-dispatcher /usr/lib/networkd-dispatcher');
const files = pathsOf(`
  /etc/ppp/ip-up /etc/ppp/ip-down /etc/ppp/ip-pre-up /etc/ppp/ipv6-up /etc/ppp/ipv6-down
  /etc/ppp/ip-up.local /etc/ppp/ip-down.local /etc/ppp/auth-up /etc/ppp/auth-down
  /etc/wpa_supplicant/action_wpa.sh /etc/wpa_supplicant/functions.sh /etc/wpa_supplicant/ifupdown.sh
`);
const vpnFolders = pathsOf('/etc/openvpn /etc/openvpn/client /etc/openvpn/server');
const given = { mechanism: 'network-dispatcher', user: phrase`root`, trigger: phrase`network` } as const;

/** NetworkManager runs what only root could have written. */
function isTrusted(context: ArtifactContext, path: PathText): boolean {
  const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
  return stat === undefined || (stat.uid === 0 && (stat.mode & 0o6022) === 0);
}

function readVpn(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: 5_000, longest: 8192 })].flatMap(({ line, text }) => {
    const match =
      /^(up|down|route-up|route-pre-down|ipchange|client-connect|client-disconnect|learn-address|tls-verify|auth-user-pass-verify)\s+(?:"([^"]+)"|'([^']+)'|(.+))$/s.exec(
        text.trim(),
      );
    if (match === null) return [];
    const command = match[2] ?? match[3] ?? match[4] ?? '';
    const [program = ''] = command.split(/\s/, 1);
    return [
      entry({
        ...given,
        source: { source: path, line },
        command: printableLatin1(command),
        language: 'argv',
        ...(program.startsWith('/') ? { target: printableLatin1(program) } : {}),
        active: !leftOver.test(path),
        text: printableLatin1(text.trim()),
      }),
    ];
  });
}

export const networkDispatchers: PersistenceArtifact = {
  id,
  sources: [
    ...folders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    ...networkd.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.d/*`, live: false })),
    ...vpnFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.conf`, live: false })),
    ...files.map((path) => ({ kind: 'file' as const, path, live: false })),
  ],
  mechanisms: ['network-dispatcher'],
  order: 12,
  required: false,
  gather(context) {
    const states = networkd.flatMap((folder) =>
      foldersIn(context, id, folder, endsIn('.d')).map(({ path }) => path),
    );
    const scripts = [...folders, ...states].flatMap((folder) => hookScripts(context, id, { folder, given }));
    const vpn = vpnFolders.flatMap((folder) =>
      filesIn(context, id, folder, (name) => /\.(?:conf|ovpn)$/.test(name)).flatMap(({ path }) =>
        readVpn(context, path),
      ),
    );
    return Promise.resolve([
      ...scripts.map((fact) => ({
        ...fact,
        active:
          fact.active &&
          (!fact.source.source.includes('/NetworkManager/') || isTrusted(context, fact.source.source)),
      })),
      ...hookFiles(context, id, files, given),
      ...vpn,
    ]);
  },
};
