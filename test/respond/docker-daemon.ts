/**
 * The daemon of `docker.test.ts`, run on a lab host from the path of dockerd: one container, whose process is kept running
 * by its policy. Test code.
 *
 *   docker-daemon.ts ID MINER ARGUMENTS…
 */
import { mkdirSync } from 'node:fs';
import { FakeEngine } from '../../src/respond/container/engine.fixture.ts';

const [id = '', miner = '', ...args] = process.argv.slice(2);
const group = `/sys/fs/cgroup/docker/${id}`;
mkdirSync(group, { recursive: true });
const engine = new FakeEngine({}, '/run/docker.sock');
engine.protect();
const script = `echo $$ > ${group}/cgroup.procs && exec unshare --mount --pid --fork --kill-child "$0" "$@"`;
engine.create({
  id,
  name: 'alpine-up',
  command: ['sh', '-c', script, miner, ...args],
  policy: 'always',
  binds: ['/:/host'],
  env: ['DB_PASSWORD=hunter2-example'],
  files: { [miner]: 'tar of the miner' },
  group,
});
process.stdout.write('ready\n');
