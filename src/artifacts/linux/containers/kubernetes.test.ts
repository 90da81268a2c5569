import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { SourceLog } from '../../../model/source-log.ts';
import { kubelet } from './kubelet.ts';
import { kubernetesManifests } from './kubernetes-manifest.ts';
import { staticPods } from './static-pod.ts';

const passwd = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n' };
const lines = (entries: readonly PersistenceFact[]) =>
  entries.map(({ source, command, marks }) => [source.line ?? 0, String(command), ...marks]);
const statuses = (log: SourceLog) =>
  log.listed
    .filter(({ status }) => status !== 'absent')
    .map(({ status, reason }) => `${status} ${reason ?? ''}`);

describe('Kubernetes', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    command: [run]\n';

  test('pods of the kubelet, of any name, and where the settings point', async () => {
    const { entries } = await gatherFrom(staticPods, {
      '/etc/kubernetes/manifests/a': pod,
      '/etc/kubernetes/manifests/.b': pod,
      '/etc/kubernetes/manifests/c.json': '{"kind":"Pod","spec":{"containers":[{"command":["json"]}]}}',
      '/etc/default/kubelet': 'KUBELET_EXTRA_ARGS=--pod-manifest-path=/opt/pods\n',
      '/opt/pods/d.yaml': pod,
    });
    expect(
      entries.map(({ source, command, active }) => [String(source.source), String(command), active]),
    ).toEqual([
      ['/etc/kubernetes/manifests/a', 'run', true],
      ['/etc/kubernetes/manifests/.b', 'run', false],
      ['/etc/kubernetes/manifests/c.json', 'json', true],
      ['/opt/pods/d.yaml', 'run', true],
    ]);
    expect(entries[0]?.source.line).toBe(8);
  });

  test('manifests that are applied are active, those that lie in homes are not', async () => {
    const { entries, log } = await gatherFrom(kubernetesManifests, {
      ...passwd,
      '/var/lib/rancher/k3s/server/manifests/a.yaml': pod,
      '/home/ada/k8s/b.yaml': pod,
      '/home/ada/k8s/values.yaml': 'replicas: 1\n',
      '/home/ada/k8s/template.yaml': 'apiVersion: v1\nkind: Pod\n{{- if .x }}\n{{ end }}\n',
      '/home/ada/node_modules/x/c.yaml': pod,
    });
    expect(entries.map(({ source, active }) => [String(source.source), active])).toEqual([
      ['/var/lib/rancher/k3s/server/manifests/a.yaml', true],
      ['/home/ada/k8s/b.yaml', false],
    ]);
    expect(statuses(log)).not.toContain('error not YAML');
  });

  test('a bomb of references is refused with its reason', async () => {
    const uses = Array.from({ length: 600 }, (_, at) => `k${at}: *a`).join('\n');
    const { entries, log } = await gatherFrom(staticPods, {
      '/etc/kubernetes/manifests/a.yaml': `a: &a x\n${uses}\n---\n${pod}`,
    });
    expect(statuses(log)).toContain('error too many references');
    expect(entries).toHaveLength(1);
  });

  test('files that are filled up end the reading after 32 MiB, and say so', async () => {
    const big = `a: ${'x'.repeat(9 << 20)}\n`;
    const files = Object.fromEntries(
      'abcdefghij'.split('').map((name) => [`/etc/kubernetes/manifests/${name}`, big]),
    );
    const { log } = await gatherFrom(staticPods, files);
    expect(statuses(log).filter((told) => told === 'truncated more than 32 MiB of YAML')).toHaveLength(2);
    expect(statuses(log)).toContain('error a document larger than 2 MiB');
  });

  test('settings of the kubelet that let in or bring in, with their lines', async () => {
    const { entries } = await gatherFrom(kubelet, {
      '/var/lib/kubelet/config.yaml':
        'authentication:\n  anonymous:\n    enabled: true\nauthorization:\n  mode: AlwaysAllow\nreadOnlyPort: 10255\nstaticPodPath: /tmp/p\nstaticPodURL: http://192.0.2.1/p\nclusterDNS: [10.96.0.10]\n',
      '/etc/rancher/k3s/config.yaml': 'kubelet-arg:\n  - "anonymous-auth=true"\n  - "max-pods=200"\n',
      '/etc/default/kubelet':
        '#--anonymous-auth=true\nKUBELET_EXTRA_ARGS="--node-ip=10.0.0.1 --read-only-port=0"\n',
    });
    expect(lines(entries)).toEqual([
      [3, 'anonymous-auth=true', 'opens-access'],
      [5, 'authorization-mode=AlwaysAllow', 'opens-access'],
      [6, 'read-only-port=10255', 'weakens-guard'],
      [7, 'pod-manifest-path=/tmp/p', 'unusual-place'],
      [8, 'manifest-url=http://192.0.2.1/p', 'foreign-host'],
      [2, 'anonymous-auth=true', 'opens-access'],
    ]);
  });

  test('plugins of the kubelet and programs of a kubeconfig', async () => {
    const { entries } = await gatherFrom(kubelet, {
      ...passwd,
      '/usr/libexec/kubernetes/kubelet-plugins/volume/exec/v~d/d': '#!/bin/sh\nid\n',
      '/home/ada/.kube/config':
        'users:\n- name: a\n  user:\n    exec:\n      command: /opt/auth\n      args: [token]\n- name: b\n  user: {token: hush}\n',
    });
    expect(entries.map(({ user, command, body }) => `${user} ${command} ${body.length}`)).toEqual([
      'root  2',
      'ada /opt/auth token 0',
    ]);
  });
});
