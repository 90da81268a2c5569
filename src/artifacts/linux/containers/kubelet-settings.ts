/**
 * Settings of the kubelet, from its own file, from the flags in environment files, and from those of k3s and RKE2.
 *
 * One form for all: the name of the flag (`pod-manifest-path`, `anonymous-auth`) with its value and its line.
 * What it is NOT: the effective setting: flags win over the file, and units may add more.
 * Sources: kubelet(8) flags; kubelet.config.k8s.io/v1beta1 KubeletConfiguration; docs.k3s.io "Configuration File".
 */
import { member } from '../../../formats/loose-json.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import { lineOf, readYaml, textAt } from '../../../formats/yaml-documents.ts';
import { type PathText, type Printable, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { settingsLimit } from '../entry.ts';
import { readFileNow } from '../reading.ts';
import { isThere, recordStatus } from './container-entry.ts';

export interface KubeletSetting {
  readonly name: string;
  readonly value: string;
  readonly path: PathText;
  readonly line: number;
  readonly text: Printable;
}

const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));
const ownFiles = paths([
  '/var/lib/kubelet/config.yaml',
  '/etc/kubernetes/kubelet.yaml',
  '/etc/kubernetes/kubelet-config.yaml',
  '/etc/kubernetes/kubelet/kubelet-config.json',
  '/etc/kubernetes/kubelet/config.json',
  '/home/kubernetes/kubelet-config.yaml',
]);
const flagFiles = paths([
  '/var/lib/kubelet/kubeadm-flags.env',
  '/etc/default/kubelet',
  '/etc/sysconfig/kubelet',
  '/etc/kubernetes/kubelet.env',
  '/etc/kubernetes/kubelet',
  '/var/snap/microk8s/current/args/kubelet',
]);
const distributionFiles = paths(['/etc/rancher/k3s/config.yaml', '/etc/rancher/rke2/config.yaml']);
export const kubeletFiles = [...ownFiles, ...flagFiles, ...distributionFiles];

const ofFile: readonly (readonly [string, readonly string[]])[] = [
  ['anonymous-auth', ['authentication', 'anonymous', 'enabled']],
  ['authorization-mode', ['authorization', 'mode']],
  ['read-only-port', ['readOnlyPort']],
  ['pod-manifest-path', ['staticPodPath']],
  ['manifest-url', ['staticPodURL']],
  ['volume-plugin-dir', ['volumePluginDir']],
  ['container-runtime-endpoint', ['containerRuntimeEndpoint']],
  ['image-service-endpoint', ['imageServiceEndpoint']],
];

function fromOwn(context: ArtifactContext, artifact: string, path: PathText): readonly KubeletSetting[] {
  const reading = readFileNow(context, artifact, path, settingsLimit);
  const { documents, refused } = readYaml(reading.bytes);
  for (const reason of refused) recordStatus(context, artifact, path, 'error', reason);
  return documents.flatMap((document) =>
    ofFile.flatMap(([name, keys]) => {
      const value = member(document.value, ...keys);
      if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') return [];
      const line = lineOf(document, ...keys);
      const text = printableText(textAt(document, line));
      return [{ name, value: String(value).slice(0, 4096), path, line, text }];
    }),
  );
}

const known =
  /^(?:anonymous-auth|authorization-mode|read-only-port|pod-manifest-path|manifest-url|volume-plugin-dir|container-runtime-endpoint|image-credential-provider-(?:bin-dir|config)|enable-debugging-handlers|authentication-token-webhook|cert-dir|root-dir|config|bootstrap-kubeconfig|kubeconfig)$/;
// k3s writes `kubelet-arg: "anonymous-auth=true"`, all others `--anonymous-auth=true` or with a blank.
const flag =
  /(?:--|kubelet-arg\s*[:=]\s*["']?|^\s*-\s*["']?)([a-z][a-z-]{3,60})(?:=|\s+|\s*:\s*)["']?([^\s"',]{1,2048})/g;

function fromFlags(context: ArtifactContext, artifact: string, path: PathText): readonly KubeletSetting[] {
  const { bytes } = readFileNow(context, artifact, path, settingsLimit);
  return [...textLines(bytes, { lines: 5_000, longest: 65_536 })].flatMap(({ line, text }) =>
    /^\s*#/.test(text)
      ? []
      : [...text.matchAll(flag)]
          .slice(0, 200)
          .flatMap(([, name = '', value = '']) =>
            known.test(name)
              ? [{ name, value, path, line, text: printableLatin1(text.trim().slice(0, 8192)) }]
              : [],
          ),
  );
}

export function kubeletSettings(context: ArtifactContext, artifact: string): readonly KubeletSetting[] {
  const there = (list: readonly PathText[]) => list.filter((path) => isThere(context, path));
  return [
    ...there(ownFiles).flatMap((path) => fromOwn(context, artifact, path)),
    ...there([...flagFiles, ...distributionFiles]).flatMap((path) => fromFlags(context, artifact, path)),
  ];
}
