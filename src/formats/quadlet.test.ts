import { expect, test } from 'bun:test';
import { parseQuadlet } from './quadlet.ts';

const read = (text: string) => parseQuadlet(Buffer.from(text), 'web.container');

test('image, command, volumes, options, and commands of the host', () => {
  const { commands, wanted } = read(
    '[Container]\nImage=docker.io/alpine\nExec=sh -c "a \\\n b"\nVolume=/:/host:ro\nVolume=%h/x:/x\nPodmanArgs=--privileged --pid=host --net host --cap-add=SYS_ADMIN -v /etc:/e --mount type=bind,src=/root,dst=/r,ro\nAddDevice=/dev/sda:rw\n[Service]\nRestart=always\nExecStartPre=-/usr/lib/x -d\n[Install]\nWantedBy=default.target\n',
  );
  expect(wanted).toBe(true);
  expect(commands.map(({ run, onHost, at }) => [at.line, onHost, ...run.words])).toEqual([
    [3, false, 'sh', '-c', 'a  b'],
    [11, true, '/usr/lib/x', '-d'],
  ]);
  expect(commands[0]?.run).toMatchObject({
    name: 'web',
    image: 'docker.io/alpine',
    privileged: true,
    restarts: true,
    shares: ['pid', 'network'],
    capabilities: ['SYS_ADMIN'],
    devices: ['/dev/sda'],
    binds: [
      { source: '/etc', destination: '/e', readOnly: false },
      { source: '/root', destination: '/r', readOnly: true },
      { source: '/', destination: '/host', readOnly: true },
      { source: '%h/x', destination: '/x', readOnly: false },
    ],
  });
});

test('a manifest is named, and noise names nothing', () => {
  expect(read('[Kube]\nYaml=./app.yaml\n').manifests.map(({ value }) => value)).toEqual(['./app.yaml']);
  expect(read('\x00\xff[Container\nExec\n')).toMatchObject({ commands: [], manifests: [], wanted: false });
});
