import { describe, expect, test } from 'bun:test';
import { minerWords } from '../../coins/miner-words.ts';
import type { FileContentFact, FileFact, PersistenceFact } from '../../model/facts/persistence.ts';
import type { MiningTrace } from '../../model/facts/process.ts';
import { factSet, judgeContext, login, nowUs, ownedBy, ownerConfig, text, wallet } from '../facts.fixture.ts';
import { entryFact, fileFact } from './entry.fixture.ts';
import { judgeEntries } from './judge-entries.ts';

interface Given {
  readonly path?: string;
  readonly file?: Partial<FileFact>;
  readonly traces?: readonly MiningTrace[];
  readonly words?: readonly string[];
  readonly entry?: Partial<PersistenceFact>;
  readonly owner?: string;
  readonly declared?: boolean;
}

/** Of a cron line that starts one program. */
function told({ path = '/opt/net/netd', file, traces, words, entry, owner = '', declared }: Given): string {
  const content: FileContentFact = {
    kind: 'file-content',
    source: { source: text(path) },
    path: text(path),
    size: 4096,
    device: 1,
    inode: 1,
    sha256: '',
    digests: [],
    traces: (traces ?? []).map((found) => ({ found, offset: 9, text: text('words') })),
    words: words ?? [],
  };
  const facts = factSet(entryFact(path, entry), fileFact(path, file), ownedBy(path, owner), content);
  const config = ownerConfig(declared === true ? { mining: [{ exe: path, reason: 'ours' }] } : {});
  const [one] = judgeEntries(facts, judgeContext({ config }));
  return `${one?.judgement}: ${one?.reasons.map(({ id }) => id).join(', ')}`;
}

const mark = (program: string): MiningTrace => ({ kind: 'program', program, mark: `${program}/1` });

describe('what stands in a program', () => {
  test('a miner’s marks, or a wallet with a login, make it malicious', () => {
    expect(told({ traces: [mark('xmrig'), mark('xmrig')] })).toBe('malicious: mining-content');
    expect(told({ traces: [wallet(), login] })).toBe('malicious: mining-content');
    expect(told({ words: minerWords.slice(0, 8) })).toBe('malicious: mining-content');
  });

  test('one mark, a few words, a library of RandomX or nothing say nothing', () => {
    expect(told({ traces: [mark('xmrig')], words: minerWords.slice(0, 7) })).toBe('benign: ');
    expect(told({})).toBe('benign: ');
  });

  test('a list of signatures is a scanner’s', () => {
    const traces = ['xmrig', 'cpuminer', 'ccminer', 't-rex'].map(mark);
    expect(told({ traces: [...traces, ...traces], words: minerWords })).toBe('benign: ');
  });

  test('the owner’s declared miner may hold what it likes', () => {
    expect(told({ traces: [mark('xmrig'), mark('xmrig')], declared: true })).toBe('benign: ');
  });

  test('what a package brought says nothing by its words', () => {
    expect(told({ traces: [mark('xmrig'), mark('xmrig')], owner: 'xmrig' })).toBe('benign: ');
  });
});

describe('how it was built and whose it is', () => {
  test('no sections, and packed by its makers, is unusual; packed and altered is suspicious', () => {
    expect(told({ file: { bare: true } })).toBe('unusual: bare-program');
    expect(told({ file: { packer: 'UPX' } })).toBe('unusual: packed-program');
    expect(told({ file: { packer: 'UPX, altered' } })).toBe('suspicious: packed-program');
  });

  test('what a user may change and root starts is unusual; what the user starts is nothing', () => {
    expect(told({ file: { uid: 1000 } })).toBe('unusual: users-program');
    expect(told({ file: { uid: 1000 }, entry: { user: text('ada') } })).toBe('benign: ');
  });

  test('a restarting service whose output is thrown away is unusual', () => {
    const marks = ['restarts', 'silenced'] as const;
    expect(told({ entry: { marks } })).toBe('unusual: silenced');
    expect(told({ entry: { marks: ['silenced'] } })).toBe('benign: ');
    expect(told({ entry: { marks }, owner: 'frp' })).toBe('benign: ');
  });

  test('that it came with its entry is told only beside another reason', () => {
    const at = { bornUs: nowUs, changedUs: nowUs };
    const unit = [fileFact('/etc/cron.d/job', { ...at, format: 'text' }), ownedBy('/etc/cron.d/job', '')];
    const both = (file: Partial<FileFact>): readonly string[] => {
      const facts = factSet(
        entryFact('/opt/net/netd'),
        fileFact('/opt/net/netd', { ...at, ...file }),
        ownedBy('/opt/net/netd', ''),
        ...unit,
      );
      return judgeEntries(facts, judgeContext())[0]?.reasons.map(({ id }) => id) ?? [];
    };
    expect(both({})).toEqual([]);
    expect(both({ packer: 'UPX' })).toEqual(['packed-program', 'appeared-together']);
    expect(both({ packer: 'UPX', bornUs: nowUs - 120e6 })).toEqual(['packed-program']);
  });
});

describe('names of the system’s own', () => {
  const names: readonly (readonly [string, boolean])[] = [
    ['/opt/x/systemd-logind', true],
    ['/home/ada/sshd2', true],
    ['/usr/local/sbin/sshd-x', true],
    ['/usr/local/bin/crond1', true],
    ['/opt/x/kworkerds', true],
    ['/opt/x/ksoftirqds', true],
    ['/opt/x/kthreaddk', true],
    ['/opt/x/systemd-networkd2', true],
    ['/usr/local/sbin/sshd', false],
    ['/usr/local/bin/systemd-docker', false],
    ['/usr/local/bin/systemd_exporter', false],
    ['/usr/local/bin/migrations', false],
    ['/usr/local/bin/keepalived', false],
    ['/opt/kafka/bin/kworkshop', false],
    ['/nix/store/abc-systemd-255/lib/systemd/systemd-logind', false],
    ['/snap/core22/1/usr/lib/systemd/systemd-resolved', false],
  ];
  for (const [path, is] of names) {
    test(`${path} is ${is ? 'one' : 'none'}`, () => {
      const judgement = told({ path });
      if (is) expect(judgement).toMatch(/look-alike-name|family-mark/);
      else expect(judgement).not.toContain('look-alike-name');
    });
  }

  test('a script of that name is the owner’s', () => {
    expect(told({ path: '/usr/local/sbin/systemd-sleep', file: { format: 'script' } })).toBe('benign: ');
  });
});
