/**
 * `linux.kubernetes-manifests`: CronJobs, DaemonSets, Deployments, Pods and their kin in files on the disk.
 *
 * Reads the folders from which k3s, RKE2, k0s, MicroK8s and minikube apply what they find (active), and YAML files
 * in homes, /opt, /srv and /etc (not active: they run when somebody applies them). Why: a DaemonSet with / of the
 * host brings the miner back to every node, and the folders that are applied at each start are a guard that no list
 * of the cluster shows. What it is NOT: what the cluster holds; etcd is not read.
 * A template (`{{ … }}`) that is no YAML yet is passed over. Bounds: see `yaml-places.ts`; 32 MiB in all.
 * Sources: docs.k3s.io "Packaged Components"; docs.rke2.io "Auto-Deploying Manifests"; docs.k0sproject.io
 * "Manifest Deployer".
 */
import { yamlLimit } from '../../../formats/yaml-documents.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { filesIn, foldersIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { isComposeName } from './compose.ts';
import { isFolder, recordStatus, YamlReader } from './container-entry.ts';
import { manifestEntries } from './pod-entries.ts';
import { yamlFiles, yamlSources } from './yaml-places.ts';

const id = 'linux.kubernetes-manifests';
const applied = [
  '/var/lib/rancher/k3s/server/manifests',
  '/var/lib/rancher/rke2/server/manifests',
  '/var/lib/k0s/manifests',
  '/etc/kubernetes/addons',
  '/etc/origin/node/pods',
].map((path) => printableText(path));
const mostBytes = 32 << 20;
const isManifestName = (name: string): boolean => /\.(?:ya?ml|json)$/i.test(name);
/** Read by others: static pods of the kubelet. */
const ofKubelet = /^\/etc\/kubernetes\/manifests\//;

/** Files of a folder and of those one level below: each stack of k0s has its own, k3s reads all. */
function appliedFiles(context: ArtifactContext, folder: PathText): readonly PathText[] {
  if (!isFolder(context, folder)) return [];
  const folders = [folder, ...foldersIn(context, id, folder).map(({ path }) => path)].slice(0, 200);
  return folders.flatMap((one) => filesIn(context, id, one, isManifestName).map(({ path }) => path));
}

function readManifest(
  context: ArtifactContext,
  reader: YamlReader,
  path: PathText,
): readonly PersistenceFact[] {
  const bytes = reader.read(path);
  if (bytes === undefined) return [];
  const about = { mechanism: 'kubernetes-manifest', trigger: '', active: true } as const;
  const { facts, refused } = manifestEntries({ path, bytes }, about);
  for (const reason of refused) recordStatus(context, id, path, 'error', reason);
  return facts;
}

/** Only what names both, as every object of the API does. */
const isObject = (text: string): boolean => /\bapiVersion\b/.test(text) && /\bkind\b/.test(text);

function lyingManifests(context: ArtifactContext): readonly PersistenceFact[] {
  const facts: PersistenceFact[] = [];
  let size = 0;
  for (const { path, name } of yamlFiles(context)) {
    if (isComposeName(name) || ofKubelet.test(path)) continue;
    const { bytes, status, reason } = context.target.readNow({ kind: 'file', path, limit: yamlLimit });
    if (status !== 'ok') {
      if (status !== 'empty') recordStatus(context, id, path, status, reason ?? 'YAML file');
      continue;
    }
    size += bytes.length;
    if (size > mostBytes) {
      recordStatus(context, id, path, 'truncated', 'more than 32 MiB of YAML');
      break;
    }
    const text = Buffer.from(bytes).toString('latin1');
    if (!isObject(text)) continue;
    const about = { mechanism: 'kubernetes-manifest', trigger: 'when applied', active: false } as const;
    const reading = manifestEntries({ path, bytes }, about);
    facts.push(...reading.facts);
    if (text.includes('{{')) continue;
    for (const why of reading.refused) recordStatus(context, id, path, 'error', why);
  }
  return facts;
}

export const kubernetesManifests: PersistenceArtifact = {
  id,
  sources: [
    ...applied.map((path) => ({ kind: 'glob' as const, path: `${path}/**`, live: false })),
    ...yamlSources,
  ],
  mechanisms: ['kubernetes-manifest'],
  order: 14,
  required: false,
  gather(context) {
    const paths = applied.flatMap((folder) => appliedFiles(context, folder));
    const seen = new Set(paths);
    const reader = new YamlReader(context, id, yamlLimit);
    const facts = [
      ...paths.flatMap((path) => readManifest(context, reader, path)),
      ...lyingManifests(context).filter(({ source }) => !seen.has(source.source)),
    ];
    return Promise.resolve(facts);
  },
};
