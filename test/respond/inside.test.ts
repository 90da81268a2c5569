/**
 * A miner in a container that has no engine to speak to, as those of LXC: its processes are held and ended, and its program is
 * taken out of a mount namespace that the host does not see, and put back there.
 */
import { expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { planSchema } from '../../src/model/plan.ts';
import { demine, openLabHost, scan } from '../lab/harness.ts';

const kept = '/run/case';
const program = '/var/tmp/.x/kworker';

/** pid 1 of the container stays, as that of a container with a system of its own does. */
const container = `set -eu
mkdir -p /sys/fs/cgroup/lxc.payload.box
echo $$ > /sys/fs/cgroup/lxc.payload.box/cgroup.procs
exec unshare --mount --pid --fork --kill-child --propagation private sh -euc '
mount -t proc proc /proc
mount -t tmpfs none /var/tmp
mkdir -m 700 /var/tmp/.x
cp -p /opt/standins/randomx-hasher ${program}
${program} light 1 >/dev/null &
echo up
sleep 600 & wait $!'
`;

test('held, ended and taken where it lies; the host’s own file of the same name stays, and undo puts it back', async () => {
  const host = await openLabHost();
  const box = await host.start(['sh', '-c', container], { readyLine: 'up' });
  try {
    // Seen through the container's first process, from outside.
    const inner = (await host.run(['pgrep', '-P', String(box.pid)])).stdout.trim();
    const there = `${host.root}/proc/${inner}/root${program}`;
    await host.run(['sh', '-c', `mkdir -p /var/tmp/.x && echo ours > ${program}`]);
    const before = {
      bytes: Bun.hash(readFileSync(there)),
      mode: statSync(there).mode,
      time: statSync(there).mtimeMs,
    };
    const { result } = await scan(host, ['--interval', '1', '--out', kept]);
    // The kernel tells paths from the root of the namespace, and the lab's hosts live in a folder of that.
    const below = expect.stringMatching(new RegExp(`${program}$`));
    expect(result.miners).toMatchObject([{ exe: below, container: { runtime: 'lxc', id: 'box' } }]);
    const made = await demine(host, ['plan', kept, '--json', '-']);
    const { steps } = planSchema.parse(JSON.parse(made.stdout));
    const own = steps.filter(({ change }) => change.kind === 'take-inside');
    expect(own.map(({ phase, reversibility, change }) => [phase, reversibility, change])).toMatchObject([
      ['persistence', 'reversible', { file: below, inside: { container: 'lxc box' } }],
    ]);
    expect(steps.some(({ change }) => change.kind === 'quarantine')).toBe(false);

    const clean = await demine(host, ['clean', kept, '--yes', '--accept-irreversible', '--lang', 'en']);
    expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
    expect(existsSync(there)).toBe(false);
    expect(readFileSync(`${host.root}${program}`, 'utf8')).toBe('ours\n');
    expect((await host.run(['pgrep', '-f', `^${program}`])).stdout).toBe('');

    const undone = await demine(host, ['undo', kept, '--lang', 'en']);
    expect(undone.stderr).toBe('');
    expect({
      bytes: Bun.hash(readFileSync(there)),
      mode: statSync(there).mode,
      time: statSync(there).mtimeMs,
    }).toEqual(before);
    expect(readFileSync(`${host.root}${program}`, 'utf8')).toBe('ours\n');
  } finally {
    await box.stop();
    await host.stop();
  }
});
