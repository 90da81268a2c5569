/** Artifacts of containers and what starts them again: engines, stacks, clusters. */
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { compose } from './compose.ts';
import { containerdSettings } from './containerd.ts';
import { dockerContainers } from './docker-container.ts';
import { dockerSettings } from './docker-daemon.ts';
import { kubelet } from './kubelet.ts';
import { kubernetesManifests } from './kubernetes-manifest.ts';
import { overlayFiles } from './overlay-file.ts';
import { podman } from './podman.ts';
import { staticPods } from './static-pod.ts';

export const containersArtifacts: readonly PersistenceArtifact[] = [
  dockerContainers,
  dockerSettings,
  overlayFiles,
  compose,
  containerdSettings,
  podman,
  staticPods,
  kubelet,
  kubernetesManifests,
];
