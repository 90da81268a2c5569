/**
 * `linux.static-pods`: pods that a kubelet starts from files, without asking any cluster.
 *
 * Reads /etc/kubernetes/manifests, where the settings of the kubelet point instead, and the folders of k3s, RKE2 and
 * k0s. Why: a file put there is a pod with any privilege within seconds, and deleting the pod brings it back. What
 * it is NOT: mirror pods of the API; pods of a URL (`manifest-url`) are told by `linux.kubelet-settings`.
 * The kubelet reads every file of the folder but those whose names begin with a dot; so a name without an ending
 * is read too. Bounds: 500 files, 32 MiB in all. Sources: "Create static Pods"; kubelet source config/file.go.
 */
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { filesIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { isFolder, isThere, recordStatus, YamlReader } from './container-entry.ts';
import { kubeletSettings } from './kubelet-settings.ts';
import { manifestEntries } from './pod-entries.ts';

const id = 'linux.static-pods';
const usual = [
  '/etc/kubernetes/manifests',
  '/etc/kubelet.d',
  '/etc/kubernetes/kubelet.d',
  '/var/lib/rancher/k3s/agent/pod-manifests',
  '/var/lib/rancher/rke2/agent/pod-manifests',
  '/var/lib/k0s/kubelet/manifests',
].map((path) => printableText(path));
const mostFiles = 500;

function readPod(context: ArtifactContext, reader: YamlReader, path: PathText): readonly PersistenceFact[] {
  const bytes = reader.read(path);
  if (bytes === undefined) return [];
  const active = !/\/\.[^/]*$/.test(path);
  const about = { mechanism: 'static-pod', trigger: 'static pod', active } as const;
  const { facts, refused } = manifestEntries({ path, bytes }, about);
  for (const reason of refused) recordStatus(context, id, path, 'error', reason);
  return facts;
}

export const staticPods: PersistenceArtifact = {
  id,
  sources: usual.map((path) => ({ kind: 'glob', path: `${path}/*`, live: false })),
  mechanisms: ['static-pod'],
  order: 14,
  required: false,
  gather(context) {
    const named = kubeletSettings(context, id).flatMap(({ name, value }) =>
      name === 'pod-manifest-path' && value.startsWith('/') ? [printableText(value)] : [],
    );
    const places = [...new Set([...usual, ...named])].filter((path) => isThere(context, path));
    // The setting may name one file.
    const paths = places.flatMap((path) =>
      isFolder(context, path) ? filesIn(context, id, path).map((file) => file.path) : [path],
    );
    for (const path of paths.slice(mostFiles, mostFiles + 1)) {
      recordStatus(context, id, path, 'truncated', 'more than 500 files');
    }
    const reader = new YamlReader(context, id);
    const facts = paths.slice(0, mostFiles).flatMap((path) => readPod(context, reader, path));
    return Promise.resolve(facts);
  },
};
