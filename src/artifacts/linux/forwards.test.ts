import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import { RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import { SourceLog } from '../../model/source-log.ts';
import type { Native, NetlinkMessage } from '../../native/port.ts';
import { forwards } from './forwards.ts';

const attribute = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const value = Buffer.concat(parts);
  const out = Buffer.alloc((4 + value.length + 3) & ~3);
  out.writeUInt16LE(4 + value.length, 0);
  out.writeUInt16LE(type, 2);
  value.copy(out, 4);
  return out;
};
const text = (type: number, value: string): Uint8Array => attribute(type, Buffer.from(`${value}\0`));
const u32 = (type: number, value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return attribute(type, bytes);
};
const expression = (name: string, ...data: readonly Uint8Array[]): Uint8Array =>
  attribute(1, text(1, name), attribute(2, ...data));
const rule = (...expressions: readonly Uint8Array[]): NetlinkMessage => ({
  type: 0x0a06,
  payload: Buffer.concat([
    Buffer.from([2, 0, 0, 0]),
    text(1, 'nat\x1b'),
    text(2, 'out'),
    attribute(4, ...expressions),
  ]),
});
const address = Buffer.from([192, 0, 2, 1]);
const dnat = rule(
  expression('immediate', u32(1, 1), attribute(2, attribute(1, address))),
  expression('nat', u32(1, 1), u32(2, 2), u32(3, 1)),
);
const accept = rule(expression('immediate', u32(1, 0), attribute(2, attribute(2, u32(1, 1)))));

async function gather(native: Partial<Native>): Promise<{ facts: FactSet; log: SourceLog }> {
  const log = new SourceLog();
  const target = new RecordedTarget({ files: {}, native });
  const processes = [processFact(1, { namespaces: { net: 5 } }), processFact(2, { namespaces: { net: 6 } })];
  const found = await forwards.gather({
    target,
    log,
    facts: new FactSet(processes),
    nowUs: 0,
    thorough: false,
  });
  return { facts: new FactSet(found), log };
}

describe('linux.forwards', () => {
  test('a rule that redirects is a fact, one that accepts is not; names are printable', async () => {
    const { facts } = await gather({
      netlink: (_, pid) => ({ status: 'ok', value: pid === 2 ? [accept, dnat] : [accept] }),
    });
    expect(facts.of('forward')).toEqual([
      expect.objectContaining({
        mechanism: 'nftables',
        family: 'ip',
        action: 'dnat',
        toAddress: '192.0.2.1',
        where: 'ip nat%1B out',
        text: 'dnat to 192.0.2.1 (ip nat%1B out, handle 0)',
      }),
    ]);
  });

  test('a kernel without nf_tables and iptables has statuses and no facts', async () => {
    const { facts, log } = await gather({});
    expect(facts.size).toBe(0);
    // Of two namespaces: nf_tables, and two legacy tables of two families.
    expect(log.listed.map((source) => source.status)).toEqual(Array.from({ length: 10 }, () => 'absent'));
  });

  test('legacy tables are asked of every network namespace', async () => {
    const asked: string[] = [];
    await gather({
      iptablesEntries: (family, table, pid) => {
        asked.push(`${family} ${table} of ${pid}`);
        return { status: 'absent', reason: 'no table' };
      },
    });
    expect(asked.sort()).toEqual(
      ['ip', 'ip6'].flatMap((family) =>
        ['mangle', 'nat'].flatMap((table) => [1, 2].map((pid) => `${family} ${table} of ${pid}`)),
      ),
    );
  });
});

describe('an nfnetlink that answers as none should', () => {
  const lookup = (payload: Uint8Array): NetlinkMessage => ({ type: 0x0a06, payload });
  const told = (log: SourceLog) => log.listed.filter(({ source }) => source.startsWith('netlink:'));

  test.each([
    ['cut in its head', dnat.payload.subarray(0, 3)],
    ['cut in its attributes', dnat.payload.subarray(0, dnat.payload.length - 9)],
    ['of attributes of length 0', Buffer.concat([Buffer.from([2, 0, 0, 0]), Buffer.alloc(8)])],
    [
      'of expressions that point back to themselves',
      Buffer.concat([Buffer.from([2, 0, 0, 0]), attribute(4, Buffer.from([0, 0, 1, 0]))]),
    ],
  ])('a rule %s is told, and those beside it are read', async (_, payload) => {
    const value = [lookup(payload), dnat];
    const { facts, log } = await gather({
      netlink: (_dump, pid) => ({ status: 'ok', value: pid === 1 ? value : [] }),
    });
    expect(facts.of('forward')).toHaveLength(1);
    expect(told(log)).toMatchObject([{ status: 'error', reason: '1 messages with impossible lengths' }]);
  });

  test('rules of a dump that was cut are used, with its status', async () => {
    const answer = { status: 'truncated', reason: 'a dump of more than 64 MiB', partial: [dnat] } as const;
    const { facts, log } = await gather({ netlink: () => answer });
    expect(facts.of('forward')).toHaveLength(2);
    expect(told(log).map(({ status }) => status)).toEqual(['truncated', 'truncated']);
  });

  test('a hundred thousand rules that look into one large map end at the bound, told', async () => {
    const mapped = rule(
      expression('payload', u32(1, 1), u32(2, 2), u32(3, 2), u32(4, 2)),
      expression('lookup', text(1, 'm'), u32(2, 1), u32(3, 1)),
      expression('nat', u32(1, 1), u32(2, 2), u32(3, 1)),
    );
    const element = attribute(
      1,
      attribute(1, attribute(1, Buffer.from([0, 80]))),
      attribute(2, attribute(1, address)),
    );
    const elements = Buffer.concat([
      Buffer.from([2, 0, 0, 0]),
      text(1, 'nat\x1b'),
      text(2, 'm'),
      attribute(3, ...Array.from({ length: 1500 }, () => element)),
    ]);
    const { facts, log } = await gather({
      netlink: (dump) => ({
        status: 'ok',
        value:
          dump.kind === 'nftables' && dump.what === 'rules'
            ? Array.from({ length: 100_000 }, () => mapped)
            : Array.from({ length: 20 }, () => ({ type: 0x0a0c, payload: elements })),
      }),
    });
    expect(facts.of('forward')).toHaveLength(10_000);
    expect(log.listed.find(({ source }) => source === 'forwards')).toMatchObject({ status: 'truncated' });
  });

  test('names keep every byte', async () => {
    const payload = Buffer.concat([
      Buffer.from([2, 0, 0, 0]),
      attribute(1, Buffer.from([0xe5, 0xaf, 0x86, 0xff, 0x9b, 0])),
      ...[text(2, 'c\u202e'), attribute(4, expression('masq'))],
    ]);
    const { facts } = await gather({ netlink: () => ({ status: 'ok', value: [{ type: 0x0a06, payload }] }) });
    expect(String(facts.of('forward')[0]?.where)).toBe('ip 密%FF%9B c%E2%80%AE');
  });
});
