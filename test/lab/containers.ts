/**
 * A lab host with podman, a real container engine: its socket, and an image made of the host's own busybox and a stand-in.
 * Whoever imports this makes `scripts/test.ts` make its root first.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabHost, openLabHost, type Running, variable } from './host.ts';

/** The layers of an overlay cannot lie on another overlay, so containers get a tmpfs. */
const storage = `[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
`;
/** The groups of the lab have no controllers, and nothing of it keeps a journal. */
const settings = `[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
log_driver = "k8s-file"
pids_limit = 0
`;

/** Path of the stand-in within the image. */
export const inImage = '/tmp/.x/xmrig';
export const image = 'localhost/lab/cache:1';

const makeImage = `set -eu
mkdir -p /var/lib/containers
mount -t tmpfs none /var/lib/containers
mkdir -p /run/podman /img/bin /img/etc /img/tmp/.x
cp /usr/bin/busybox /img/bin/busybox
for name in sh sleep; do ln -s busybox /img/bin/$name; done
cp /opt/standins/shape /img${inImage}
for library in $(ldd /opt/standins/shape | grep -o '/[^ ]*'); do
  mkdir -p "/img$(dirname $library)"; cp -L "$library" "/img$library"
done
tar -C /img -cf /image.tar .
podman import -q /image.tar ${image}
rm -r /img /image.tar
`;

export interface ContainerHost {
  readonly host: LabHost;
  readonly service: Running;
  stop(): Promise<void>;
}

async function mustRun(host: LabHost, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.run(command);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

export const podman = (host: LabHost, ...words: readonly string[]): Promise<string> =>
  mustRun(host, ['podman', ...words]);

export async function openContainerHost(): Promise<ContainerHost> {
  const host = await openLabHost({
    size: '512m',
    lower: variable('DEMINE_TEST_CONTAINER_ROOT'),
    before: (root) => {
      writeFileSync(join(root, 'etc/containers/storage.conf'), storage);
      writeFileSync(join(root, 'etc/containers/containers.conf'), settings);
    },
  });
  try {
    await mustRun(host, ['sh', '-c', makeImage]);
    // It warns of controllers that the groups of the lab have not.
    const service = await host.start([
      'sh',
      '-c',
      'exec podman system service --time 0 unix:///run/podman/podman.sock 2>/dev/null',
    ]);
    await mustRun(host, [
      'sh',
      '-c',
      'for try in $(seq 100); do [ -S /run/podman/podman.sock ] && exit; sleep 0.1; done; exit 1',
    ]);
    return {
      host,
      service,
      stop: async () => {
        await service.stop();
        await host.stop();
      },
    };
  } catch (thrown) {
    await host.stop();
    throw thrown;
  }
}
