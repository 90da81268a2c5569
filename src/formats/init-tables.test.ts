import { describe, expect, test } from 'bun:test';
import { parseInittab } from './inittab.ts';
import { parseUpstartJob } from './upstart-job.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('inittab', () => {
  test('has id, levels, action and process', () => {
    expect(
      parseInittab(
        bytes(
          'id:3:initdefault:\n# c\nmi:2345:respawn:/usr/lib/.m/run -d\n::sysinit:/etc/init.d/rcS\nx:5:off:/bin/x\n',
        ),
      ),
    ).toMatchObject([
      { line: 3, id: 'mi', levels: '2345', action: 'respawn', process: '/usr/lib/.m/run -d' },
      { line: 4, id: '', action: 'sysinit', process: '/etc/init.d/rcS' },
    ]);
  });

  test('of anything else has nothing', () => {
    expect(parseInittab(bytes('root:x:0:0:root:/root:/bin/bash\n'.repeat(10)))).toEqual([]);
    expect(parseInittab(bytes(':'.repeat(1 << 20)))).toEqual([]);
    expect(parseInittab(bytes('a:2:respawn:/x\n'.repeat(5000)))).toHaveLength(1000);
  });
});

describe('a job of upstart', () => {
  test('has its event, commands and scripts', () => {
    const job = parseUpstartJob(
      bytes(
        'start on runlevel [2345]\nrespawn\nsetuid www\npre-start exec /bin/a\nexec /bin/b -x\npost-start script\n  curl x | sh\nend script\n',
      ),
    );
    expect(job).toMatchObject({ startOn: 'runlevel [2345]', user: 'www', respawns: true });
    expect(job.commands.map(({ line, command, body }) => [line, String(command), body.length])).toEqual([
      [4, '/bin/a', 0],
      [5, '/bin/b -x', 0],
      [6, '', 1],
    ]);
  });

  test('that is manual is started by nothing', () => {
    expect(String(parseUpstartJob(bytes('start on startup\nmanual\nexec /x\n')).startOn)).toBe('');
  });

  test('whose script does not end is read all the same', () => {
    expect(parseUpstartJob(bytes('script\n/tmp/x')).commands).toHaveLength(1);
    expect(parseUpstartJob(bytes('exec /x\n'.repeat(10_000))).commands).toHaveLength(200);
  });
});
